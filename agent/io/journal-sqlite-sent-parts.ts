import type { Range } from "../model/journal.ts";

/** Beyond them the oldest are forgotten: what they concern was sent long ago. */
const MOST_CUTS = 8_192;

/**
 * Where the messages begin and end that events were read for and that may have arrived though nobody has said so. An
 * event that is dropped and arrived all the same can be proven only if the range that tells of it is no larger than the
 * message that it came in.
 */
export class SentParts {
  /** Positions that a range must not go on over from the one before. */
  readonly #cuts = new Set<number>();

  readFor({ from, to }: Range): void {
    this.#cuts.add(from).add(to + 1);
    for (const cut of this.#cuts) {
      if (this.#cuts.size <= MOST_CUTS) return;
      this.#cuts.delete(cut);
    }
  }

  settled({ from, to }: Range): void {
    this.#cuts.delete(from);
    this.#cuts.delete(to + 1);
  }

  /** The range as parts that cut through no message. */
  split({ from, to }: Range): Range[] {
    const cuts = [...this.#cuts].filter((cut) => cut > from && cut <= to).sort((a, b) => a - b);
    const begins = [from, ...cuts];
    return begins.map((begin, index) => ({ from: begin, to: (begins[index + 1] ?? to + 1) - 1 }));
  }
}
