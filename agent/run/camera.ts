import type { Progress } from "../core/progress.ts";
import type { CameraSession } from "../model/camera.ts";
import type { CameraRecord, CameraSurroundings } from "./camera-record.ts";
import type { EventHub } from "./event-hub.ts";
import { pollHealth } from "./poll-health.ts";

export interface CameraRun extends Pick<CameraSurroundings, "clock" | "log" | "settings"> {
  readonly progress: Progress;
  readonly firstAfter: number;
  readonly place: number;
  readonly hub: EventHub;
}

/**
 * Looks after one camera until `signal` aborts: health by looks, events by its channel. Each camera is alone: a dead,
 * slow or hostile one delays no other.
 */
export async function runCamera(
  id: string,
  session: CameraSession,
  record: CameraRecord,
  { clock, log, progress, firstAfter, place, settings, hub }: CameraRun,
  signal: AbortSignal,
): Promise<void> {
  const health = () => settings().health;
  const loop = progress.loop(`camera ${id}`);
  const looked = (tookMs: number) =>
    log.debug({ camera: id, tookMs: Math.round(tookMs) }, "camera looked at");
  await Promise.all([
    pollHealth(session, record, { clock, health, firstAfter, place, progress: loop, looked }, signal),
    session.events && hub.join(session.events, record, signal),
  ]);
  await record.leave();
}
