import type { DriverContext, EventSource } from "../../agent/model/camera.ts";
import type { Fault } from "../../agent/model/fault.ts";
import { type Heard, watchEventStream } from "../protocol/event-stream.ts";
import { unreached } from "../protocol/watch-end.ts";
import { isHeartbeat, isWholeAlert, readAlert } from "./alert.ts";
import { AlertStates } from "./alert-states.ts";
import type { IsapiClient } from "./client.ts";

const PATH = "Event/notification/alertStream";
/** Largest alert, bytes. */
const PART_BYTES = 65_536;

export interface AlertStreamOptions {
  readonly client: IsapiClient;
  readonly context: DriverContext;
  /** Learns what the device is and has; a fault where there is no way to it. */
  readonly prepare: (signal: AbortSignal) => Promise<Fault | undefined>;
}

/** The events of all channels of a device, on one connection. */
export function alertStream({ client, context, prepare }: AlertStreamOptions): EventSource {
  return {
    async watch(emit, signal) {
      const unready = await prepare(signal);
      if (unready) return unreached(unready);
      const options = {
        url: client.url(PATH),
        login: client.login,
        context: { ...context, host: client.host },
        partBytes: PART_BYTES,
        isWhole: isWholeAlert,
        begin: reader,
      };
      return watchEventStream(options, emit, signal);
    },
  };
}

/** What is active is remembered for one connection: whatever ended between two is not told by the next. */
function reader(): (part: { readonly body: Buffer }, now: number) => Heard {
  const states = new AlertStates();
  return ({ body }, now) => {
    const alert = readAlert(body.toString("utf8"));
    return alert
      ? { isHeartbeat: isHeartbeat(alert), signal: states.take(alert, now) }
      : { isHeartbeat: false };
  };
}
