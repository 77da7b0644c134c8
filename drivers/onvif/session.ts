import { fail, ok, type Result } from "../../agent/base/result.ts";
import type {
  CameraFacts,
  CameraSession,
  DriverContext,
  Emit,
  Login,
  ProbeReport,
  RungOutcome,
  WatchEnd,
} from "../../agent/model/camera.ts";
import type { OnvifCameraConfig } from "../../agent/model/config.ts";
import { causes, type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { judgeClock } from "../protocol/device-clock.ts";
import { endpointOf, httpUrl } from "../protocol/endpoint.ts";
import { probeStream } from "../protocol/rtsp-probe.ts";
import { type DeviceInformation, readDeviceInformation } from "./answers.ts";
import { OnvifCaller } from "./caller.ts";
import type { Concerns } from "./channel.ts";
import { type Details, discover, type Whereabouts } from "./discover.ts";
import { unreached, watchPullPoint } from "./pull-point.ts";
import { fetchSnapshot } from "./snapshot.ts";

/** How long what was discovered is believed, milliseconds; a failure on the way ends it at once. */
const DETAILS_FOR_MS = 3_600_000;

type Rungs = { -readonly [K in keyof ProbeReport["rungs"]]: ProbeReport["rungs"][K] };

/** One ONVIF camera. Keeps what it learned of the camera between looks, and no connection. */
export class OnvifSession implements CameraSession {
  readonly #where: Whereabouts;
  readonly #login: Login | undefined;
  readonly #context: DriverContext;
  readonly #caller: OnvifCaller;
  #device: DeviceInformation = {};
  /** What was last discovered, believed or not. */
  #details: Details | undefined;
  #detailsUntil = 0;
  /** Outlives a discovery that did not get as far. */
  #concerns: Concerns | undefined;
  #discovering: Promise<unknown> = Promise.resolve();

  constructor(config: OnvifCameraConfig, login: Login | undefined, context: DriverContext) {
    const endpoint = endpointOf(config.address);
    this.#where = { config, endpoint, device: httpUrl(endpoint, config.path) };
    this.#login = login;
    this.#context = context;
    this.#caller = new OnvifCaller(this.#where.device, login, context);
  }

  /**
   * The time without login first, so that a wrong clock is never taken for a wrong password; then the login by asking
   * for the device's own facts, which also tells a camera that was replaced; then the stream. A look while nothing is
   * new costs two requests and the stream.
   */
  async probe(signal: AbortSignal): Promise<ProbeReport> {
    const rungs: Rungs = {};
    const clock = await this.#caller.readClock(signal);
    if (!clock.ok) return this.#failed(rungs, clock.error.fault);
    rungs.host = { ok: true };
    rungs.port = { ok: true };
    const offsetMs = clock.value;
    rungs.clock = this.#clockRung(offsetMs);
    const rest = await this.#lookInside(rungs, signal);
    return { ...rest, ...(offsetMs !== undefined && { clock: { offsetMs } }) };
  }

  async #lookInside(rungs: Rungs, signal: AbortSignal): Promise<ProbeReport> {
    const login = await this.#logIn(signal);
    if (!login.ok) return this.#failed(rungs, login.error);
    rungs.login = { ok: true };
    const details = await this.#known(signal);
    if (!details.ok) return this.#failed(rungs, details.error);
    if (!details.value.stream.ok) return this.#failed(rungs, details.value.stream.error);
    const seen = await probeStream({
      url: details.value.stream.value,
      login: this.#login,
      context: this.#context,
      signal,
    });
    if (Object.values(seen.rungs).some((rung) => !rung.ok)) this.#detailsUntil = 0;
    return {
      rungs: { ...rungs, ...seen.rungs },
      facts: this.#facts(),
      ...(seen.stream && { stream: seen.stream }),
    };
  }

  #failed(rungs: Rungs, seen: Fault): ProbeReport {
    this.#detailsUntil = 0;
    return {
      rungs: { ...rungs, [causes[seen.cause].rung]: { ok: false, fault: seen }, ...below(seen) },
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

  async #logIn(signal: AbortSignal): Promise<Result<void, Fault>> {
    const { device: url } = this.#where;
    const answer = await this.#caller.call({ name: "GetDeviceInformation" }, { url }, { signal });
    // A camera without the call has accepted the login to say so.
    if (!answer.ok) return answer.error.unsupported ? ok(undefined) : fail(answer.error.fault);
    const device = readDeviceInformation(answer.value);
    if (device.serial !== this.#device.serial) {
      this.#details = undefined;
      this.#concerns = undefined;
    }
    this.#device = device;
    return ok(undefined);
  }

  /** What was discovered, anew when it is no longer believed; one discovery at a time. */
  async #known(signal: AbortSignal): Promise<Result<Details, Fault>> {
    const turn = this.#discovering.then(() => this.#discover(signal));
    this.#discovering = turn.catch(() => undefined);
    return turn;
  }

  async #discover(signal: AbortSignal): Promise<Result<Details, Fault>> {
    const { clock } = this.#context;
    if (this.#details && clock.monotonic() < this.#detailsUntil) return ok(this.#details);
    const found = await discover(this.#caller, this.#where, signal);
    if (!found.ok) return found;
    this.#details = found.value;
    this.#concerns = found.value.concerns ?? this.#concerns;
    this.#detailsUntil = clock.monotonic() + DETAILS_FOR_MS;
    return found;
  }

  #facts(): CameraFacts {
    return { ...this.#device, ...this.#details?.facts };
  }

  async watch(emit: Emit, signal: AbortSignal): Promise<WatchEnd> {
    const details = await this.#logInAndDiscover(signal);
    if (!details.ok) return unreached(details.error);
    const { events, stream } = details.value;
    if (!events) return { fault: fault("events-unsupported", evidenceTexts.noEventService), retry: "rarely" };
    // A channel that cannot be told from the others is better not opened than told their motion.
    if (!this.#concerns && this.#where.config.profile !== undefined && !stream.ok)
      return unreached(stream.error);
    const channel = {
      caller: this.#caller,
      endpoint: this.#where.endpoint,
      events,
      concerns: (source: Parameters<Concerns>[0]) => this.#concerns?.(source) ?? true,
      clock: this.#context.clock,
    };
    const end = await watchPullPoint(channel, emit, signal);
    // After a reboot or a change of settings the event service may be elsewhere.
    this.#detailsUntil = 0;
    return end;
  }

  async #logInAndDiscover(signal: AbortSignal): Promise<Result<Details, Fault>> {
    const clock = await this.#caller.readClock(signal);
    if (!clock.ok) return fail(clock.error.fault);
    const login = await this.#logIn(signal);
    if (!login.ok) return login;
    return this.#known(signal);
  }

  async snapshot(signal: AbortSignal): Promise<Result<Uint8Array, Fault>> {
    const details = await this.#known(signal);
    if (!details.ok) return details;
    const { snapshot } = details.value;
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

/** Rungs that a fault proves: a refused connection shows a host, and an answer of any kind an open port. */
function below({ cause }: Fault): ProbeReport["rungs"] {
  switch (causes[cause].rung) {
    case "host":
      return {};
    case "port":
      return { host: { ok: true } };
    default:
      return { host: { ok: true }, port: { ok: true } };
  }
}
