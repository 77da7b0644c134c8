import type { Oracle } from "./oracle.ts";
import type { TortureContext, TortureOutcome } from "./torture.ts";

/** Missed bars that are told in full. */
const TOLD = 20;

/** Counts over all journals of a run. */
export class Tally {
  readonly #context: TortureContext;
  #rounds = 0;
  #made = 0;
  #accepted = 0;
  #received = 0;
  #lost = 0;
  #duplicated = 0;
  #openings: number[] = [];
  readonly #missed: string[] = [];

  constructor(context: TortureContext) {
    this.#context = context;
  }

  round(): void {
    this.#rounds += 1;
    this.#context.progress(
      `${this.#rounds} of ${this.#context.rounds} rounds, ${this.#accepted} accepted, ${this.#lost} lost`,
    );
  }

  miss(text: string): void {
    if (this.#missed.length < TOLD) this.#missed.push(text);
  }

  /** Compares a journal with what was told of it, and takes both into account. */
  judge(oracle: Oracle, path: string, site: string): void {
    const { received, lost, duplicated, wrong } = oracle.judge(path, site);
    this.#made += oracle.made;
    this.#accepted += oracle.accepted;
    this.#received += received;
    this.#lost += lost;
    this.#duplicated += duplicated;
    this.#openings.push(...oracle.openings);
    for (const text of wrong) this.miss(text);
  }

  /** Milliseconds that the slowest opening took. */
  get slowestOpening(): number {
    return this.#openings.reduce((slowest, ms) => Math.max(slowest, ms), 0);
  }

  outcome(figures: TortureOutcome["figures"] = {}): TortureOutcome {
    return {
      rounds: this.#rounds,
      made: this.#made,
      accepted: this.#accepted,
      received: this.#received,
      lost: this.#lost,
      duplicated: this.#duplicated,
      figures: {
        openings: this.#openings.length,
        "slowest opening": `${Math.round(this.slowestOpening)} ms`,
        ...figures,
      },
      missed: this.#missed,
    };
  }
}
