import type { SimulatedCamera } from "../../../test/fakes/camera.ts";
import type { Clock } from "../../base/clock.ts";

/** People pass the cameras: motion that starts and ends, at a pace that the acts change. */
export interface Traffic {
  /** Motions that start a second, over all cameras; 0: nobody passes. */
  pace: number;
  /** Until `signal` aborts; ends what is still active, so that every start has its end. */
  run(signal: AbortSignal): Promise<void>;
}

/** No motion lasts longer; in a quick pace it is shorter, so that a camera is free for the next. */
const LONGEST_MS = 900;
const IDLE_MS = 50;

export function openTraffic(cameras: readonly SimulatedCamera[], clock: Clock): Traffic {
  const traffic: Traffic = {
    pace: 0,
    async run(signal) {
      const passing = new Set<Promise<void>>();
      const busy = new Set<SimulatedCamera>();
      for (let turn = 0; !signal.aborted; ) {
        await clock.sleep(traffic.pace > 0 ? 1_000 / traffic.pace : IDLE_MS, signal);
        const free = cameras.filter((camera) => !busy.has(camera));
        const camera = free[turn % free.length];
        if (signal.aborted || traffic.pace === 0 || !camera) continue;
        // A step that has no divisor in common with the number of cameras looks like chance.
        turn += 3;
        busy.add(camera);
        const pass = passBy(camera, Math.min(LONGEST_MS, 2_000 / traffic.pace), signal).then(() => {
          busy.delete(camera);
          passing.delete(pass);
        });
        passing.add(pass);
      }
      await Promise.all(passing);
    },
  };

  async function passBy(camera: SimulatedCamera, ms: number, signal: AbortSignal): Promise<void> {
    camera.motion(true);
    await clock.sleep(ms, signal);
    camera.motion(false);
  }
  return traffic;
}

/** The oracle: motion starts and ends that the cameras themselves count. */
export function motionMade(cameras: readonly SimulatedCamera[]): number {
  return cameras.reduce((sum, { made }) => sum + made.motionStarts + made.motionEnds, 0);
}
