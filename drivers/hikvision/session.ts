import { ok, type Result } from "../../agent/base/result.ts";
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
import { judgeClock, zoneIn } from "../protocol/device-clock.ts";
import { endpointOf } from "../protocol/endpoint.ts";
import { climbedTo } from "../protocol/ladder.ts";
import { probeStream } from "../protocol/rtsp-probe.ts";
import { isOfChannel, judgeChannel } from "./channels.ts";
import { type DeviceClock, HikvisionDevice } from "./device.ts";
import { readRecordings } from "./recordings.ts";
import { fetchSnapshot } from "./snapshot.ts";
import { compactTime } from "./time.ts";

type Rungs = { -readonly [K in keyof ProbeReport["rungs"]]: ProbeReport["rungs"][K] };

/** What is configured of a channel. */
export type ChannelConfig = Pick<
  Extract<CameraConfig, { driver: "hikvision" }>,
  "channel" | "stream" | "rtspPort" | "events"
>;

/** The channel of a device that all its channels share; opens no connection. */
export function openChannel(
  config: ChannelConfig & { readonly address: string },
  login: Login | undefined,
  context: DriverContext,
): HikvisionSession {
  const device = context.host.shared(
    "hikvision",
    login,
    () => new HikvisionDevice(endpointOf(config.address), login, context),
  );
  return new HikvisionSession(config, login, context, device);
}

/** One channel of a device: a camera by itself, or one of a recorder's. */
export class HikvisionSession implements CameraSession {
  readonly #config: ChannelConfig;
  readonly #login: Login | undefined;
  readonly #context: DriverContext;
  readonly #device: HikvisionDevice;
  readonly events?: CameraEvents;

  constructor(
    config: ChannelConfig,
    login: Login | undefined,
    context: DriverContext,
    device: HikvisionDevice,
  ) {
    this.#config = config;
    this.#login = login;
    this.#context = context;
    this.#device = device;
    if (config.events) this.events = { source: device.events, concerns: (signal) => this.#concerns(signal) };
  }

  /**
   * The device first, as its channels share it: who it is, by which the login is judged; its clock, which no login of
   * Digest depends on; whether the channel is there. Then the stream of the channel, which a recorder also sends
   * where there is no camera behind it, as a picture that says so.
   */
  async probe(signal: AbortSignal): Promise<ProbeReport> {
    const look = await this.#device.look(this, signal);
    if (!look.ok) return { rungs: climbedTo(look.error), facts: this.#facts() };
    const { channels, clock } = look.value;
    const rungs: Rungs = {
      host: { ok: true },
      port: { ok: true },
      login: { ok: true },
      clock: this.#clockRung(clock),
    };
    const told = {
      facts: this.#facts(),
      ...(clock?.offsetMs !== undefined && { clock: { offsetMs: clock.offsetMs } }),
    };
    const absent = judgeChannel(channels, this.#config.channel);
    if (absent) return { ...told, rungs: { ...rungs, describe: { ok: false, fault: absent } } };
    const { rungs: seen, stream } = await probeStream({
      url: this.#streamUri(),
      login: this.#login,
      context: this.#context,
      signal,
    });
    return { ...told, rungs: { ...rungs, ...seen }, ...(stream && { stream }) };
  }

  #clockRung(clock: DeviceClock | undefined): RungOutcome {
    const { clockTolerance } = this.#context.health();
    if (!clock)
      return {
        ok: false,
        fault: fault("clock-unreadable", compose(evidenceTexts.noDeviceTime, { request: "System/time" })),
      };
    const seen = judgeClock(clock.offsetMs ?? withoutZone(clock.wallOffsetMs), clockTolerance);
    if (!seen) return { ok: true };
    const zone = clock.zoneMs;
    if (zone === undefined) return { ok: false, fault: seen };
    const evidence = compose(evidenceTexts.inZone, { seen: seen.evidence, zone: zoneWord(zone) });
    return { ok: false, fault: fault(seen.cause, evidence) };
  }

  /** "101" is the first channel's main stream, "1602" the sixteenth's sub-stream. */
  get #stream(): string {
    return `${this.#config.channel}0${this.#config.stream === "sub" ? 2 : 1}`;
  }

  #streamUri(): string {
    return this.#rtsp(`/Streaming/Channels/${this.#stream}`);
  }

  #rtsp(target: string): string {
    const { rtspPort = 554 } = this.#config;
    const port = rtspPort === 554 ? "" : `:${rtspPort}`;
    return `rtsp://${this.#device.client.endpoint.hostname}${port}${target}`;
  }

  #picturePath(): string {
    return `Streaming/channels/${this.#config.channel}01/picture`;
  }

  #facts(): CameraFacts {
    return {
      ...this.#device.last?.info.facts,
      streamUri: this.#streamUri(),
      snapshotUri: this.#device.client.url(this.#picturePath()).href,
      profile: this.#stream,
    };
  }

  #concerns({ channels: named }: CameraSignal): boolean {
    if (named === undefined) return true;
    const listed = this.#device.last?.channels ?? [];
    return named.some((name) => isOfChannel(name, this.#config.channel, listed));
  }

  snapshot(signal: AbortSignal): Promise<Result<Uint8Array, Fault>> {
    return fetchSnapshot(this.#device.client, this.#picturePath(), signal);
  }

  storage(signal: AbortSignal): Promise<Result<StorageReport, Fault>> {
    return this.#device.storage(this, signal);
  }

  async recordings(signal: AbortSignal): Promise<Result<RecordingReport, Fault>> {
    const look = await this.#device.look(this, signal);
    if (!look.ok) return look;
    const { clock } = look.value;
    const wall = this.#context.clock.wall() + (clock?.wallOffsetMs ?? 0);
    const days = await readRecordings(this.#device.client, this.#config.channel, wall, signal);
    if (!days.ok) return days;
    const first = days.value[0];
    const zone = zoneOf(clock);
    return ok({
      days: days.value,
      // To the day: the first begins at midnight of the device at the earliest.
      ...(first !== undefined && {
        earliest: new Date(Date.parse(`${first}T00:00:00Z`) - zone).toISOString(),
      }),
    });
  }

  /** The device reads these times as its own local ones, whatever their Z says. */
  playback(from: Date, to: Date): string {
    const zone = zoneOf(this.#device.last?.clock);
    const time = (date: Date) => compactTime(date.getTime() + zone);
    return this.#rtsp(
      `/Streaming/tracks/${this.#config.channel}01?starttime=${time(from)}&endtime=${time(to)}`,
    );
  }
}

/** Where a device tells no zone, whole hours say nothing of its clock. */
function withoutZone(wallOffsetMs: number): number {
  return wallOffsetMs - zoneIn(wallOffsetMs);
}

/** How far what a device writes is ahead of UTC; 0 where that is not known. */
function zoneOf(clock: DeviceClock | undefined): number {
  return clock?.zoneMs ?? (clock ? zoneIn(clock.wallOffsetMs) : 0);
}

/** "+7", "−3:30". */
function zoneWord(ms: number): string {
  const minutes = Math.abs(Math.round(ms / 60_000));
  const rest = minutes % 60;
  return `${ms < 0 ? "−" : "+"}${Math.floor(minutes / 60)}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}
