import type { CameraStats, Made } from "./camera-contract.ts";
import { activeIn, type EventMessage, isMotion } from "./onvif-device-message.ts";

/** What a camera counts of itself. */
export class CameraRecord {
  readonly #times: number[] = [];
  #motionStarts = 0;
  #motionEnds = 0;
  readonly #requests = new Map<string, number>();
  loginsRefused = 0;

  event(message: EventMessage): void {
    this.#times.push(microsecondsNow());
    if (!isMotion(message)) return;
    const active = activeIn(message);
    if (active === true) this.#motionStarts++;
    if (active === false) this.#motionEnds++;
  }

  request(action: string): void {
    this.#requests.set(action, (this.#requests.get(action) ?? 0) + 1);
  }

  refusedLogin(): void {
    this.loginsRefused++;
  }

  get made(): Made {
    return {
      count: this.#times.length,
      motionStarts: this.#motionStarts,
      motionEnds: this.#motionEnds,
      times: this.#times,
    };
  }

  get requests(): CameraStats["requests"] {
    return Object.fromEntries(this.#requests);
  }
}

/** Microseconds since the epoch, alike in all processes of this host and finer than Date.now(). */
export function microsecondsNow(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}
