import type { Clock } from "../../agent/base/clock.ts";

/**
 * A clock that stands still until told: `advance` moves both times and fires what falls due, in order, letting
 * promises settle in between. The wall can be moved alone, as a flat battery or NTP does it.
 */
export class TestClock implements Clock {
  #monotonic = 0;
  #wall: number;
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  constructor(wall = Date.UTC(2026, 10, 24, 1, 0, 0)) {
    this.#wall = wall;
  }

  wall(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = () => {
        cancel();
        signal?.removeEventListener("abort", finish);
        resolve();
      };
      const cancel = this.after(ms, finish);
      signal?.addEventListener("abort", finish);
    });
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#monotonic + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves the wall clock only. */
  stepWall(ms: number): void {
    this.#wall += ms;
  }

  /** How many timers and sleeps are pending. */
  get waiting(): number {
    return this.#timers.length;
  }

  async advance(ms: number): Promise<void> {
    const until = this.#monotonic + ms;
    for (;;) {
      await settled();
      const next = this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#wall += Math.max(0, next.at - this.#monotonic);
      this.#monotonic = Math.max(this.#monotonic, next.at);
      next.run();
    }
    this.#wall += until - this.#monotonic;
    this.#monotonic = until;
    await settled();
  }
}

/** Lets every promise that can settle now settle. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
