import type Database from "better-sqlite3";
import { RangeSet } from "../core/ranges.ts";
import type { Range } from "../model/journal.ts";

/** Name of the note that they are kept under. */
export const HANDED = "handed";

/** Positions that are noted at once, before the first of them is sent: one commit for so many events. */
const NOTED_AHEAD = 8_192;
/** Ranges held, and of them noted; beyond, neighbours are joined, as to name too many is never wrong. */
const MOST_RANGES = 4_096;
const MOST_NOTED = 512;

/**
 * Which events may have arrived although nobody has said so: those that were handed to a connection, or had been
 * delivered once, and are not delivered now. What tells of one that is dropped has to give its own hash, so that it can
 * be proven if it did arrive.
 *
 * A process that is killed leaves a note of more than these: it is durable before any of them is sent.
 */
export class Handed {
  readonly #keep: (note: string) => boolean;
  readonly #delivered: Database.Statement<[], Range>;
  #held: RangeSet;
  /** What the note names. */
  #noted: RangeSet;

  /** `keep` makes a note durable, or says that it is not. `waiting`: what is undelivered, of an earlier run's note. */
  constructor(
    database: Database.Database,
    note: string | undefined,
    waiting: readonly Range[],
    keep: (note: string) => boolean,
  ) {
    this.#keep = keep;
    this.#delivered = database.prepare('SELECT first AS "from", last AS "to" FROM delivered ORDER BY first');
    const noted = new RangeSet(readNote(note));
    this.#held = new RangeSet(waiting.flatMap(({ from, to }) => noted.within(from, to)));
    this.#noted = new RangeSet(this.#held.ranges());
  }

  /** These are about to be sent, or to be held for undelivered again. */
  add(range: Range): void {
    this.#held = joined(this.#held, MOST_RANGES);
    this.#held.add(range);
    if (this.#noted.complement(range.from, range.to).length === 0) return;
    const noted = this.#stillInDoubt();
    noted.add({ from: range.from, to: Math.max(range.to, range.from + NOTED_AHEAD - 1) });
    // Where the disk takes no note, it is tried again with the next events.
    if (this.#keep(JSON.stringify(noted.ranges().map(({ from, to }) => [from, to])))) this.#noted = noted;
  }

  /** They have arrived. The note keeps them until that is durable: a delivery is known in memory alone at first. */
  settled(range: Range): void {
    this.#held.remove(range);
  }

  /** They are gone, and that is durable. */
  dropped(range: Range): void {
    this.#held.remove(range);
    this.#noted.remove(range);
  }

  /** What the next note names besides what is new. */
  #stillInDoubt(): RangeSet {
    const noted = new RangeSet(this.#noted.ranges());
    for (const range of this.#delivered.all()) noted.remove(range);
    for (const range of this.#held.ranges()) noted.add(range);
    return joined(noted, MOST_NOTED);
  }

  /** A range as those parts of it that may have arrived and those that have not. */
  split({ from, to }: Range): (Range & { readonly isDoubtful: boolean })[] {
    const doubtful = this.#held.within(from, to).map((range) => ({ ...range, isDoubtful: true }));
    const others = this.#held.complement(from, to).map((range) => ({ ...range, isDoubtful: false }));
    return [...doubtful, ...others].sort((a, b) => a.from - b.from);
  }
}

/** Fewer ranges than that: each two neighbours made one, as often as it takes. */
function joined(set: RangeSet, most: number): RangeSet {
  let ranges = set.ranges();
  if (ranges.length < most) return set;
  while (ranges.length >= most) {
    ranges = ranges.flatMap((range, index, all) =>
      index % 2 === 0 ? [{ from: range.from, to: (all[index + 1] ?? range).to }] : [],
    );
  }
  return new RangeSet(ranges);
}

/** Empty also for what damage has made of it. */
function readNote(note: string | undefined): Range[] {
  let pairs: unknown;
  try {
    pairs = JSON.parse(note ?? "[]");
  } catch {
    return [];
  }
  if (!Array.isArray(pairs)) return [];
  return pairs.flatMap((pair: unknown) => {
    const [from, to] = Array.isArray(pair) ? (pair as unknown[]) : [];
    return isPosition(from) && isPosition(to) ? [{ from, to }] : [];
  });
}

function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
