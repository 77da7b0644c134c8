import type Database from "better-sqlite3";
import type { Clock } from "../base/clock.ts";
import { RangeSet } from "../core/ranges.ts";
import type { Range } from "../model/journal.ts";

/** Most ranges that are kept; beyond it some deliveries are forgotten and those events sent again. */
const MOST_RANGES = 4_096;

/** Longest time that a delivery is known in memory only. */
const PERSIST_WITHIN_MS = 1_000;

/**
 * What has been delivered: in memory exactly, in the file at most a second behind. Steady traffic writes it with
 * the commits it makes anyway, but only one commit a second, so that it does not double the pages written.
 */
export class Delivery {
  readonly #delivered: RangeSet;
  /** Rows of the table as the last commit left them, in order. */
  #rows: readonly Range[];
  #dirty = false;
  #writtenAt: number;
  #cancelTimer: (() => void) | undefined;
  readonly #clock: Clock;
  readonly #commit: () => void;
  readonly #insert: Database.Statement<[number, number]>;
  readonly #delete: Database.Statement<[number]>;

  /** `commit` is asked for when a delivery is due to be written and no event's commit has taken it along. */
  constructor(database: Database.Database, clock: Clock, commit: () => void) {
    this.#clock = clock;
    this.#commit = commit;
    this.#writtenAt = clock.monotonic();
    this.#insert = database.prepare(
      "INSERT INTO delivered (first, last) VALUES (?, ?) ON CONFLICT DO UPDATE SET last = excluded.last",
    );
    this.#delete = database.prepare("DELETE FROM delivered WHERE first = ?");
    this.#rows = database
      .prepare<[], Range>('SELECT first AS "from", last AS "to" FROM delivered ORDER BY first')
      .all();
    this.#delivered = new RangeSet(this.#rows, MOST_RANGES);
  }

  get dirty(): boolean {
    return this.#dirty;
  }

  settle(range: Range): void {
    this.#delivered.add(range);
    this.#dirty = true;
    this.writeSoon();
  }

  undelivered(head: number): Range[] {
    return this.#delivered.complement(1, head);
  }

  /** Whether an event's commit should take the deliveries along. */
  isDue(): boolean {
    return this.#dirty && this.#clock.monotonic() - this.#writtenAt >= PERSIST_WITHIN_MS;
  }

  /** Writes what has changed, inside the caller's transaction; the result is told once that has committed. */
  write(): { committed(): void } {
    const rows = [...this.#delivered.ranges()];
    const stays = new Map(rows.map((row) => [row.from, row.to]));
    const was = new Map(this.#rows.map((row) => [row.from, row.to]));
    for (const row of this.#rows) if (!stays.has(row.from)) this.#delete.run(row.from);
    for (const row of rows) if (was.get(row.from) !== row.to) this.#insert.run(row.from, row.to);
    return {
      committed: () => {
        this.#rows = rows;
        this.#dirty = false;
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
}
