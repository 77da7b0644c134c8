import { RangeSet } from "../core/ranges.ts";
import type { SeqRange } from "../core/verify-chain.ts";
import type { StoredJournal } from "../io/journal-content.ts";
import type { Range } from "../model/journal.ts";

/** Ranges that are listed of an epoch, the oldest ones. */
const LISTED_RANGES = 16;

/** What a journal holds, by its own tables. Times are wall milliseconds. */
export interface JournalFigures {
  readonly events: number;
  readonly bytes: number;
  readonly oldest: number | null;
  readonly newest: number | null;
  readonly undelivered: number;
  readonly oldestUndelivered: number | null;
  /** Events that made room for newer ones. */
  readonly dropped: number;
  readonly lastCheckpoint: { readonly epoch: string; readonly seq: number; readonly time: number } | null;
  /** The oldest first. */
  readonly epochs: readonly EpochFigures[];
}

interface EpochFigures {
  readonly id: string;
  readonly began: number;
  readonly reason: string;
  /** Seqs; `to` is 0 in an epoch without an event. */
  readonly from: number;
  readonly to: number;
  /** Of them: kept in the file; kept and acknowledged by the broker; kept and receipted by the unit. */
  readonly events: number;
  readonly delivered: number;
  readonly receipted: number;
  /** The oldest 16 each. */
  readonly undeliveredRanges: readonly SeqRange[];
  readonly droppedRanges: readonly SeqRange[];
  /** What the broker will never take; it counts as undelivered. */
  readonly deadLetters: readonly { readonly reason: string; readonly ranges: readonly SeqRange[] }[];
}

export function journalFigures(journal: StoredJournal): JournalFigures {
  const droppedRanges = journal.dropped();
  const dropped = new RangeSet(droppedRanges);
  const head = Math.max(journal.head(), droppedRanges.at(-1)?.to ?? 0);
  const kept = new RangeSet(dropped.complement(1, head));
  const undelivered = intersection(kept, journal.delivered().complement(1, head));
  const delivered = intersection(kept, journal.delivered().ranges());
  const receipted = intersection(kept, journal.receipted().ranges());
  const deadLetters = Map.groupBy(journal.deadLetters(), ({ reason }) => reason);
  const table = journal.epochs();
  const [first] = undelivered.ranges();
  return {
    events: journal.events(),
    bytes: journal.bytes(),
    ...journal.recorded(),
    undelivered: undelivered.count,
    oldestUndelivered: first ? journal.recordedAt(first.from) : null,
    dropped: dropped.count,
    lastCheckpoint: journal.lastCheckpoint(),
    epochs: table.map(({ id, base, began, reason }, index) => {
      const end = Math.min(table[index + 1]?.base ?? head, head);
      const within = (set: RangeSet) => intersection(set, [{ from: base + 1, to: end }]);
      const asSeqs = (set: RangeSet) =>
        within(set)
          .ranges()
          .slice(0, LISTED_RANGES)
          .map(({ from, to }): SeqRange => [from - base, to - base]);
      return {
        id,
        began,
        reason,
        from: end > base ? 1 : 0,
        to: Math.max(0, end - base),
        events: within(kept).count,
        delivered: within(delivered).count,
        receipted: within(receipted).count,
        undeliveredRanges: asSeqs(undelivered),
        droppedRanges: asSeqs(dropped),
        deadLetters: [...deadLetters]
          .map(([reason, letters]) => ({ reason, ranges: asSeqs(new RangeSet(letters)) }))
          .filter(({ ranges }) => ranges.length > 0),
      };
    }),
  };
}

function intersection(set: RangeSet, ranges: readonly Range[]): RangeSet {
  const both = new RangeSet();
  for (const { from, to } of ranges) {
    const hole = new RangeSet(set.complement(from, to));
    for (const part of hole.complement(from, to)) both.add(part);
  }
  return both;
}
