import { fail, type Result } from "../../agent/base/result.ts";
import type { Fault } from "../../agent/model/fault.ts";
import { givenUp } from "./given-up.ts";

/** One piece of work at a time, in the order in which they were wanted. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Does `work` in its turn; who is stopped before leaves the line at once. */
  async take<T>(signal: AbortSignal, work: () => Promise<Result<T, Fault>>): Promise<Result<T, Fault>> {
    const before = this.#last;
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    this.#last = done;
    const { promise: left, resolve: leave } = Promise.withResolvers<void>();
    const abort = () => leave();
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    await Promise.race([before, left]);
    try {
      return signal.aborted ? fail(givenUp) : await work();
    } finally {
      signal.removeEventListener("abort", abort);
      void before.then(finish);
    }
  }
}
