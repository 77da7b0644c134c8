import type { Clock } from "./clock.ts";

/** The reason of a signal that a deadline aborted. */
class DeadlineExceeded extends Error {
  override readonly name = "DeadlineExceeded";
  constructor(afterMs: number) {
    super(`no answer within ${afterMs} ms`);
  }
}

export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * A signal that aborts when `parent` does or after `ms`, whichever is first. Dispose it (`using`) so that neither
 * timer nor listener outlives the work: AbortSignal.any() keeps its sources' listeners until collected.
 */
export function deadline(clock: Clock, ms: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  const follow = () => controller.abort(parent?.reason);
  if (parent?.aborted) controller.abort(parent.reason);
  else parent?.addEventListener("abort", follow, { once: true });
  const cancel = clock.after(ms, () => controller.abort(new DeadlineExceeded(ms)));
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      cancel();
      parent?.removeEventListener("abort", follow);
    },
  };
}

/** Whether `signal` aborted because its own time ran out, not because its parent was told to stop. */
export function timedOut(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason instanceof DeadlineExceeded;
}
