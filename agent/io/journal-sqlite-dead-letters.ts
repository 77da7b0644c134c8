import type Database from "better-sqlite3";
import { RangeSet } from "../core/ranges.ts";
import { type DeadLetter, deadLetterReasons, type Range } from "../model/journal.ts";

/** Ranges kept a reason; beyond them the shortest are tried again. */
const MOST_RANGES = 512;

/** Events that the broker will never take, and why, with the table that they are written to. */
export class DeadLetters {
  readonly #sets = new Map(deadLetterReasons.map((reason) => [reason, new RangeSet([], MOST_RANGES)]));
  readonly #insert: Database.Statement<[number, number, string]>;
  readonly #clear: Database.Statement<[]>;
  #changed = false;

  constructor(database: Database.Database) {
    this.#insert = database.prepare("INSERT INTO dead_letter (first, last, reason) VALUES (?, ?, ?)");
    this.#clear = database.prepare("DELETE FROM dead_letter");
    const rows = database.prepare<[], DeadLetter>(
      'SELECT first AS "from", last AS "to", reason FROM dead_letter ORDER BY first',
    );
    for (const { from, to, reason } of rows.all()) this.#sets.get(reason)?.add({ from, to });
  }

  /** In order of position. */
  list(): DeadLetter[] {
    return [...this.#sets]
      .flatMap(([reason, set]) => set.ranges().map((range) => ({ ...range, reason })))
      .sort((a, b) => a.from - b.from);
  }

  add({ reason, from, to }: DeadLetter): void {
    this.remove({ from, to });
    this.#sets.get(reason)?.add({ from, to });
    this.#changed = true;
  }

  remove(range: Range): void {
    for (const set of this.#sets.values()) {
      const before = set.count;
      set.remove(range);
      this.#changed ||= set.count !== before;
    }
  }

  /** Writes what has changed, inside the caller's transaction. Gives what to call once that has committed. */
  write(): () => void {
    if (this.#changed) {
      this.#clear.run();
      for (const { from, to, reason } of this.list()) this.#insert.run(from, to, reason);
    }
    return () => {
      this.#changed = false;
    };
  }
}
