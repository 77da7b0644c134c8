import type Database from "better-sqlite3";

export type Value = number | string | Uint8Array;

const COLUMNS = 6;
const ROW = `(${Array(COLUMNS).fill("?").join(", ")})`;
const INSERT = "INSERT INTO event (position, kind, at, recorded, body, hash) VALUES";

export const INSERT_EVENT = `${INSERT} ${ROW}`;

/** Rows of one statement: a statement each costs a microsecond more (npm run bench -- append). */
export const ROWS_AT_ONCE = 32;

/** Inserts events, the values of one behind those of another. */
export class EventRows {
  readonly #database: Database.Database;
  readonly #one: Database.Statement<[Value[]]>;
  /** Not prepared at a site where so many never come at once. */
  #many: Database.Statement<[Value[]]> | undefined;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#one = database.prepare<[Value[]]>(INSERT_EVENT);
  }

  /** ROWS_AT_ONCE with one statement, fewer one by one. */
  insert(values: Value[]): void {
    if (values.length === ROWS_AT_ONCE * COLUMNS) {
      this.#many ??= this.#database.prepare<[Value[]]>(
        `${INSERT} ${Array(ROWS_AT_ONCE).fill(ROW).join(", ")}`,
      );
      this.#many.run(values);
      return;
    }
    for (let next = 0; next < values.length; next += COLUMNS)
      this.#one.run(values.slice(next, next + COLUMNS));
  }
}
