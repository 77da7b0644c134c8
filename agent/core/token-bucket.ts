/** How much of something may happen: `burst` at once, then `perMinute`. */
export interface Allowance {
  readonly burst: number;
  readonly perMinute: number;
}

/** A token bucket (RFC 2697, section 3, one colour). Times are monotonic milliseconds. */
export class TokenBucket {
  readonly #allowance: Allowance;
  #tokens: number;
  #filledAt = 0;

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
    this.#tokens = allowance.burst;
  }

  /** Whether one more may happen at `now`; it then counts. */
  take(now: number): boolean {
    const { burst, perMinute } = this.#allowance;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) * perMinute) / 60_000);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
