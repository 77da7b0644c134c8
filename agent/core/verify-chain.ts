import { digestLinker, GENESIS } from "./chain.ts";

/** First and last seq, both included. */
export type SeqRange = readonly [number, number];

/** A hash that a signature vouches for. */
export interface Anchor {
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** An epoch's events against what is signed of them. */
export interface ChainVerdict {
  /** Lowest and highest seq; 0 when there is none. */
  readonly from: number;
  readonly to: number;
  readonly events: number;
  /** Missing ranges from 1 up to the highest seq that is known of; the first LISTED of them. */
  readonly gaps: readonly SeqRange[];
  /** How many events are missing. */
  readonly missing: number;
  /** Ranges within which something was changed: complete, but they do not lead from one signed hash to the next. */
  readonly brokenLinks: readonly SeqRange[];
  /** Signed hashes that cannot be checked, because events before them are missing. */
  readonly missingBehind: number;
  /** All events up to here are there and as they were signed. */
  readonly verifiedUpTo: number;
}

/** Longest list in a report. */
export const LISTED = 1_000;

/**
 * Computes the chain anew. Every signed hash is a new beginning, so that one fault spoils its own stretch only.
 * `events` are ascending by seq, `anchors` in any order.
 */
export function verifyChain(
  site: string,
  epoch: string,
  events: Iterable<{ readonly seq: number; readonly digest: Uint8Array }>,
  anchors: readonly Anchor[],
): ChainVerdict {
  const link = digestLinker(site, epoch);
  const signed = anchors.toSorted((a, b) => a.seq - b.seq);
  const gaps: SeqRange[] = [];
  const brokenLinks: SeqRange[] = [];
  /** Of the event before `next`; undefined while it cannot be known. */
  let hash: Uint8Array | undefined = GENESIS;
  let from = 0;
  let to = 0;
  let next = 1;
  let count = 0;
  let missing = 0;
  let missingBehind = 0;
  let verifiedUpTo = 0;
  let intact = true;
  let index = 0;
  let lastSigned = 0;

  const skipTo = (upTo: number) => {
    missing += upTo - next + 1;
    if (gaps.length < LISTED) gaps.push([next, upTo]);
    intact = false;
    hash = undefined;
    for (let anchor = signed[index]; anchor && anchor.seq <= upTo; anchor = signed[++index]) {
      missingBehind += 1;
      hash = anchor.seq === upTo ? anchor.hash : undefined;
      lastSigned = anchor.seq;
    }
    next = upTo + 1;
  };
  const compare = () => {
    for (let anchor = signed[index]; anchor?.seq === next - 1; anchor = signed[++index]) {
      if (!hash) missingBehind += 1;
      else if (Buffer.compare(hash, anchor.hash) === 0) {
        if (intact) verifiedUpTo = anchor.seq;
      } else {
        intact = false;
        if (brokenLinks.length < LISTED) brokenLinks.push([lastSigned + 1, anchor.seq]);
      }
      hash = anchor.hash;
      lastSigned = anchor.seq;
    }
  };

  for (const { seq, digest } of events) {
    if (seq > next) skipTo(seq - 1);
    if (hash) hash = link(hash, seq, digest);
    from ||= seq;
    to = seq;
    next = seq + 1;
    count += 1;
    compare();
  }
  const last = signed.at(-1);
  if (last && last.seq > to) skipTo(last.seq);
  return { from, to, events: count, gaps, missing, brokenLinks, missingBehind, verifiedUpTo };
}
