/** Room for so many pieces of work at once, in the order in which they came. */
export class RequestSlots {
  readonly #limit: () => number;
  readonly #waiting: (() => void)[] = [];
  /** Who would leave their slot, in order. */
  readonly #leaving = new Set<() => void>();
  #inside = 0;
  #outside = 0;

  /** `limit` is asked each time; when it has risen, `admit` is to be called. */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /**
   * Runs `work` in a slot; waits for one, and rejects with the signal's reason when that aborts first. Work that calls
   * `leave` goes on outside: there as many have room as there are slots, and the next goes out when one of them is done.
   */
  async run<T>(signal: AbortSignal, work: (leave: () => void) => Promise<T>): Promise<T> {
    await this.#enter(signal);
    const visit = { isOutside: false };
    const goOut = () => {
      this.#leaving.delete(goOut);
      visit.isOutside = true;
      this.#outside += 1;
      this.#leaveSlot();
    };
    const leave = () => {
      if (visit.isOutside) return;
      if (this.#outside < this.#limit()) goOut();
      else this.#leaving.add(goOut);
    };
    try {
      return await work(leave);
    } finally {
      this.#leaving.delete(goOut);
      if (visit.isOutside) this.#leaveOutside();
      else this.#leaveSlot();
    }
  }

  /** Lets in who has waited, as far as there is room. */
  admit(): void {
    while (this.#inside < this.#limit() && this.#waiting.length > 0) this.#waiting.shift()?.();
  }

  #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#inside < this.#limit()) {
      this.#inside += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener("abort", giveUp);
        this.#inside += 1;
        resolve();
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      this.#waiting.push(enter);
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }

  #leaveSlot(): void {
    this.#inside -= 1;
    this.admit();
  }

  #leaveOutside(): void {
    this.#outside -= 1;
    const [next] = this.#leaving;
    if (this.#outside < this.#limit()) next?.();
  }
}
