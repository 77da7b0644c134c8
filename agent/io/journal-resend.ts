import type Database from "better-sqlite3";
import { ok, type Result } from "../base/result.ts";
import { RangeSet } from "../core/ranges.ts";
import type { SeqRange } from "../core/verify-chain.ts";
import type { JournalEpoch } from "../core/verify-journal-epoch.ts";
import type { JournalFault, Range } from "../model/journal.ts";
import { StoredJournal } from "./journal-content.ts";
import { openDatabase } from "./journal-sqlite-open.ts";

export interface Marked {
  /** Events that were delivered and count as not delivered now. */
  readonly marked: number;
  /** Events that had not been delivered anyway. */
  readonly waiting: number;
  /** Seqs of which nothing is there: not any more, or not yet. */
  readonly gone: readonly SeqRange[];
}

/** A stopped agent's journal, locked as the agent itself locks it. */
export interface ResendJournal extends Disposable {
  readonly epochs: readonly JournalEpoch[];
  /** Has these events of an epoch sent again; durable when it returns. */
  markUndelivered(seqs: Range & { readonly epoch: JournalEpoch }): Marked;
}

/** Opens the journal as an agent that starts would; a running agent's is `in-use`. */
export function openForResend(path: string): Result<ResendJournal, JournalFault> {
  const opened = openDatabase(path);
  if (!opened.ok) return opened;
  const database = opened.value;
  const stored = new StoredJournal(database);
  const epochs = stored.epochs();
  return ok({
    epochs,
    markUndelivered: ({ epoch, from, to }) => {
      const end = epochs.find(({ base }) => base > epoch.base)?.base ?? Number.MAX_SAFE_INTEGER;
      const { base } = epoch;
      const positions = { from: base + from, to: Math.min(base + to, end) };
      const { kept, marked } = database.transaction(() => mark(database, stored, positions)).immediate();
      const gone = kept.complement(base + from, base + to);
      return {
        marked,
        waiting: kept.count - marked,
        gone: gone.map((range) => [range.from - base, range.to - base]),
      };
    },
    [Symbol.dispose]: () => void database.close(),
  });
}

/** Which of these positions are kept, and how many of them had been delivered. */
function mark(database: Database.Database, stored: StoredJournal, range: Range) {
  const kept = new RangeSet();
  const positions = database
    .prepare<[number, number], number>(
      "SELECT position FROM event WHERE position BETWEEN ? AND ? ORDER BY position",
    )
    .pluck();
  for (const position of positions.iterate(range.from, range.to)) kept.add({ from: position, to: position });
  const delivered = stored.delivered();
  const before = delivered.count;
  for (const part of kept.ranges()) delivered.remove(part);
  database.exec("DELETE FROM delivered");
  const insert = database.prepare("INSERT INTO delivered (first, last) VALUES (?, ?)");
  for (const { from, to } of delivered.ranges()) insert.run(from, to);
  return { kept, marked: before - delivered.count };
}
