import { fail, type Result } from "../../agent/base/result.ts";
import type { HostGate, WatchEnd } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";

/** What is left to say of a camera when the caller's signal aborted; nobody need look at it. */
export const givenUp = fault("connection-cut", evidenceTexts.givenUp);

/** … and of its event channel. */
export const watchGivenUp: WatchEnd = {
  fault: fault("events-lost", evidenceTexts.givenUp),
  retry: "backoff",
};

/** Does `work` in one of the host's request slots. Rejects only for what is not the camera's doing. */
export async function inSlot<T>(
  host: Pick<HostGate, "request">,
  signal: AbortSignal,
  work: () => Promise<Result<T, Fault>>,
): Promise<Result<T, Fault>> {
  try {
    return await host.request(signal, work);
  } catch (error) {
    if (signal.aborted) return fail(givenUp);
    throw error;
  }
}
