import { type GoneRange, gapEvents } from "../core/gap-events.ts";
import { RangeSet } from "../core/ranges.ts";
import type { EventDraft } from "../model/event.ts";
import type { Range } from "../model/journal.ts";
import type { Beginning } from "./journal-sqlite-begin.ts";

/** Neighbouring positions of one epoch of which nothing is left, and the hashes around them. */
export interface Void extends Range {
  readonly epoch: string;
  readonly base: number;
  /** Of the event before the first of them. */
  readonly before: Uint8Array;
  /** Of the last of them. */
  readonly hash: Uint8Array;
}

/**
 * What of it is lost and was known not to be gone, with the end of what was known to be gone behind it where no hash is
 * left in between. What had been delivered is not lost to the unit.
 */
export function lostIn(
  gone: Void,
  knownHoles: readonly (Range & { readonly hash: Uint8Array })[],
  delivered: RangeSet,
): Void[] {
  const known = knownHoles.filter(({ from, to }) => from >= gone.from && to <= gone.to);
  const parts: Void[] = [];
  let { from, before } = gone;
  for (const hole of known) {
    if (hole.from > from) parts.push({ ...gone, from, before, to: hole.to, hash: hole.hash });
    from = hole.to + 1;
    before = hole.hash;
  }
  if (from <= gone.to) parts.push({ ...gone, from, before });
  const isKnown = new RangeSet(known);
  for (const range of delivered.ranges()) isKnown.add(range);
  return parts.filter((part) => isKnown.complement(part.from, part.to).length > 0);
}

/** The events that tell the unit of what was lost. */
export function lossEvents(lost: readonly Void[], { site, wall, signer }: Beginning): EventDraft[] {
  const byEpoch = Map.groupBy(lost, ({ epoch }) => epoch);
  return [...byEpoch].flatMap(([epoch, ranges]) =>
    gapEvents({ site, epoch, reason: "damaged", at: wall }, ranges.map(inSeqs), signer),
  );
}

function inSeqs({ from, to, base, before, hash }: Void): GoneRange {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  return { from: from - base, to: to - base, before: hex(before), hash: hex(hash) };
}
