import { statSync } from "node:fs";
import Database from "better-sqlite3";
import type { Range } from "../model/journal.ts";
import { StoredJournal } from "./journal-content.ts";
import type { Hole } from "./journal-recover-proof.ts";
import { sqliteCode } from "./journal-sqlite-faults.ts";

interface EpochRow {
  readonly base: number;
  readonly began: number;
  readonly reason: string;
}

/** What SQLite still reads of a damaged journal besides its events; nothing proves it. */
export interface Remains {
  /** Empty where it is not readable. */
  readonly site: string;
  /** Nothing where it contradicts itself: then all is sent again, which only costs. */
  readonly delivered: readonly Range[];
  /** What the unit has said to have stored; nothing where that contradicts itself. */
  readonly receipted: readonly Range[];
  readonly epochs: ReadonlyMap<string, EpochRow>;
  /** Ranges that the journal itself says to have no events of. */
  readonly holes: readonly Hole[];
  /** Number of the last session, and the notes: rows of `meta`. */
  readonly notes: ReadonlyMap<string, string | number>;
}

const NOTHING: Remains = {
  site: "",
  delivered: [],
  receipted: [],
  epochs: new Map(),
  holes: [],
  notes: new Map(),
};

/** Reads without writing, whatever the file is. */
export function readRemains(path: string): Remains {
  // SQLite deletes the log of an empty file, also when it only reads.
  const isEmpty = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0;
  const database = isEmpty ? undefined : tried(() => new Database(path, { readonly: true }));
  if (!database) return NOTHING;
  try {
    // Also a file of which the end is missing is read then (lockBtree in SQLite's btree.c).
    database.unsafeMode();
    tried(() => database.pragma("writable_schema = ON"));
    const stored = new StoredJournal(database);
    const holes = stored.dropped();
    return {
      site: stored.site,
      delivered: rangesOf(database, "delivered"),
      receipted: rangesOf(database, "receipted"),
      epochs: new Map(stored.epochs().map(({ id, ...row }) => [id, row])),
      holes: areRanges(holes) ? holes.filter(({ hash }) => hash.length === HASH_BYTES) : [],
      notes: new Map(notesOf(database)),
    };
  } finally {
    database.close();
  }
}

function tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (sqliteCode(error) === undefined) throw error;
    return undefined;
  }
}

const HASH_BYTES = 32;

function areRanges(ranges: readonly Range[]): boolean {
  let last = 0;
  return ranges.every(({ from, to }) => {
    const follows = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from > last && to >= from;
    last = to;
    return follows;
  });
}

function rangesOf(database: Database.Database, table: "delivered" | "receipted"): readonly Range[] {
  const rows = tried(() =>
    database.prepare<[], Range>(`SELECT first AS "from", last AS "to" FROM ${table} ORDER BY first`).all(),
  );
  return rows && areRanges(rows) ? rows : [];
}

function notesOf(database: Database.Database): [string, string | number][] {
  const rows = tried(() =>
    database
      .prepare<[], [string, string | number]>(
        `SELECT key, value FROM meta
         WHERE key = 'session' AND typeof(value) IN ('integer', 'real') OR key LIKE 'note-%' AND typeof(value) = 'text'`,
      )
      .raw()
      .all(),
  );
  return rows ?? [];
}
