import type { Clock } from "../base/clock.ts";
import { nextLook } from "../core/look-schedule.ts";
import type { Loop } from "../core/progress.ts";
import type { CameraSession } from "../model/camera.ts";
import type { HealthConfig } from "../model/config.ts";
import type { CameraRecord } from "./camera-record.ts";

/** A look may wait this long for its turn behind the other channels of a recorder before the watchdog minds. */
const LONGEST_LOOK_MS = 900_000;

export interface PollOptions {
  readonly clock: Clock;
  readonly health: () => HealthConfig;
  /** Milliseconds until the first look, which spreads the cameras of a site. */
  readonly firstAfter: number;
  /** Where in the interval its later looks stand, in [0, 1). */
  readonly place: number;
  readonly progress: Loop;
  /** Told after each look of the milliseconds that it took. */
  readonly looked: (tookMs: number) => void;
}

/** Looks at one camera again and again, on its own schedule, until `signal` aborts. */
export async function pollHealth(
  session: Pick<CameraSession, "probe">,
  record: Pick<CameraRecord, "look">,
  { clock, health, firstAfter, place, progress, looked }: PollOptions,
  signal: AbortSignal,
): Promise<void> {
  progress.beat(clock.monotonic(), firstAfter + LONGEST_LOOK_MS);
  await clock.sleep(firstAfter, signal);
  while (!signal.aborted) {
    const began = clock.monotonic();
    const report = await session.probe(signal);
    if (signal.aborted) break;
    const ended = clock.monotonic();
    looked(ended - began);
    const pause = await record.look(report);
    const { interval } = health();
    progress.beat(clock.monotonic(), interval + LONGEST_LOOK_MS);
    const next = nextLook({ began, ended }, { pause, interval, place });
    await clock.sleep(Math.max(0, next - clock.monotonic()), signal);
  }
  progress.end();
}
