import { fail, ok } from "../../agent/base/result.ts";
import type {
  CameraFacts,
  CameraSession,
  CameraSignal,
  DriverContext,
  Login,
  ProbeReport,
} from "../../agent/model/camera.ts";
import type { OnvifCameraConfig } from "../../agent/model/config.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { clockRung } from "../protocol/device-clock.ts";
import { endpointOf, httpUrl } from "../protocol/endpoint.ts";
import { endedBy, reached, well, withStream } from "../protocol/report.ts";
import { readRecordingSummary } from "./answers.ts";
import { isOf } from "./channel.ts";
import { OnvifDevice } from "./device.ts";
import { chooseProfile } from "./discover.ts";
import { KnownView } from "./known-view.ts";
import { fetchSnapshot } from "./snapshot.ts";

/** One ONVIF camera, alone on its device or a channel of a recorder. Opens no connection. */
export function openChannel(
  config: OnvifCameraConfig,
  login: Login | undefined,
  context: DriverContext,
): CameraSession {
  const endpoint = endpointOf(config.address);
  const url = httpUrl(endpoint, config.path);
  const device = context.host.shared(
    `onvif ${url.href}`,
    login,
    () => new OnvifDevice(endpoint, url, login, context),
  );
  if (config.profile !== undefined) device.tellApart();
  const view = new KnownView(device, config, context.clock);
  const asker = {};
  let told: Partial<CameraFacts> = {};
  const facts = () => ({ ...told, ...view.facts });
  const failed = (report: ProbeReport, seen: Fault) => {
    view.doubt();
    return endedBy(report, seen);
  };
  const concerns = ({ channels }: CameraSignal) => {
    const profile = chooseProfile(device.profiles ?? [], config.profile);
    return isOf(profile.ok ? profile.value : undefined, channels);
  };
  return {
    ...(config.events && { events: { source: device.events, concerns } }),

    /** A look while nothing is new costs two requests, for all channels of a recorder together, and the stream. */
    async probe(signal) {
      const look = await device.look.get(asker, signal);
      if (!look.ok) return failed({ rungs: {}, facts: facts() }, look.error);
      const { offsetMs, device: self } = look.value;
      const clock = clockRung(offsetMs, evidenceTexts.timeUnreadable, context.health().clockTolerance);
      if (!self.ok) return failed(reached(facts(), { clock }, offsetMs), self.error);
      if (self.value.serial !== told.serial) view.forget();
      told = self.value;
      const seen = await view.get(signal);
      const report = reached(facts(), { clock, login: well }, offsetMs);
      const stream = seen.ok ? seen.value.stream : seen;
      if (!stream.ok) return failed(report, stream.error);
      const whole = await withStream(report, { url: stream.value, login, context, signal });
      if (!whole.stream && !signal.aborted) view.doubt();
      return whole;
    },

    /** Of the device as a whole: Profile G tells no more in one question. */
    async recordings(signal) {
      const details = await device.details.get({}, signal);
      if (!details.ok) return details;
      const { search } = details.value;
      if (!search) return fail(fault("request-refused", evidenceTexts.noRecordingService));
      const answer = await device.caller.call({ name: "GetRecordingSummary" }, { url: search }, { signal });
      return answer.ok ? ok(readRecordingSummary(answer.value)) : fail(answer.error.fault);
    },

    async snapshot(signal) {
      const seen = await view.get(signal);
      if (!seen.ok) return seen;
      const { snapshot } = seen.value;
      if (!snapshot) return fail(fault("request-refused", evidenceTexts.noPictureAddress));
      return fetchSnapshot(snapshot, login, context, signal);
    },
  };
}
