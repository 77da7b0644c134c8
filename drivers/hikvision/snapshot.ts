import type { Result } from "../../agent/base/result.ts";
import type { Fault } from "../../agent/model/fault.ts";
import type { HttpDevice } from "../protocol/http-device.ts";
import { readComplaint } from "./response-status.ts";
import { ISAPI, judgeRefusal } from "./verdict.ts";

/** One JPEG. Recorders refuse it for channels that are offline ("deviceError"), old ones for every channel. */
export function fetchSnapshot(
  http: Pick<HttpDevice, "picture">,
  target: string,
  signal: AbortSignal,
): Promise<Result<Uint8Array, Fault>> {
  return http.picture(`${ISAPI}${target}`, signal, (answer) => {
    const complaint = readComplaint(answer.body.toString("utf8", 0, 4_096));
    if (answer.status === 200 && !complaint) return undefined;
    return judgeRefusal(target, answer, complaint).fault;
  });
}
