import type { ProbeReport } from "../../agent/model/camera.ts";
import { causes, type Fault } from "../../agent/model/fault.ts";

/**
 * How far up the ladder a device was climbed that ended in a fault: a refused connection shows a host, and an answer
 * of any kind an open port.
 */
export function climbedTo(seen: Fault): ProbeReport["rungs"] {
  const { rung } = causes[seen.cause];
  return {
    ...(rung !== "host" && { host: { ok: true } }),
    ...(rung !== "host" && rung !== "port" && { port: { ok: true } }),
    [rung]: { ok: false, fault: seen },
  };
}

/**
 * Whether a fault is of host, port or login: then no further question helps. What this user alone is not given is one
 * question's matter.
 */
export function isOfTheWay({ cause }: Fault): boolean {
  const { rung } = causes[cause];
  return cause !== "login-forbidden" && (rung === "host" || rung === "port" || rung === "login");
}
