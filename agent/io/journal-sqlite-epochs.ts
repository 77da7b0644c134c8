import type Database from "better-sqlite3";

/** One life of the journal. `seq` is the position less `base`. */
export interface Epoch {
  /** 128 random bits, in hexadecimal. */
  readonly id: string;
  readonly base: number;
}

/** The journal's epochs; the latest is the present one. */
export class Epochs {
  readonly present: Epoch;
  readonly #holding: Database.Statement<[number], Epoch & { readonly end: number }>;

  /** `wall` is when the first epoch begins, and `random` its id, if the journal is new. */
  constructor(database: Database.Database, wall: number, random: (bytes: number) => Uint8Array) {
    const latest = database
      .prepare<[], Epoch>("SELECT id, base FROM epoch ORDER BY number DESC LIMIT 1")
      .get();
    this.present = latest ?? { id: Buffer.from(random(16)).toString("hex"), base: 0 };
    if (!latest) {
      database
        .prepare("INSERT INTO epoch (number, id, base, began, reason) VALUES (1, ?, ?, ?, 'created')")
        .run(this.present.id, this.present.base, Math.trunc(wall));
    }
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
