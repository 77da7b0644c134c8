import type { Progress } from "../core/progress.ts";
import type { CameraSession } from "../model/camera.ts";
import type { CameraRecord, CameraSurroundings } from "./camera-record.ts";
import { pollHealth } from "./poll-health.ts";
import { watchEvents } from "./watch-events.ts";

export interface CameraRun extends Pick<CameraSurroundings, "clock" | "log" | "settings"> {
  readonly random: () => number;
  readonly progress: Progress;
  readonly firstAfter: number;
}

/**
 * Looks after one camera until `signal` aborts: health by looks, events by its channel. Each camera is alone: a dead,
 * slow or hostile one delays no other.
 */
export async function runCamera(
  id: string,
  session: CameraSession,
  record: CameraRecord,
  { clock, log, random, progress, firstAfter, settings }: CameraRun,
  signal: AbortSignal,
): Promise<void> {
  const health = () => settings().health;
  const loop = progress.loop(`camera ${id}`);
  await Promise.all([
    pollHealth(session, record, { clock, random, health, firstAfter, progress: loop }, signal),
    session.watch && watchEvents(session.watch.bind(session), record, { clock, random, log }, signal),
  ]);
  await record.leave();
}
