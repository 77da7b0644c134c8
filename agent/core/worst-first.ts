import type { CameraStatus } from "../model/wire.ts";

/** How a camera stands, worst first. A camera that changes too often is not "online", whatever it is right now. */
export const standings = ["offline", "degraded", "unknown", "flapping", "maintenance", "online"] as const;
export type Standing = (typeof standings)[number];

export function standing(camera: Pick<CameraStatus, "state" | "flapping">): Standing {
  return camera.flapping && camera.state === "online" ? "flapping" : camera.state;
}

const rank = new Map<Standing, number>(standings.map((name, index) => [name, index]));

/** Worst first; among equals the one that has been so for longest, then by id. */
export function worstFirst(a: CameraStatus, b: CameraStatus): number {
  return (
    (rank.get(standing(a)) ?? 0) - (rank.get(standing(b)) ?? 0) ||
    (standing(a) === "online" ? 0 : a.since.localeCompare(b.since)) ||
    a.id.localeCompare(b.id)
  );
}
