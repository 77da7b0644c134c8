import type { Clock } from "../base/clock.ts";

/**
 * The time of day as far as the box knows it. A clock that was synchronised once in this run goes on from there by
 * the monotonic clock, whatever becomes of the wall clock. Where nothing says whether it is, it is believed.
 */
export class KnownTime {
  readonly #clock: Pick<Clock, "wall" | "monotonic">;
  #synced: boolean | null = null;
  #last: { readonly wall: number; readonly monotonic: number } | undefined;

  constructor(clock: Pick<Clock, "wall" | "monotonic">) {
    this.#clock = clock;
  }

  /** Tells whether the box's clock is synchronised now; null where nothing says so. */
  observe(synced: boolean | null): void {
    this.#synced = synced;
    if (synced) this.#last = { wall: this.#clock.wall(), monotonic: this.#clock.monotonic() };
  }

  /** Milliseconds since the Unix epoch; undefined where the clock is known to be set by nobody. */
  now(): number | undefined {
    if (this.#synced !== false) return this.#clock.wall();
    return this.#last && this.#last.wall + this.#clock.monotonic() - this.#last.monotonic;
  }
}
