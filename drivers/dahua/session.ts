import { ok } from "../../agent/base/result.ts";
import type { CameraSession, CameraSignal, DriverContext, Login } from "../../agent/model/camera.ts";
import type { CameraConfig } from "../../agent/model/config.ts";
import type { Fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import { judgeState, noSuchChannel } from "../protocol/channel-state.ts";
import { clockRung } from "../protocol/device-clock.ts";
import { endpointOf, httpUrl, rtspAddress } from "../protocol/endpoint.ts";
import { endedBy, reached, well, withStream } from "../protocol/report.ts";
import { DahuaDevice, type DeviceLook } from "./device.ts";
import { playbackText, zoneOf } from "./time.ts";
import { CGI, judgeRefusal } from "./verdict.ts";

/** What is configured of one channel. */
export type DahuaChannelConfig = Pick<
  Extract<CameraConfig, { driver: "dahua" }>,
  "channel" | "stream" | "rtspPort" | "events"
>;

export type DahuaSession = Required<Omit<CameraSession, "events">> & Pick<CameraSession, "events">;

/** One camera, or one channel of a recorder. Opens no connection. */
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
  const { http, look } = device;
  const { channel } = config;
  const asker = {};
  const rtsp = (target: string) => rtspAddress(endpoint.hostname, config.rtspPort, target);
  const subtype = config.stream === "sub" ? 1 : 0;
  const streamUri = rtsp(`/cam/realmonitor?channel=${channel}&subtype=${subtype}`);
  const picture = `snapshot.cgi?channel=${channel}`;
  const facts = () => ({
    ...look.last?.facts,
    streamUri,
    snapshotUri: httpUrl(endpoint, `${CGI}${picture}`).href,
    profile: `${channel} (${config.stream})`,
  });
  /** Indexes are from 0. Of a device with one channel every event is that channel's, whatever it writes. */
  const concerns = ({ channels }: CameraSignal) =>
    look.last?.count === 1 || (channels?.some((index) => Number(index) + 1 === channel) ?? true);
  return {
    ...(config.events && { events: { source: device.events, concerns } }),

    /** The device first, as its channels share it, then the channel's stream, which a recorder sends without a camera too. */
    async probe(signal) {
      const seen = await look.get(asker, signal);
      if (!seen.ok) return endedBy({ rungs: {}, facts: facts() }, seen.error);
      const { offsetMs } = seen.value;
      const unread = compose(evidenceTexts.noDeviceTime, { request: "global.cgi getCurrentTime" });
      const clock = clockRung(offsetMs, unread, context.health().clockTolerance);
      const report = reached(facts(), { login: well, clock }, offsetMs);
      const absent = judgeChannel(seen.value, channel);
      return absent
        ? endedBy(report, absent)
        : withStream(report, { url: streamUri, login, context, signal });
    },

    snapshot: (signal) =>
      http.picture(`${CGI}${picture}`, signal, (answer) => {
        const refusal = judgeRefusal(picture, answer);
        return answer.status !== 200 || refusal.unsupported ? refusal.fault : undefined;
      }),

    storage: (signal) => device.storage.get(asker, signal),

    async recordings(signal) {
      const seen = await look.get(asker, signal);
      if (!seen.ok) return seen;
      const zone = zoneOf(seen.value.offsetMs);
      const recorded = await device.recorded(channel, context.clock.wall() + zone, signal);
      if (!recorded.ok) return recorded;
      const utc = (wallMs: number) => new Date(wallMs - zone).toISOString();
      if (!recorded.value) return ok({});
      const { from, to } = recorded.value;
      return ok({ earliest: utc(from), ...(to !== undefined && { latest: utc(to) }) });
    },

    /** The device takes these times for its own local ones. */
    playback(from, to) {
      const time = (date: Date) => playbackText(date.getTime() + zoneOf(look.last?.offsetMs));
      return rtsp(`/cam/playback?channel=${channel}&starttime=${time(from)}&endtime=${time(to)}`);
    },
  };
}

/**
 * Why channel `wanted` cannot be looked at; undefined where nothing is known against it. Inputs that are counted may be
 * the sockets alone, of a recorder that also takes cameras over the network, and one input is most often a camera's.
 */
function judgeChannel({ count = 0, channels }: DeviceLook, wanted: number): Fault | undefined {
  const last = Math.max(count, ...channels.map(({ number }) => number));
  if (count > 1 && wanted > last) return noSuchChannel(wanted, `1-${last}`);
  const channel = channels.find(({ number }) => number === wanted);
  return channel && judgeState(channel);
}
