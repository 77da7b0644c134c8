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

/** An epoch and the last position that it has room for. */
type Held = Epoch & { readonly end: number };

/** Gives the epoch that a position belongs to by the table of epochs. */
export function epochHolding(database: Database.Database): (position: number) => Held | undefined {
  const holding = database.prepare<[number], Held>(
    `SELECT id, base, (SELECT coalesce(min(base), ${Number.MAX_SAFE_INTEGER}) FROM epoch AS later
       WHERE later.number > epoch.number) AS "end"
     FROM epoch WHERE base < ? ORDER BY number DESC LIMIT 1`,
  );
  return (position) => holding.get(position);
}

/** The journal's epochs; the latest is the present one. */
export class Epochs {
  readonly present: Epoch;
  readonly #holding: ReturnType<typeof epochHolding>;
  readonly #base: Database.Statement<[string], number>;

  /** Of a database in which an epoch has begun (journal-sqlite-begin.ts). */
  constructor(database: Database.Database) {
    const latest = latestEpoch(database);
    if (!latest) throw new Error("no epoch has begun");
    this.present = latest;
    this.#holding = epochHolding(database);
    this.#base = database.prepare<[string], number>("SELECT base FROM epoch WHERE id = ?").pluck();
  }

  /** By its id; undefined where this journal knows no such epoch. */
  named(id: string): Held | undefined {
    const base = this.#base.get(id);
    return base === undefined ? undefined : this.at(base + 1);
  }

  at(position: number): Held {
    if (position > this.present.base) return { ...this.present, end: Number.MAX_SAFE_INTEGER };
    const epoch = this.#holding(position);
    if (!epoch) throw new RangeError(`no epoch holds position ${position}`);
    return epoch;
  }
}
