/**
 * Time as an argument. Wall time only stamps; every interval, deadline and order uses the monotonic clock,
 * because a recorder's wall clock jumps by years when its battery is flat.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. For stamps only. */
  wall(): number;
  /** Milliseconds from an arbitrary origin; never goes back. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** Longest delay that setTimeout takes without firing at once (2^31 - 1 ms). */
const LONGEST_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", finish);
        resolve();
      };
      const timer = setTimeout(finish, Math.min(ms, LONGEST_TIMER_MS));
      signal?.addEventListener("abort", finish);
    });
  },
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/** RFC 3339 in UTC with milliseconds, the only form of time on the wire. */
export function rfc3339(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
