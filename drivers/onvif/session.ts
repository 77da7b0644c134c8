import { fail, ok, type Result } from "../../agent/base/result.ts";
import type {
  CameraFacts,
  CameraSession,
  CameraSignal,
  DriverContext,
  Login,
  ProbeReport,
  RecordingReport,
  RungOutcome,
} from "../../agent/model/camera.ts";
import type { OnvifCameraConfig } from "../../agent/model/config.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { judgeClock } from "../protocol/device-clock.ts";
import { endpointOf, httpUrl } from "../protocol/endpoint.ts";
import { climbedTo } from "../protocol/ladder.ts";
import { probeStream } from "../protocol/rtsp-probe.ts";
import { readRecordingSummary } from "./answers.ts";
import { isOf } from "./channel.ts";
import { DETAILS_FOR_MS, OnvifDevice } from "./device.ts";
import { chooseProfile, findView, type View } from "./discover.ts";
import { fetchSnapshot } from "./snapshot.ts";

type Rungs = { -readonly [K in keyof ProbeReport["rungs"]]: ProbeReport["rungs"][K] };

/** What is known of one channel, and when it is no longer believed. */
interface Known extends View {
  readonly mac?: string;
  readonly until: number;
}

/**
 * One ONVIF camera, alone on its device or a channel of a recorder. Keeps what it learned of the camera between looks,
 * and no connection.
 */
export class OnvifSession implements CameraSession {
  readonly #config: OnvifCameraConfig;
  readonly #login: Login | undefined;
  readonly #context: DriverContext;
  readonly #device: OnvifDevice;
  #told: Partial<CameraFacts> = {};
  /** What was last discovered, believed or not. */
  #known: Known | undefined;
  #discovering: Promise<unknown> = Promise.resolve();

  constructor(config: OnvifCameraConfig, login: Login | undefined, context: DriverContext) {
    this.#config = config;
    this.#login = login;
    this.#context = context;
    const endpoint = endpointOf(config.address);
    const url = httpUrl(endpoint, config.path);
    this.#device = context.host.shared(
      `onvif ${url.href}`,
      login,
      () => new OnvifDevice(endpoint, url, login, context),
    );
    if (config.profile !== undefined) this.#device.tellApart();
  }

  get events() {
    return { source: this.#device.events, concerns: (signal: CameraSignal) => this.#concerns(signal) };
  }

  /** A look while nothing is new costs two requests, for all channels of a recorder together, and the stream. */
  async probe(signal: AbortSignal): Promise<ProbeReport> {
    const rungs: Rungs = {};
    const look = await this.#device.look(this, signal);
    if (!look.ok) return this.#failed(rungs, look.error);
    const { offsetMs, device } = look.value;
    rungs.host = { ok: true };
    rungs.port = { ok: true };
    rungs.clock = this.#clockRung(offsetMs);
    const rest = device.ok
      ? await this.#lookInside(device.value, rungs, signal)
      : this.#failed(rungs, device.error);
    return { ...rest, ...(offsetMs !== undefined && { clock: { offsetMs } }) };
  }

  async #lookInside(told: Partial<CameraFacts>, rungs: Rungs, signal: AbortSignal): Promise<ProbeReport> {
    rungs.login = { ok: true };
    if (told.serial !== this.#told.serial) this.#known = undefined;
    this.#told = told;
    const view = await this.#view(signal);
    if (!view.ok) return this.#failed(rungs, view.error);
    if (!view.value.stream.ok) return this.#failed(rungs, view.value.stream.error);
    const url = view.value.stream.value;
    const seen = await probeStream({ url, login: this.#login, context: this.#context, signal });
    if (Object.values(seen.rungs).some((rung) => !rung.ok)) this.#doubt();
    return {
      rungs: { ...rungs, ...seen.rungs },
      facts: this.#facts(),
      ...(seen.stream && { stream: seen.stream }),
    };
  }

  #failed(rungs: Rungs, seen: Fault): ProbeReport {
    this.#doubt();
    return {
      rungs: { ...rungs, ...climbedTo(seen) },
      facts: this.#facts(),
    };
  }

  #clockRung(offsetMs: number | undefined): RungOutcome {
    const seen =
      offsetMs === undefined
        ? fault("clock-unreadable", evidenceTexts.timeUnreadable)
        : judgeClock(offsetMs, this.#context.health().clockTolerance);
    return seen ? { ok: false, fault: seen } : { ok: true };
  }

  /** What was discovered, anew when it is no longer believed; one discovery at a time. */
  #view(signal: AbortSignal): Promise<Result<View, Fault>> {
    const turn = this.#discovering.then(() => this.#discover(signal));
    this.#discovering = turn.catch(() => undefined);
    return turn;
  }

  async #discover(signal: AbortSignal): Promise<Result<View, Fault>> {
    const { clock } = this.#context;
    if (this.#known && clock.monotonic() < this.#known.until) return ok(this.#known);
    const details = await this.#device.details(this, signal);
    if (!details.ok) return details;
    const { profile, rtspPort } = this.#config;
    const { caller, endpoint } = this.#device;
    const view = await findView(caller, details.value, { endpoint, profile, rtspPort }, signal);
    if (!view.ok) return view;
    const { mac } = details.value;
    const until = clock.monotonic() + DETAILS_FOR_MS;
    this.#known = { ...view.value, ...(mac !== undefined && { mac }), until };
    return view;
  }

  /** What was discovered is discovered anew at the next look. */
  #doubt(): void {
    if (this.#known) this.#known = { ...this.#known, until: Number.NEGATIVE_INFINITY };
  }

  #facts(): CameraFacts {
    const { mac, facts } = this.#known ?? {};
    return { ...this.#told, ...(mac !== undefined && { mac }), ...facts };
  }

  #concerns({ channels }: CameraSignal): boolean {
    const profile = chooseProfile(this.#device.profiles ?? [], this.#config.profile);
    return isOf(profile.ok ? profile.value : undefined, channels);
  }

  /** Of the device as a whole: Profile G tells no more in one question. */
  async recordings(signal: AbortSignal): Promise<Result<RecordingReport, Fault>> {
    const details = await this.#device.details({}, signal);
    if (!details.ok) return details;
    const { search } = details.value;
    if (!search) return fail(fault("request-refused", evidenceTexts.noRecordingService));
    const answer = await this.#device.caller.call(
      { name: "GetRecordingSummary" },
      { url: search },
      { signal },
    );
    return answer.ok ? ok(readRecordingSummary(answer.value)) : fail(answer.error.fault);
  }

  async snapshot(signal: AbortSignal): Promise<Result<Uint8Array, Fault>> {
    const view = await this.#view(signal);
    if (!view.ok) return view;
    const { snapshot } = view.value;
    if (!snapshot) return fail(fault("request-refused", evidenceTexts.noPictureAddress));
    try {
      return await this.#context.host.request(signal, () =>
        fetchSnapshot(snapshot, this.#login, this.#context, signal),
      );
    } catch (error) {
      if (signal.aborted) return fail(fault("connection-cut", evidenceTexts.givenUp));
      throw error;
    }
  }
}
