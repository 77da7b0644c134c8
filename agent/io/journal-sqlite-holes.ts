import type Database from "better-sqlite3";
import { RangeSet } from "../core/ranges.ts";
import type { Range } from "../model/journal.ts";

export interface Hole {
  readonly first: number;
  readonly last: number;
  readonly hash: Buffer;
}

/** The last range that begins at or before a position. */
export const UP_TO = `SELECT first, last, CAST(hash AS BLOB) AS hash FROM dropped
  WHERE first <= ? ORDER BY first DESC LIMIT 1`;

/** Positions of which no event is left, and the hash of the last of each range: the table `dropped`. */
export class Holes {
  readonly #set: RangeSet;
  readonly #upTo: Database.Statement<[number], Hole>;
  readonly #beginning: Database.Statement<[number], { readonly last: number; readonly hash: Buffer }>;
  readonly #insert: Database.Statement<[number, number, Uint8Array]>;
  readonly #delete: Database.Statement<[number]>;

  constructor(database: Database.Database) {
    const rows = database.prepare<[], Range>(
      'SELECT first AS "from", last AS "to" FROM dropped ORDER BY first',
    );
    this.#set = new RangeSet(rows.all());
    this.#upTo = database.prepare(UP_TO);
    this.#beginning = database.prepare("SELECT last, hash FROM dropped WHERE first = ?");
    this.#insert = database.prepare(
      "INSERT INTO dropped VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last = excluded.last, hash = excluded.hash",
    );
    this.#delete = database.prepare("DELETE FROM dropped WHERE first = ?");
  }

  /** How many events are gone. */
  get count(): number {
    return this.#set.count;
  }

  /** What of these ranges is there. */
  kept(ranges: readonly Range[]): Range[] {
    return ranges.flatMap(({ from, to }) => this.#set.complement(from, to));
  }

  /** A range with those that it touches: between deliveries, holes must not count as ranges of their own. */
  widen({ from, to }: Range): Range {
    return {
      from: this.#set.holding(from - 1)?.from ?? from,
      to: this.#set.holding(to + 1)?.to ?? to,
    };
  }

  /** The hash at a position, where a range ends with it. */
  hashAt(position: number): Uint8Array | undefined {
    return this.#ending(position)?.hash;
  }

  /**
   * Writes a range that touches no other but its neighbours, inside the caller's transaction. It joins those of its own
   * epoch, which begins behind `base` and ends with `end`: the last hash of an epoch is what the next one follows.
   */
  write(
    { from, to }: Range,
    hash: Uint8Array,
    { base, end }: { readonly base: number; readonly end: number },
  ): void {
    const before = from > base + 1 ? this.#ending(from - 1) : undefined;
    const after = to < end ? this.#beginning.get(to + 1) : undefined;
    if (after) this.#delete.run(to + 1);
    this.#insert.run(before?.first ?? from, after?.last ?? to, after?.hash ?? hash);
  }

  #ending(position: number): Hole | undefined {
    const hole = this.#upTo.get(position);
    return hole?.last === position ? hole : undefined;
  }

  /** What was written has been committed. */
  committed(ranges: readonly Range[]): void {
    for (const range of ranges) this.#set.add(range);
  }
}
