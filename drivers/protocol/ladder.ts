import type { ProbeReport } from "../../agent/model/camera.ts";
import { causes, type Fault } from "../../agent/model/fault.ts";

type Rungs = { -readonly [K in keyof ProbeReport["rungs"]]: ProbeReport["rungs"][K] };

/**
 * How far up the ladder a device was climbed that ended in a fault: a refused connection shows a host, and an answer
 * of any kind an open port.
 */
export function climbedTo(seen: Fault): Rungs {
  const { rung } = causes[seen.cause];
  return {
    ...(rung !== "host" && { host: { ok: true } }),
    ...(rung !== "host" && rung !== "port" && { port: { ok: true } }),
    [rung]: { ok: false, fault: seen },
  };
}
