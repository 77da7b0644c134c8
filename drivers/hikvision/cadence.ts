/** Intervals that are remembered, and how many of them show a cadence. */
const REMEMBERED = 8;
const INTERVALS_TO_LEARN = 3;
/** Beats that may be missed before the stream is taken for dead, and the least time that this is. */
const MISSED = 4;
const LEAST_MS = 10_000;

/**
 * How often a device says on its event stream that it lives: every 300 ms, every 10 s, or never (home-assistant
 * #82767; one recorder did so once, at the beginning: toxuin/alarmserver #31). Learned anew for each connection.
 */
export class HeartbeatCadence {
  #last: number | undefined;
  #intervals: readonly number[] = [];

  /** At monotonic milliseconds. */
  beat(now: number): void {
    if (this.#last !== undefined) this.#intervals = [...this.#intervals, now - this.#last].slice(-REMEMBERED);
    this.#last = now;
  }

  /** After how many milliseconds without a word the stream is dead; undefined while there is no cadence. */
  get deadAfter(): number | undefined {
    if (this.#intervals.length < INTERVALS_TO_LEARN) return undefined;
    return Math.max(LEAST_MS, MISSED * Math.max(...this.#intervals));
  }
}
