import type Database from "better-sqlite3";
import { RangeSet } from "../core/ranges.ts";
import type { DroppedRange, JournalContent, JournalEpoch, JournalRow } from "../core/verify-journal-epoch.ts";
import type { DeadLetter, Range } from "../model/journal.ts";
import { meansDamage } from "./journal-sqlite-faults.ts";

/** What an export may be narrowed to; positions, so that ranges may cross epochs. */
export interface Selection {
  readonly from?: number;
  readonly to?: number;
  readonly kinds?: readonly string[];
  readonly camera?: string;
  /** Wall milliseconds at which an event was recorded, at the earliest. */
  readonly since?: number;
}

/** Positions that are tried one by one behind what cannot be read: more than the events of one page. */
const TRIED_BEHIND = 64;

const COLUMNS = "position, kind, recorded, CAST(body AS BLOB) AS body, CAST(hash AS BLOB) AS hash";
interface SelectedRow extends JournalRow {
  readonly recorded: number;
  readonly camera: string | null;
}
const SUBJECT = "CASE WHEN json_valid(body) THEN json_extract(body, '$.subject') END";

/**
 * A journal's tables as they stand, also of a damaged file: what cannot be read is left out, and `damage` says in
 * SQLite's words what the first of it was.
 */
export class StoredJournal {
  readonly #database: Database.Database;
  readonly site: string;
  #damage: string | undefined;

  constructor(database: Database.Database) {
    this.#database = database;
    this.site = String(this.#get("SELECT value FROM meta WHERE key = 'site'") ?? "");
  }

  get damage(): string | undefined {
    return this.#damage;
  }

  epochs(): readonly (JournalEpoch & { readonly began: number; readonly reason: string })[] {
    return this.#all("SELECT id, base, began, reason FROM epoch ORDER BY number");
  }

  /** Position of the newest event; 0 where there is none. */
  head(): number {
    return Number(this.#get("SELECT max(position) FROM event") ?? 0);
  }

  events(): number {
    return Number(this.#get("SELECT count(*) FROM event") ?? 0);
  }

  bytes(): number {
    return Number(this.#get("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") ?? 0);
  }

  /** Wall milliseconds at which the first and the last event were recorded. */
  recorded(): { readonly oldest: number | null; readonly newest: number | null } {
    const at = (order: "ASC" | "DESC") =>
      this.#get<number>(`SELECT recorded FROM event ORDER BY position ${order} LIMIT 1`) ?? null;
    return { oldest: at("ASC"), newest: at("DESC") };
  }

  recordedAt(position: number): number | null {
    return this.#get<number>(`SELECT recorded FROM event WHERE position = ${position}`) ?? null;
  }

  /** Seq and wall milliseconds of the newest checkpoint, as it says of itself. */
  lastCheckpoint(): { readonly epoch: string; readonly seq: number; readonly time: number } | null {
    const body = this.#get<string>(
      "SELECT body FROM event WHERE kind = 'checkpoint' ORDER BY position DESC LIMIT 1",
    );
    try {
      const { epoch, data } = JSON.parse(String(body)) as {
        epoch: string;
        data: { seq: number; time: string };
      };
      return { epoch, seq: data.seq, time: Date.parse(data.time) };
    } catch {
      return null;
    }
  }

  delivered(): RangeSet {
    return this.#ranges("delivered");
  }

  /** What the unit has said to have stored; empty where it says nothing. */
  receipted(): RangeSet {
    return this.#ranges("receipted");
  }

  /** What the broker will never take, and why, in order. */
  deadLetters(): readonly DeadLetter[] {
    if (!this.#has("dead_letter")) return [];
    return this.#all('SELECT first AS "from", last AS "to", reason FROM dead_letter ORDER BY first');
  }

  dropped(): readonly DroppedRange[] {
    if (!this.#has("dropped")) return [];
    return this.#all('SELECT first AS "from", last AS "to", hash FROM dropped ORDER BY first');
  }

  content(): JournalContent {
    const hash = this.#database.prepare<[number], Buffer>(
      "SELECT CAST(hash AS BLOB) FROM event WHERE position = ?",
    );
    hash.pluck();
    return {
      site: this.site,
      epochs: this.epochs(),
      dropped: this.dropped(),
      rows: this.#everyRow(),
      hashAt: (position) => this.#tried(() => hash.get(position)) ?? null,
    };
  }

  *#everyRow(): Generator<JournalRow> {
    yield* this.rows({ from: Number.MIN_SAFE_INTEGER, to: 0 });
    yield* this.rows({});
  }

  /** Events in order of position. Behind one that cannot be read it goes on with the next that can. */
  *rows({
    from = 1,
    to = Number.MAX_SAFE_INTEGER,
    kinds,
    camera,
    since = 0,
  }: Selection): Generator<JournalRow> {
    const subject = camera === undefined ? "NULL" : SUBJECT;
    const select = this.#database.prepare<[number, number], SelectedRow>(
      `SELECT ${COLUMNS}, ${subject} AS camera FROM event WHERE position BETWEEN ? AND ? ORDER BY position`,
    );
    let next: number | undefined = from;
    while (next !== undefined && next <= to) {
      let read = next - 1;
      try {
        for (const row of select.iterate(next, to)) {
          read = row.position;
          const wanted = row.recorded >= since && (!kinds || kinds.includes(row.kind));
          if (wanted && (camera === undefined || row.camera === camera)) yield row;
        }
        return;
      } catch (error) {
        this.#note(error);
        next = this.#readableBehind(read + 1, to);
      }
    }
  }

  /**
   * Lowest position behind `position` from which events can be read again. Far away it is looked for in doubling steps,
   * as a torn inner page hides thousands; those between two torn pages there may be passed over.
   */
  #readableBehind(position: number, to: number): number | undefined {
    const probe = this.#database.prepare<[number, number]>(
      `SELECT ${COLUMNS} FROM event WHERE position BETWEEN ? AND ? ORDER BY position LIMIT 1`,
    );
    const readable = (from: number) => this.#tried(() => [probe.get(from, to)]) !== undefined;
    let low = position;
    let high = position;
    do {
      low = high;
      const step = high - position < TRIED_BEHIND ? 1 : high - position;
      high = Math.min(high + step, to);
      if (high === low) return undefined;
    } while (!readable(high));
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (readable(middle)) high = middle;
      else low = middle;
    }
    return high;
  }

  #ranges(table: "delivered" | "receipted"): RangeSet {
    if (!this.#has(table)) return new RangeSet();
    return new RangeSet(
      this.#all<Range>(`SELECT first AS "from", last AS "to" FROM ${table} ORDER BY first`),
    );
  }

  #has(table: string): boolean {
    return this.#get(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '${table}'`) !== undefined;
  }

  #get<T>(sql: string): T | undefined {
    return this.#tried(() => this.#database.prepare<[], T>(sql).pluck().get());
  }

  #all<T>(sql: string): T[] {
    return this.#tried(() => this.#database.prepare<[], T>(sql).all()) ?? [];
  }

  #tried<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#note(error);
      return undefined;
    }
  }

  #note(error: unknown): void {
    if (!meansDamage(error)) throw error;
    this.#damage ??= (error as Error).message;
  }
}
