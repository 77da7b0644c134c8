import type { Clock } from "../base/clock.ts";

/** Both clocks read at once, milliseconds. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/**
 * The time of day as far as the box knows it. A clock that was synchronised once in this run goes on from there by
 * the monotonic clock, whatever becomes of the wall clock. Where nothing says whether it is, it is believed.
 */
export class KnownTime {
  readonly #clock: Pick<Clock, "wall" | "monotonic">;
  #synced: boolean | null = null;
  #last: Moment | undefined;

  constructor(clock: Pick<Clock, "wall" | "monotonic">) {
    this.#clock = clock;
  }

  /** Tells whether the box's clock was synchronised at a moment; null where nothing says so. */
  observe(synced: boolean | null, at: Moment): void {
    this.#synced = synced;
    if (synced) this.#last = at;
  }

  /** Milliseconds since the Unix epoch; undefined where the clock is known to be set by nobody. */
  now(): number | undefined {
    if (this.#synced === null) return this.#clock.wall();
    // Also while it is said to be synchronised: that was said before the clock was last set, if it was.
    return this.#last && this.#last.wall + this.#clock.monotonic() - this.#last.monotonic;
  }
}
