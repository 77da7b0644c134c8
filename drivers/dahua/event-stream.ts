import type { DriverContext, EventSource } from "../../agent/model/camera.ts";
import { httpUrl } from "../protocol/endpoint.ts";
import { type Heard, watchEventStream } from "../protocol/event-stream.ts";
import type { HttpDevice } from "../protocol/http-device.ts";
import type { Part } from "../protocol/multipart.ts";
import { codes, isHeartbeat, isWhole, readEvent, signalOf } from "./event.ts";

const PATH = `/cgi-bin/eventManager.cgi?action=attach&codes=[${codes.join(",")}]&heartbeat=5`;

/** The events of all channels of a device, on one connection. */
export function eventStream(
  { endpoint, login }: Pick<HttpDevice, "endpoint" | "login">,
  context: DriverContext,
): EventSource {
  const stream = { url: httpUrl(endpoint, PATH), login, context, isWhole, begin: () => hear };
  return { watch: (emit, signal) => watchEventStream(stream, emit, signal) };
}

function hear({ body }: Part): Heard {
  const text = body.toString("utf8");
  if (isHeartbeat(text)) return { isHeartbeat: true };
  const event = readEvent(text);
  return { isHeartbeat: false, signal: event && signalOf(event) };
}
