import { systemClock } from "../base/clock.ts";
import { ok, type Result } from "../base/result.ts";
import type { SeqRange } from "../core/verify-chain.ts";
import type { JournalEpoch } from "../core/verify-journal-epoch.ts";
import type { JournalFault, Range } from "../model/journal.ts";
import { StoredJournal } from "./journal-content.ts";
import { Delivery } from "./journal-sqlite-delivery.ts";
import { Epochs } from "./journal-sqlite-epochs.ts";
import { HANDED, Handed } from "./journal-sqlite-handed.ts";
import { Notes } from "./journal-sqlite-notes.ts";
import { openDatabase } from "./journal-sqlite-open.ts";
import { UnitReceipts } from "./journal-sqlite-receipts.ts";

export interface Marked {
  /** Events that were delivered, or given up, and count as not delivered now. */
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
  /** Has all events sent again that the broker would not take. */
  markDeadLetters(): Marked;
}

/** Opens the journal as an agent that starts would; a running agent's is `in-use`. */
export function openForResend(path: string): Result<ResendJournal, JournalFault> {
  const opened = openDatabase(path);
  if (!opened.ok) return opened;
  const database = opened.value;
  const stored = new StoredJournal(database);
  const head = stored.head();
  const delivery = new Delivery(database, systemClock, () => undefined);
  const notes = new Notes(database);
  const receipts = new UnitReceipts(database, new Epochs(database), delivery, notes);
  const handed = new Handed(database, notes.kept(HANDED), delivery.undelivered(head), (note) => {
    notes.keepAll(new Map([[HANDED, note]]));
    return true;
  });
  // What was delivered may be at the unit.
  receipts.onRedeliver((range) => handed.add(range));
  const mark = (ranges: readonly Range[]) => {
    const found = ranges.map((range) => receipts.redeliver(range, head));
    const write = database.transaction(() => delivery.write());
    write.immediate().committed();
    return {
      marked: found.reduce((sum, { again }) => sum + again, 0),
      waiting: found.reduce((sum, { waiting }) => sum + waiting, 0),
      gone: found.flatMap(({ gone }) => gone),
    };
  };
  return ok({
    epochs: stored.epochs(),
    markUndelivered: ({ epoch, from, to }) => {
      const { base } = epoch;
      const lastSeq = (receipts.positions(epoch.id, head)?.to ?? base) - base;
      const { gone, ...marked } = mark([{ from: base + from, to: base + Math.min(to, lastSeq) }]);
      const ranges = gone.map((range): SeqRange => [range.from - base, range.to - base]);
      if (to > lastSeq) ranges.push([Math.max(from, lastSeq + 1), to]);
      return { ...marked, gone: ranges };
    },
    markDeadLetters: () => {
      const { gone, ...marked } = mark(delivery.deadLetters());
      return { ...marked, gone: gone.flatMap(receipts.seqsOf, receipts).map(({ from, to }) => [from, to]) };
    },
    [Symbol.dispose]: () => void database.close(),
  });
}
