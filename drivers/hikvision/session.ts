import { ok } from "../../agent/base/result.ts";
import type {
  CameraSession,
  CameraSignal,
  DriverContext,
  Login,
  RungOutcome,
} from "../../agent/model/camera.ts";
import type { CameraConfig } from "../../agent/model/config.ts";
import { fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import { clockRung, zoneIn } from "../protocol/device-clock.ts";
import { endpointOf, httpUrl, rtspAddress } from "../protocol/endpoint.ts";
import { endedBy, reached, well, withStream } from "../protocol/report.ts";
import { isOfChannel, judgeChannel } from "./channels.ts";
import { type DeviceClock, HikvisionDevice } from "./device.ts";
import { readRecordings } from "./recordings.ts";
import { fetchSnapshot } from "./snapshot.ts";
import { compactTime } from "./time.ts";
import { ISAPI } from "./verdict.ts";

type HikvisionConfig = Extract<CameraConfig, { driver: "hikvision" }>;

/** One channel of a device: a camera by itself, or one of a recorder's. Opens no connection. */
export function openChannel(
  config: HikvisionConfig,
  login: Login | undefined,
  context: DriverContext,
): CameraSession {
  const device = context.host.shared(
    "hikvision",
    login,
    () => new HikvisionDevice(endpointOf(config.address), login, context),
  );
  const { http, look } = device;
  const { channel } = config;
  const asker = {};
  /** "101" is the first channel's main stream, "1602" the sixteenth's sub-stream. */
  const stream = `${channel}0${config.stream === "sub" ? 2 : 1}`;
  const rtsp = (target: string) => rtspAddress(http.endpoint.hostname, config.rtspPort, target);
  const streamUri = rtsp(`/Streaming/Channels/${stream}`);
  const picture = `Streaming/channels/${channel}01/picture`;
  const facts = () => ({
    ...look.last?.info.facts,
    streamUri,
    snapshotUri: httpUrl(http.endpoint, `${ISAPI}${picture}`).href,
    profile: stream,
  });
  const concerns = ({ channels }: CameraSignal) =>
    channels?.some((name) => isOfChannel(name, channel, look.last?.channels ?? [])) ?? true;
  return {
    ...(config.events && { events: { source: device.events, concerns } }),

    /**
     * The device first, as its channels share it: who it is, by which the login is judged; its clock, which no login of
     * Digest depends on; whether the channel is there. Then the stream of the channel, which a recorder also sends
     * where there is no camera behind it, as a picture that says so.
     */
    async probe(signal) {
      const seen = await look.get(asker, signal);
      if (!seen.ok) return endedBy({ rungs: {}, facts: facts() }, seen.error);
      const { channels, clock } = seen.value;
      const rungs = { login: well, clock: judge(clock, context.health().clockTolerance) };
      const report = reached(facts(), rungs, clock?.offsetMs);
      const absent = judgeChannel(channels, channel);
      return absent
        ? endedBy(report, absent)
        : withStream(report, { url: streamUri, login, context, signal });
    },

    snapshot: (signal) => fetchSnapshot(http, picture, signal),

    storage: (signal) => device.storage.get(asker, signal),

    async recordings(signal) {
      const seen = await look.get(asker, signal);
      if (!seen.ok) return seen;
      const { clock } = seen.value;
      const wall = context.clock.wall() + (clock?.wallOffsetMs ?? 0);
      const days = await readRecordings(device.ask, channel, wall, signal);
      if (!days.ok) return days;
      const first = days.value[0];
      return ok({
        days: days.value,
        // To the day: the first begins at midnight of the device at the earliest.
        ...(first !== undefined && {
          earliest: new Date(Date.parse(`${first}T00:00:00Z`) - zoneOf(clock)).toISOString(),
        }),
      });
    },

    /** The device reads these times as its own local ones, whatever their Z says. */
    playback(from, to) {
      const time = (date: Date) => compactTime(date.getTime() + zoneOf(look.last?.clock));
      return rtsp(`/Streaming/tracks/${channel}01?starttime=${time(from)}&endtime=${time(to)}`);
    },
  };
}

/** The clock's rung, with the zone that the device stands in. */
function judge(clock: DeviceClock | undefined, tolerance: number): RungOutcome {
  const unread = compose(evidenceTexts.noDeviceTime, { request: "System/time" });
  const rung = clockRung(clock && (clock.offsetMs ?? withoutZone(clock.wallOffsetMs)), unread, tolerance);
  if (rung.ok || clock?.zoneMs === undefined) return rung;
  const { cause, evidence } = rung.fault;
  const zone = zoneWord(clock.zoneMs);
  return { ok: false, fault: fault(cause, compose(evidenceTexts.inZone, { seen: evidence, zone })) };
}

/** Where a device tells no zone, whole hours say nothing of its clock. */
function withoutZone(wallOffsetMs: number): number {
  return wallOffsetMs - zoneIn(wallOffsetMs);
}

/** How far what a device writes is ahead of UTC; 0 where that is not known. */
function zoneOf(clock: DeviceClock | undefined): number {
  return clock?.zoneMs ?? zoneIn(clock?.wallOffsetMs ?? 0);
}

/** "+7", "−3:30". */
function zoneWord(ms: number): string {
  const minutes = Math.abs(Math.round(ms / 60_000));
  const rest = minutes % 60;
  return `${ms < 0 ? "−" : "+"}${Math.floor(minutes / 60)}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}
