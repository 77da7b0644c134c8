import type { Clock } from "../../agent/base/clock.ts";

export interface Pace {
  /** Most that are worked on at once. */
  readonly atOnce: number;
  /** Most that are begun in a second. */
  readonly aSecond: number;
  readonly clock: Clock;
}

/** Does `work` on every item, in order, bounded in number and rate. Begins no more once `signal` aborts. */
export async function many<T>(
  items: readonly T[],
  { atOnce, aSecond, clock }: Pace,
  work: (item: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let next = 0;
  let freeAt = clock.monotonic();
  const worker = async () => {
    while (next < items.length && !signal.aborted) {
      const item = items[next++] as T;
      const now = clock.monotonic();
      freeAt = Math.max(freeAt, now) + 1_000 / aSecond;
      const wait = freeAt - 1_000 / aSecond - now;
      if (wait >= 1) await clock.sleep(wait, signal);
      if (!signal.aborted) await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
