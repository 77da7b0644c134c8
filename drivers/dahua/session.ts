import { fail, ok, type Result } from "../../agent/base/result.ts";
import type {
  CameraEvents,
  CameraFacts,
  CameraSession,
  CameraSignal,
  DriverContext,
  Login,
  ProbeReport,
  RecordingReport,
  RungOutcome,
  StorageReport,
} from "../../agent/model/camera.ts";
import type { CameraConfig } from "../../agent/model/config.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import { judgeClock } from "../protocol/device-clock.ts";
import { endpointOf } from "../protocol/endpoint.ts";
import { climbedTo } from "../protocol/ladder.ts";
import { probeStream } from "../protocol/rtsp-probe.ts";
import { judgeRefusal } from "./client.ts";
import { DahuaDevice, type DeviceLook } from "./device.ts";
import { playbackText, zoneOf } from "./time.ts";

/** What is configured of one channel. */
export type DahuaChannelConfig = Pick<
  Extract<CameraConfig, { driver: "dahua" }>,
  "channel" | "stream" | "rtspPort" | "events"
>;

/** The channel of a device that all its channels share; opens no connection. */
export function openChannel(
  config: DahuaChannelConfig & { readonly address: string },
  login: Login | undefined,
  context: DriverContext,
): DahuaSession {
  const endpoint = endpointOf(config.address);
  const device = context.host.shared(
    `dahua ${endpoint.protocol}`,
    login,
    () => new DahuaDevice(endpoint, login, context),
  );
  return new DahuaSession(config, login, context, device);
}

/** Largest picture that is taken, bytes: a JPEG of 12 megapixels at high quality. */
const PICTURE_BYTES = 8_388_608;

type Rungs = { -readonly [K in keyof ProbeReport["rungs"]]: ProbeReport["rungs"][K] };

/** One camera, or one channel of a recorder. */
export class DahuaSession implements CameraSession {
  readonly #config: DahuaChannelConfig;
  readonly #login: Login | undefined;
  readonly #context: DriverContext;
  readonly #device: DahuaDevice;
  readonly events?: CameraEvents;

  constructor(
    config: DahuaChannelConfig,
    login: Login | undefined,
    context: DriverContext,
    device: DahuaDevice,
  ) {
    this.#config = config;
    this.#login = login;
    this.#context = context;
    this.#device = device;
    if (config.events) this.events = { source: device.events, concerns: (signal) => this.#concerns(signal) };
  }

  /** The device first, as its channels share it, then the channel's stream, which a recorder sends without a camera too. */
  async probe(signal: AbortSignal): Promise<ProbeReport> {
    const look = await this.#device.look(this, signal);
    if (!look.ok) return { rungs: climbedTo(look.error), facts: this.#facts() };
    const { offsetMs } = look.value;
    const rungs: Rungs = {
      host: { ok: true },
      port: { ok: true },
      login: { ok: true },
      clock: this.#clockRung(offsetMs),
    };
    const told = { facts: this.#facts(), ...(offsetMs !== undefined && { clock: { offsetMs } }) };
    const absent = judgeChannel(look.value, this.#config.channel);
    if (absent) return { ...told, rungs: { ...rungs, describe: { ok: false, fault: absent } } };
    const { rungs: seen, stream } = await probeStream({
      url: this.#streamUri,
      login: this.#login,
      context: this.#context,
      signal,
    });
    return { ...told, rungs: { ...rungs, ...seen }, ...(stream && { stream }) };
  }

  #clockRung(offsetMs: number | undefined): RungOutcome {
    const { clockTolerance } = this.#context.health();
    const request = "global.cgi getCurrentTime";
    const seen =
      offsetMs === undefined
        ? fault("clock-unreadable", compose(evidenceTexts.noDeviceTime, { request }))
        : judgeClock(offsetMs, clockTolerance);
    return seen ? { ok: false, fault: seen } : { ok: true };
  }

  get #streamUri(): string {
    const subtype = this.#config.stream === "sub" ? 1 : 0;
    return this.#rtsp(`/cam/realmonitor?channel=${this.#config.channel}&subtype=${subtype}`);
  }

  #rtsp(target: string): string {
    const { rtspPort = 554 } = this.#config;
    const port = rtspPort === 554 ? "" : `:${rtspPort}`;
    return `rtsp://${this.#device.client.endpoint.hostname}${port}${target}`;
  }

  get #picture(): string {
    return `snapshot.cgi?channel=${this.#config.channel}`;
  }

  #facts(): CameraFacts {
    const { channel, stream } = this.#config;
    return {
      ...this.#device.last?.facts,
      streamUri: this.#streamUri,
      snapshotUri: this.#device.client.url(this.#picture).href,
      profile: `${channel} (${stream})`,
    };
  }

  /** Indexes are from 0. Of a device with one channel every event is that channel's, whatever it writes. */
  #concerns({ channels: named }: CameraSignal): boolean {
    if (named === undefined || this.#device.last?.count === 1) return true;
    return named.some((index) => Number(index) + 1 === this.#config.channel);
  }

  async snapshot(signal: AbortSignal): Promise<Result<Uint8Array, Fault>> {
    const target = this.#picture;
    const answer = await this.#device.client.fetch({ target, bodyBytes: PICTURE_BYTES }, signal);
    if (!answer.ok) return answer;
    const { status, header, body } = answer.value;
    // JPEG's start of image; devices name any type.
    if (status === 200 && body[0] === 0xff && body[1] === 0xd8 && body[2] === 0xff) return ok(body);
    const refusal = judgeRefusal(target, answer.value);
    if (status !== 200 || refusal.unsupported) return fail(refusal.fault);
    const type = header("content-type")?.slice(0, 64) ?? evidenceTexts.noType;
    return fail(fault("answer-garbled", compose(evidenceTexts.notJpeg, { bytes: body.byteLength, type })));
  }

  storage(signal: AbortSignal): Promise<Result<StorageReport, Fault>> {
    return this.#device.storage(this, signal);
  }

  async recordings(signal: AbortSignal): Promise<Result<RecordingReport, Fault>> {
    const look = await this.#device.look(this, signal);
    if (!look.ok) return look;
    const zone = zoneOf(look.value.offsetMs);
    const now = this.#context.clock.wall() + zone;
    const recorded = await this.#device.recorded(this.#config.channel, now, signal);
    if (!recorded.ok) return fail(recorded.error.fault);
    const utc = (wallMs: number) => new Date(wallMs - zone).toISOString();
    if (!recorded.value) return ok({});
    const { from, to } = recorded.value;
    return ok({ earliest: utc(from), ...(to !== undefined && { latest: utc(to) }) });
  }

  /** The device takes these times for its own local ones. */
  playback(from: Date, to: Date): string {
    const zone = zoneOf(this.#device.last?.offsetMs);
    const time = (date: Date) => playbackText(date.getTime() + zone);
    return this.#rtsp(
      `/cam/playback?channel=${this.#config.channel}&starttime=${time(from)}&endtime=${time(to)}`,
    );
  }
}

/**
 * Why channel `wanted` cannot be looked at; undefined where nothing is known against it. Inputs that are counted may be
 * the sockets alone, of a recorder that also takes cameras over the network, and one input is most often a camera's.
 */
function judgeChannel({ count = 0, channels }: Pick<DeviceLook, "count" | "channels">, wanted: number) {
  const last = Math.max(count, ...channels.map(({ number }) => number));
  if (count > 1 && wanted > last) {
    const has = `1-${last}`;
    return fault("channel-missing", compose(evidenceTexts.noSuchChannel, { channel: wanted, channels: has }));
  }
  const channel = channels.find(({ number }) => number === wanted);
  if (channel?.isEmpty)
    return fault("channel-missing", compose(evidenceTexts.channelIsEmpty, { channel: wanted }));
  if (channel?.online !== false) return undefined;
  const seen = compose(evidenceTexts.channelIsOffline, { channel: wanted });
  const { word } = channel;
  return fault(
    "channel-offline",
    word === undefined ? seen : compose(evidenceTexts.detail, { seen, detail: word }),
  );
}
