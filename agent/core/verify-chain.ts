import type { GapReason } from "../model/event-names.ts";
import type { Range } from "../model/journal.ts";
import { digestLinker, GENESIS } from "./chain.ts";
import type { RangeSet } from "./ranges.ts";

/** First and last seq, both included. */
export type SeqRange = readonly [number, number];

/** A hash that a signature vouches for. */
export interface Anchor {
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** Seqs that a signed event told to be gone, by the reason that it gave. */
export type ToldGone = ReadonlyMap<GapReason, RangeSet>;

/** An epoch's events against what is signed of them. */
export interface ChainVerdict {
  /** Lowest and highest seq; 0 when there is none. */
  readonly from: number;
  readonly to: number;
  readonly events: number;
  /** Missing ranges from 1 up to the highest seq that is known of; the first LISTED of them. */
  readonly gaps: readonly SeqRange[];
  /** How many events are missing, and not told to be gone. */
  readonly missing: number;
  /** How many events are not there because they are gone, as was told, by the reason. */
  readonly toldGone: Readonly<Partial<Record<GapReason, number>>>;
  /** Ranges within which something was changed: complete, but they do not lead from one signed hash to the next. */
  readonly brokenLinks: readonly SeqRange[];
  /** Signed hashes that cannot be checked, because events before them are missing. */
  readonly missingBehind: number;
  /** Ranges beside what was told to be gone that no signed hash leads to; the first LISTED of them. */
  readonly unproven: readonly SeqRange[];
  /** Up to here all events are there and as they were signed, or told to be gone. */
  readonly verifiedUpTo: number;
}

/** Longest list in a report. */
export const LISTED = 1_000;

/**
 * Computes the chain anew. Every signed hash is a new beginning, so that one fault spoils its own stretch only.
 * `events` are ascending by seq, `anchors` in any order. `toldTo`: highest seq that was told to be gone with what would
 * prove it.
 */
export function verifyChain(
  site: string,
  epoch: string,
  events: Iterable<{ readonly seq: number; readonly digest: Uint8Array }>,
  anchors: readonly Anchor[],
  told: ToldGone = new Map(),
  toldTo = 0,
): ChainVerdict {
  const link = digestLinker(site, epoch);
  const signed = anchors.toSorted((a, b) => a.seq - b.seq);
  const gaps: SeqRange[] = [];
  const brokenLinks: SeqRange[] = [];
  const unproven: SeqRange[] = [];
  /** Of the event before `next`; undefined while it cannot be known. */
  let hash: Uint8Array | undefined = GENESIS;
  /** Whether that is because of what is missing, and not of what was told to be gone. */
  let isMissing = false;
  let from = 0;
  let to = 0;
  let next = 1;
  let count = 0;
  let missing = 0;
  const toldGone: Partial<Record<GapReason, number>> = {};
  let missingBehind = 0;
  let verifiedUpTo = 0;
  let intact = true;
  let index = 0;
  let lastSigned = 0;
  /** First event that was not compared with a signed hash yet. */
  let loose = 1;

  const giveUp = (upTo: number) => {
    if (loose <= upTo && unproven.length < LISTED) unproven.push([loose, upTo]);
  };
  const skipTo = (upTo: number) => {
    let untold: readonly Range[] = [{ from: next, to: upTo }];
    for (const [reason, seqs] of told) {
      const before = countOf(untold);
      untold = untold.flatMap((range) => seqs.complement(range.from, range.to));
      const gone = before - countOf(untold);
      if (gone > 0) toldGone[reason] = (toldGone[reason] ?? 0) + gone;
    }
    const lost = countOf(untold);
    missing += lost;
    for (const range of untold) if (gaps.length < LISTED) gaps.push([range.from, range.to]);
    if (lost > 0) intact = false;
    else if (!isMissing) giveUp(next - 1);
    isMissing ||= lost > 0;
    hash = undefined;
    for (let anchor = signed[index]; anchor && anchor.seq <= upTo; anchor = signed[++index]) {
      if (isMissing) missingBehind += 1;
      if (anchor.seq !== upTo) continue;
      hash = anchor.hash;
      isMissing = false;
      lastSigned = anchor.seq;
    }
    next = upTo + 1;
    loose = next;
  };
  const compare = () => {
    for (let anchor = signed[index]; anchor?.seq === next - 1; anchor = signed[++index]) {
      if (!hash && isMissing) missingBehind += 1;
      else if (!hash) giveUp(anchor.seq);
      else if (Buffer.compare(hash, anchor.hash) === 0) {
        if (intact) verifiedUpTo = anchor.seq;
      } else {
        intact = false;
        if (brokenLinks.length < LISTED) brokenLinks.push([lastSigned + 1, anchor.seq]);
      }
      hash = anchor.hash;
      isMissing = false;
      lastSigned = anchor.seq;
      loose = next;
    }
  };

  compare();
  for (const { seq, digest } of events) {
    if (seq > next) skipTo(seq - 1);
    if (hash) hash = link(hash, seq, digest);
    from ||= seq;
    to = seq;
    next = seq + 1;
    count += 1;
    compare();
  }
  const last = Math.max(signed.at(-1)?.seq ?? 0, toldTo);
  if (last > to) skipTo(last);
  else if ((!hash || toldTo > 0) && !isMissing) giveUp(to);
  return {
    from,
    to,
    events: count,
    gaps,
    missing,
    toldGone,
    brokenLinks,
    missingBehind,
    unproven,
    verifiedUpTo,
  };
}

function countOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}
