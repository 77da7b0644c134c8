import type { DriverContext, EventSource } from "../../agent/model/camera.ts";
import { httpUrl } from "../protocol/endpoint.ts";
import { type ReadPart, watchEventStream } from "../protocol/event-stream.ts";
import type { HttpDevice } from "../protocol/http-device.ts";
import type { SharedQuestion } from "../protocol/shared-question.ts";
import { unreached } from "../protocol/watch-end.ts";
import { isHeartbeat, isWholeAlert, readAlert } from "./alert.ts";
import { AlertStates } from "./alert-states.ts";

const PATH = "/ISAPI/Event/notification/alertStream";

/** The events of all channels of a device, on one connection; the device is looked at before, for its channels. */
export function alertStream(
  { endpoint, login }: Pick<HttpDevice, "endpoint" | "login">,
  look: Pick<SharedQuestion<unknown>, "get">,
  context: DriverContext,
): EventSource {
  const asker = {};
  const stream = { url: httpUrl(endpoint, PATH), login, context, isWhole: isWholeAlert, begin: reader };
  return {
    async watch(emit, signal) {
      const seen = await look.get(asker, signal);
      return seen.ok ? watchEventStream(stream, emit, signal) : unreached(seen.error);
    },
  };
}

/** What is active is remembered for one connection: whatever ended between two is not told by the next. */
function reader(): ReadPart {
  const states = new AlertStates();
  return ({ body }, now) => {
    const alert = readAlert(body.toString("utf8"));
    return alert
      ? { isHeartbeat: isHeartbeat(alert), signal: states.take(alert, now) }
      : { isHeartbeat: false };
  };
}
