import type { CameraStatus, SiteHealth } from "../model/wire.ts";
import type { Moment } from "./known-time.ts";

/** How many cameras can be used now, and what ails the others. */
export function countCameras(cameras: readonly CameraStatus[]): SiteHealth["cameras"] {
  const states: SiteHealth["cameras"]["states"] = {};
  const causes: SiteHealth["cameras"]["causes"] = {};
  let usable = 0;
  for (const camera of cameras) {
    states[camera.state] = (states[camera.state] ?? 0) + 1;
    if (camera.cause) causes[camera.cause] = (causes[camera.cause] ?? 0) + 1;
    if (camera.usable) usable += 1;
  }
  return { total: cameras.length, usable, states, causes };
}

/** Wall less monotonic clock moved by more than this between two readings: somebody set the clock. Milliseconds. */
const STEP_MS = 2_000;

/** By how much the wall clock was set between two moments, milliseconds; 0 when it only ran. */
export function clockStep(before: Moment, now: Moment): number {
  const step = now.wall - before.wall - (now.monotonic - before.monotonic);
  return Math.abs(step) > STEP_MS ? step : 0;
}
