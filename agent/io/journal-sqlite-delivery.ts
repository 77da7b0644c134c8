import type Database from "better-sqlite3";
import type { Clock } from "../base/clock.ts";
import { RangeSet } from "../core/ranges.ts";
import type { DeadLetter, Range } from "../model/journal.ts";
import { DeadLetters } from "./journal-sqlite-dead-letters.ts";
import { RangeTable } from "./journal-sqlite-range-table.ts";

/** Longest time that a delivery is known in memory only. */
const PERSIST_WITHIN_MS = 1_000;

/**
 * What the broker has taken, what the unit has said to have stored, and what the broker will never take: in memory
 * exactly, in the file at most a second behind. Steady traffic writes it with the commits it makes anyway, but only one
 * commit a second, so that it does not double the pages written.
 */
export class Delivery {
  readonly #delivered: RangeTable;
  readonly #receipted: RangeTable;
  readonly #deadLetters: DeadLetters;
  #dirty = false;
  #urgent = false;
  #writtenAt: number;
  #cancelTimer: (() => void) | undefined;
  readonly #clock: Clock;
  readonly #commit: () => void;

  /** `commit` is asked for when a change is due to be written and no event's commit has taken it along. */
  constructor(database: Database.Database, clock: Clock, commit: () => void) {
    this.#clock = clock;
    this.#commit = commit;
    this.#writtenAt = clock.monotonic();
    this.#delivered = new RangeTable(database, "delivered");
    this.#receipted = new RangeTable(database, "receipted");
    this.#deadLetters = new DeadLetters(database);
  }

  get dirty(): boolean {
    return this.#dirty;
  }

  settle(range: Range): void {
    this.#delivered.set.add(range);
    this.#deadLetters.remove(range);
    this.#changed();
  }

  /** The unit has stored these: what it has needs no sending. Gives how many of them are new. */
  receipt(range: Range): number {
    const before = this.#receipted.set.count;
    this.#receipted.set.add(range);
    const newly = this.#receipted.set.count - before;
    if (newly > 0) this.settle(range);
    return newly;
  }

  /** These are to be sent again, whatever was known of them; asks for a commit at once. Gives how many were at rest. */
  unsettle(range: Range): number {
    const before = this.#atRest(range);
    this.#delivered.set.remove(range);
    this.#receipted.set.remove(range);
    this.#deadLetters.remove(range);
    this.#dirty = true;
    this.#urgent = true;
    this.#commit();
    return before;
  }

  giveUp(letter: DeadLetter): void {
    this.#deadLetters.add(letter);
    this.#changed();
  }

  undelivered(head: number): Range[] {
    return this.#delivered.set.complement(1, head);
  }

  /** Delivered and without a receipt, from this position on. */
  unreceipted(from: number): Range[] {
    return this.#delivered.set
      .ranges()
      .filter((range) => range.to >= from)
      .flatMap((range) => this.#receipted.set.complement(Math.max(from, range.from), range.to));
  }

  /** What has a receipt: what is to be dropped first. */
  receipted(): readonly Range[] {
    return this.#receipted.set.ranges();
  }

  /** Last of these positions up to which all have a receipt; the one before them where the first has none. */
  receiptedUpTo({ from, to }: Range): number {
    const [missing] = this.#receipted.set.complement(from, to);
    return missing ? missing.from - 1 : to;
  }

  deadLetters(): readonly DeadLetter[] {
    return this.#deadLetters.list();
  }

  /** Whether an event's commit should take the changes along. */
  isDue(): boolean {
    if (!this.#dirty) return false;
    return this.#urgent || this.#clock.monotonic() - this.#writtenAt >= PERSIST_WITHIN_MS;
  }

  /** Writes what has changed, inside the caller's transaction; the result is told once that has committed. */
  write(): { committed(): void } {
    const written = [this.#delivered.write(), this.#receipted.write(), this.#deadLetters.write()];
    return {
      committed: () => {
        for (const committed of written) committed();
        this.#dirty = false;
        this.#urgent = false;
        this.#writtenAt = this.#clock.monotonic();
        this.#cancelTimer?.();
        this.#cancelTimer = undefined;
      },
    };
  }

  /** Asks for a commit within a second, if there is something to write by then. */
  writeSoon(): void {
    if (!this.#dirty) return;
    this.#cancelTimer ??= this.#clock.after(PERSIST_WITHIN_MS, () => {
      this.#cancelTimer = undefined;
      if (this.#dirty) this.#commit();
    });
  }

  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #changed(): void {
    this.#dirty = true;
    this.writeSoon();
  }

  /** How many of these are not waiting to be sent: delivered or given up. */
  #atRest({ from, to }: Range): number {
    const atRest = new RangeSet(this.#delivered.set.within(from, to));
    for (const letter of this.#deadLetters.list()) atRest.add(letter);
    return atRest.within(from, to).reduce((sum, part) => sum + part.to - part.from + 1, 0);
  }
}
