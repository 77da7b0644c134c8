import type Database from "better-sqlite3";

/** One life of the journal. `seq` is the position less `base`. */
export interface Epoch {
  /** 128 random bits, in hexadecimal. */
  readonly id: string;
  readonly base: number;
}

/** The present epoch; undefined in a new file. */
export function latestEpoch(database: Database.Database): Epoch | undefined {
  return database.prepare<[], Epoch>("SELECT id, base FROM epoch ORDER BY number DESC LIMIT 1").get();
}

/** The journal's epochs; the latest is the present one. */
export class Epochs {
  readonly present: Epoch;
  readonly #holding: Database.Statement<[number], Epoch & { readonly end: number }>;

  /** Of a database in which an epoch has begun (journal-sqlite-begin.ts). */
  constructor(database: Database.Database) {
    const latest = latestEpoch(database);
    if (!latest) throw new Error("no epoch has begun");
    this.present = latest;
    this.#holding = database.prepare(
      `SELECT id, base, (SELECT min(base) FROM epoch AS later WHERE later.number > epoch.number) AS "end"
       FROM epoch WHERE base < ? ORDER BY number DESC LIMIT 1`,
    );
  }

  /** The epoch of a position, and the last position it has room for. */
  at(position: number): Epoch & { readonly end: number } {
    if (position > this.present.base) return { ...this.present, end: Number.MAX_SAFE_INTEGER };
    const epoch = this.#holding.get(position);
    if (!epoch) throw new RangeError(`no epoch holds position ${position}`);
    return epoch;
  }
}
