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
  /** Of the last of them; undefined at the end of an epoch whose end nothing is left of. */
  readonly hash: Uint8Array | undefined;
}

/**
 * Whether a void is of one epoch as far as is known: between two events of one, or of two between which the table of
 * epochs has no other. That table is nothing but the journal's word.
 */
export function isOfOneEpoch(
  { epoch, base, to, hash }: Void,
  epochs: ReadonlyMap<string, { readonly base: number }>,
): boolean {
  if (hash) return true;
  const later = [...epochs.values()].filter((other) => other.base > base);
  return epochs.get(epoch)?.base === base && Math.min(...later.map((other) => other.base)) === to;
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
  // Where an epoch ended is known to a unit that has what the next one begins with.
  return parts.filter(({ from, to, hash }) => isKnown.complement(from, hash ? to : to + 1).length > 0);
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
  return { from: from - base, to: to - base, before: hex(before), ...(hash && { hash: hex(hash) }) };
}
