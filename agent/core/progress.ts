/**
 * Proof that the agent works, for the watchdog: every long-running loop says when it comes round, and how long it
 * may be silent. A bare timer would feed a watchdog while everything else hangs.
 */
export interface Loop {
  /** Called each time the loop comes round; `now` and `limit` in monotonic milliseconds. */
  beat(now: number, limit: number): void;
  /** The loop ended as it should. */
  end(): void;
}

export class Progress {
  readonly #due = new Map<string, number>();

  loop(name: string): Loop {
    return {
      beat: (now, limit) => void this.#due.set(name, now + limit),
      end: () => void this.#due.delete(name),
    };
  }

  /** Names of the loops that are silent for longer than they may; empty when all is well. */
  overdue(now: number): string[] {
    return [...this.#due].filter(([, due]) => now > due).map(([name]) => name);
  }
}
