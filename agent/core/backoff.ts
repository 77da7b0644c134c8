/** How long to wait before trying again. Milliseconds. */
export interface BackoffPolicy {
  /** Shortest pause; also the ceiling of the first. */
  readonly min: number;
  /** Ceiling that doubling ends at. */
  readonly max: number;
  /** Work that lasted this long before it ended begins again at `min`. */
  readonly stableAfter: number;
}

/**
 * Full jitter (exponential backoff with the whole span drawn at random): 332 recorders that lost the same broker
 * must not come back together. `attempt` counts from 0; `random` is in [0, 1). Never shorter than `min`, so that
 * a refusing peer is never hammered.
 */
export function pauseBefore(policy: BackoffPolicy, attempt: number, random: number): number {
  const ceiling = Math.min(policy.max, policy.min * 2 ** Math.min(attempt, 32));
  return Math.round(policy.min + random * Math.max(0, ceiling - policy.min));
}
