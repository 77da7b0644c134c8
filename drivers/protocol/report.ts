import type { CameraFacts, ProbeReport } from "../../agent/model/camera.ts";
import type { Fault } from "../../agent/model/fault.ts";
import { climbedTo } from "./ladder.ts";
import { probeStream } from "./rtsp-probe.ts";
import type { StreamRequest } from "./rtsp-visit.ts";

/** The report of one look, put together from what the device says and what its stream shows. */

export const well = { ok: true } as const;

/** Of a device that answered; `rungs` are those above the port that are known by that. */
export function reached(
  facts: CameraFacts,
  rungs: ProbeReport["rungs"],
  offsetMs: number | undefined,
): ProbeReport {
  return {
    rungs: { host: well, port: well, ...rungs },
    facts,
    ...(offsetMs !== undefined && { clock: { offsetMs } }),
  };
}

/** `report`, which a fault ended before the stream was looked at. */
export function endedBy(report: ProbeReport, seen: Fault): ProbeReport {
  return { ...report, rungs: { ...report.rungs, ...climbedTo(seen) } };
}

/** `report`, and what the stream shows. */
export async function withStream(report: ProbeReport, request: StreamRequest): Promise<ProbeReport> {
  const { rungs, stream } = await probeStream(request);
  return { ...report, rungs: { ...report.rungs, ...rungs }, ...(stream && { stream }) };
}
