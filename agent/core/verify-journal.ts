import type { RangeSet } from "./ranges.ts";
import type { PublicKeys } from "./signed-text.ts";
import { TAIL_SECONDS, type Tail } from "./verify.ts";
import {
  type EpochEnd,
  EpochJudge,
  type JournalContent,
  type JournalEpochReport,
  type Judged,
  type Told,
} from "./verify-journal-epoch.ts";

/** What a journal's file can prove of itself with the site's public keys. */
export interface JournalReport {
  readonly ok: boolean;
  /** Events at positions that no epoch holds. */
  readonly strays: number;
  readonly epochs: readonly JournalEpochReport[];
}

/**
 * Proves a journal from its own file: each event is linked to the one before it (core/chain.ts), the signed
 * checkpoints are of this chain, and what is not there was dropped and is accounted for. A changed event spoils its
 * own link only, as the chain goes on from the hash that is stored beside it.
 *
 * What no file can show of itself: that its end was cut off behind a checkpoint, and that what it says to have dropped
 * had been delivered. The unit's copy does.
 *
 * `now`: wall milliseconds until when the journal was written, where that is known.
 */
export function verifyJournal(content: JournalContent, keys: PublicKeys, now?: number): JournalReport {
  const rows = content.rows[Symbol.iterator]();
  let row = rows.next();
  let strays = 0;
  const told: Told = new Map();
  const judged: Judged[] = [];
  let before: EpochEnd | undefined;
  for (const [index, epoch] of content.epochs.entries()) {
    const end = content.epochs[index + 1]?.base;
    const judge = new EpochJudge(content, epoch, keys, before, told);
    for (; !row.done && row.value.position <= (end ?? Number.MAX_SAFE_INTEGER); row = rows.next()) {
      if (row.value.position <= epoch.base) strays += 1;
      else judge.take(row.value);
    }
    const verdict = judge.finish(end);
    judged.push(verdict);
    before = verdict.end;
  }
  for (; !row.done; row = rows.next()) strays += 1;
  const epochs = judged.map((verdict, index) => {
    const next = judged[index + 1];
    const report = withTail(verdict, next?.report.follows === true, next ? undefined : now);
    return { ...report, toldGone: overlap(told.get(report.epoch), verdict.holes) };
  });
  const ok = strays === 0 && epochs.length > 0 && epochs.every((epoch) => epoch.ok);
  return { ok, strays, epochs };
}

/** How many seqs both have. */
function overlap(told: RangeSet | undefined, holes: RangeSet): number {
  const both = told?.ranges().flatMap(({ from, to }) => holes.within(from, to)) ?? [];
  return both.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** An end is right where the next epoch vouches for it, or a checkpoint that is not old beside what follows it. */
function withTail(
  { report, recordedAt, end }: Judged,
  closed: boolean,
  now: number | undefined,
): Omit<JournalEpochReport, "toldGone"> {
  const { lastCheckpoint, events } = report;
  const until = Math.max(recordedAt ?? Number.NEGATIVE_INFINITY, now ?? Number.NEGATIVE_INFINITY);
  const age = lastCheckpoint && Number.isFinite(until) ? (until - lastCheckpoint.time) / 1_000 : null;
  const tail: Tail = {
    closed,
    unvouched: closed ? 0 : end.seq - (lastCheckpoint?.seq ?? 0),
    age,
    ok: closed || events === 0 || (age !== null && Math.abs(age) <= TAIL_SECONDS),
  };
  return { ...report, ok: report.ok && tail.ok, tail };
}
