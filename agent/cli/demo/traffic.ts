import type { SimulatedCamera } from "../../../test/fakes/camera.ts";
import type { Clock } from "../../base/clock.ts";

/** People pass the cameras: motion that starts and ends, at a pace that the acts change. */
export interface Traffic {
  /** Motions that start a second, over all cameras; 0: nobody passes. */
  pace: number;
  /** How many are passing a camera now: their start was made, their end was not. */
  readonly passing: number;
  /** Until `signal` aborts; ends what is still active, so that every start has its end. */
  run(signal: AbortSignal): Promise<void>;
}

/** No motion lasts longer; in a quick pace it is shorter, so that a camera is free for the next. */
const LONGEST_MS = 900;
const IDLE_MS = 50;
/** Two of a row of cameras are seldom passed one after the other. */
const STRIDE = 3;

export function openTraffic(cameras: readonly SimulatedCamera[], clock: Clock): Traffic {
  const busy = new Map<SimulatedCamera, Promise<void>>();
  const traffic = {
    pace: 0,
    get passing() {
      return busy.size;
    },
    async run(signal: AbortSignal) {
      for (let turn = 0; !signal.aborted; turn += STRIDE) {
        await clock.sleep(traffic.pace > 0 ? 1_000 / traffic.pace : IDLE_MS, signal);
        if (signal.aborted || traffic.pace === 0) continue;
        const camera = cameras
          .keys()
          .map((index) => cameras[(turn + index) % cameras.length])
          .find((candidate) => candidate !== undefined && !busy.has(candidate));
        if (!camera) continue;
        const passed = passBy(camera, Math.min(LONGEST_MS, 2_000 / traffic.pace), signal);
        busy.set(
          camera,
          passed.then(() => void busy.delete(camera)),
        );
      }
      await Promise.all(busy.values());
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
