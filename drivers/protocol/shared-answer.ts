import type { Clock } from "../../agent/base/clock.ts";

export interface SharedAnswerOptions<T> {
  readonly clock: Clock;
  /** Asks the device, until `signal` aborts. */
  readonly ask: (signal: AbortSignal) => Promise<T>;
  /** For how long others are given the same answer, milliseconds; 0 for a failure. */
  readonly goodFor: (answer: T) => number;
}

interface Flight<T> {
  readonly answer: Promise<T>;
  readonly stop: AbortController;
  readonly askers: Set<object>;
  waiting: number;
}

/**
 * What the channels of a recorder ask of it is asked once for all of them: together when they ask together, and later
 * ones are given the answer while it is good. An answer is given to the same asker once: who looks again wants to know
 * again.
 */
export class SharedAnswer<T> {
  readonly #options: SharedAnswerOptions<T>;
  #flight: Flight<T> | undefined;
  #known: { readonly answer: T; readonly at: number; readonly askers: Set<object> } | undefined;

  constructor(options: SharedAnswerOptions<T>) {
    this.#options = options;
  }

  /** The answer; undefined when `signal` aborts before. The device is left alone when nobody waits any more. */
  async get(asker: object, signal: AbortSignal): Promise<T | undefined> {
    if (signal.aborted) return undefined;
    const known = this.#known;
    if (known && !known.askers.has(asker) && this.#isGood(known)) {
      known.askers.add(asker);
      return known.answer;
    }
    this.#flight ??= this.#ask();
    return this.#wait(this.#flight, asker, signal);
  }

  /** What is known is no longer believed. */
  forget(): void {
    this.#known = undefined;
  }

  #isGood({ answer, at }: { readonly answer: T; readonly at: number }): boolean {
    const { clock, goodFor } = this.#options;
    return clock.monotonic() - at < goodFor(answer);
  }

  #ask(): Flight<T> {
    const { clock, ask } = this.#options;
    const stop = new AbortController();
    const flight: Flight<T> = {
      stop,
      askers: new Set(),
      waiting: 0,
      answer: ask(stop.signal).finally(() => {
        if (this.#flight === flight) this.#flight = undefined;
      }),
    };
    flight.answer.then(
      (answer) => {
        if (!stop.signal.aborted) this.#known = { answer, at: clock.monotonic(), askers: flight.askers };
      },
      // Whoever waits is told.
      () => {},
    );
    return flight;
  }

  async #wait(flight: Flight<T>, asker: object, signal: AbortSignal): Promise<T | undefined> {
    flight.askers.add(asker);
    flight.waiting += 1;
    const { promise: left, resolve: leave } = Promise.withResolvers<undefined>();
    const abort = () => leave(undefined);
    signal.addEventListener("abort", abort, { once: true });
    try {
      return await Promise.race([flight.answer, left]);
    } finally {
      signal.removeEventListener("abort", abort);
      flight.waiting -= 1;
      if (signal.aborted) flight.askers.delete(asker);
      if (flight.waiting === 0 && this.#flight === flight) {
        this.#flight = undefined;
        flight.stop.abort(signal.reason);
      }
    }
  }
}
