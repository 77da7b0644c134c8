import type Database from "better-sqlite3";
import type { EventKind } from "../model/event.ts";
import type { Range, StoredEvent } from "../model/journal.ts";
import type { Epochs } from "./journal-sqlite-epochs.ts";

interface Row {
  readonly position: number;
  readonly kind: EventKind;
  readonly at: number;
  readonly body: string;
  readonly bytes: number;
}

/** Reads the events; throws where the file turns out damaged. */
export class LogReader {
  readonly #epochs: Epochs;
  readonly #select: Database.Statement<[number, number, number], Row>;
  readonly #recorded: Database.Statement<[number], number>;
  readonly #pages: Database.Statement<[], number>;

  constructor(database: Database.Database, epochs: Epochs) {
    this.#epochs = epochs;
    this.#select = database.prepare(
      "SELECT position, kind, at, body, octet_length(body) AS bytes FROM event WHERE position BETWEEN ? AND ? ORDER BY position LIMIT ?",
    );
    this.#recorded = database
      .prepare<[number], number>("SELECT recorded FROM event WHERE position >= ? ORDER BY position LIMIT 1")
      .pluck();
    this.#pages = database
      .prepare<[], number>("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
      .pluck();
  }

  /** As `Journal.read`, up to a newest event. */
  read(range: Range, head: number, limit: number, bytes: number): StoredEvent[] {
    const epoch = this.#epochs.at(range.from);
    const to = Math.min(range.to, head, epoch.end);
    const events: StoredEvent[] = [];
    let size = 0;
    for (const { position, kind, at, body, bytes: length } of this.#select.all(range.from, to, limit)) {
      size += length;
      if (size > bytes && events.length > 0) break;
      const seq = position - epoch.base;
      events.push({ position, epoch: epoch.id, seq, kind, at, body, bytes: length });
    }
    return events;
  }

  /** Wall milliseconds at which the first event from a position on was recorded. */
  recordedAt(position: number): number | undefined {
    return this.#recorded.get(position);
  }

  /** Bytes of the file. */
  size(): number {
    return this.#pages.get() ?? 0;
  }
}
