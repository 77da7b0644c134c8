import type Database from "better-sqlite3";
import { RangeSet } from "../core/ranges.ts";
import type { Range } from "../model/journal.ts";

/** Most ranges that are kept; beyond it the shortest are forgotten, which only costs that their events are sent again. */
const MOST_RANGES = 4_096;

/** A set of positions and the table that it is written to: `first` and `last` of each range. */
export class RangeTable {
  readonly set: RangeSet;
  /** Rows of the table as the last commit left them, in order. */
  #rows: readonly Range[];
  readonly #insert: Database.Statement<[number, number]>;
  readonly #delete: Database.Statement<[number]>;

  constructor(database: Database.Database, table: "delivered" | "receipted") {
    this.#insert = database.prepare(
      `INSERT INTO ${table} (first, last) VALUES (?, ?) ON CONFLICT DO UPDATE SET last = excluded.last`,
    );
    this.#delete = database.prepare(`DELETE FROM ${table} WHERE first = ?`);
    this.#rows = database
      .prepare<[], Range>(`SELECT first AS "from", last AS "to" FROM ${table} ORDER BY first`)
      .all();
    this.set = new RangeSet(this.#rows, MOST_RANGES);
  }

  /** Writes what has changed, inside the caller's transaction. Gives what to call once that has committed. */
  write(): () => void {
    const rows = [...this.set.ranges()];
    const stays = new Map(rows.map((row) => [row.from, row.to]));
    const was = new Map(this.#rows.map((row) => [row.from, row.to]));
    for (const row of this.#rows) if (!stays.has(row.from)) this.#delete.run(row.from);
    for (const row of rows) if (was.get(row.from) !== row.to) this.#insert.run(row.from, row.to);
    return () => {
      this.#rows = rows;
    };
  }
}
