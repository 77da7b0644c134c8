import type { Clock } from "../base/clock.ts";
import { type BackoffPolicy, pauseBefore } from "../core/backoff.ts";

/** Why a piece of supervised work ended. */
export interface Ended<Reason = string> {
  readonly reason: Reason;
  /** Milliseconds to wait at least, when the work knows better than the policy ("this camera has no events"). */
  readonly pause?: number;
}

export interface SuperviseOptions<Reason> {
  /** Asked after each end, so that a reload takes effect. */
  readonly policy: () => BackoffPolicy;
  readonly clock: Clock;
  /** In [0, 1); Math.random outside of tests. */
  readonly random: () => number;
  /** Told before every pause: why, how long, and how many ends in a row. */
  readonly onPause?: (ended: Ended<Reason>, pauseMs: number, attempt: number) => void;
}

/**
 * The one retry loop of the program: runs `work` again and again until `signal` aborts. Work tries once and returns
 * why it ended; a throw is a bug and goes through to end the process.
 */
export async function supervise<Reason>(
  work: (signal: AbortSignal) => Promise<Ended<Reason>>,
  { policy, clock, random, onPause }: SuperviseOptions<Reason>,
  signal: AbortSignal,
): Promise<void> {
  let attempt = 0;
  while (!signal.aborted) {
    const startedAt = clock.monotonic();
    const ended = await work(signal);
    if (signal.aborted) return;
    if (clock.monotonic() - startedAt >= policy().stableAfter) attempt = 0;
    const pause = Math.max(pauseBefore(policy(), attempt, random()), ended.pause ?? 0);
    onPause?.(ended, pause, attempt);
    attempt += 1;
    await clock.sleep(pause, signal);
  }
}
