import type { EventDraft, GapData } from "../model/event.ts";
import { GAP_HASHES, GAP_RANGES, type GapReason } from "../model/event-names.ts";
import type { Signer } from "../model/signer.ts";
import { gapText } from "./signed-text.ts";

/** Seqs of an epoch that are gone, with hashes of the chain: before and at the end of them, hexadecimal. */
export type GoneRange = GapData["ranges"][number];

/** The signed events that tell of them, as few as there may be. `at`: wall milliseconds; `gone` is in order. */
export function gapEvents(
  {
    site,
    epoch,
    reason,
    at,
  }: { readonly site: string; readonly epoch: string; readonly reason: GapReason; readonly at: number },
  gone: readonly GoneRange[],
  signer: Signer,
): EventDraft[] {
  return shared(gone).map((ranges): EventDraft => {
    const count = ranges.reduce((sum, range) => sum + lengthOf(range), 0);
    const data = { reason, epoch, ranges, count, keyId: signer.keyId };
    const signature = signer.sign(gapText({ site, epoch }, data));
    return { kind: "gap", at, data: { ...data, signature } };
  });
}

/** Each event's share of the ranges, which have GAP_HASHES events each at most where they give the hash of each. */
function shared(gone: readonly GoneRange[]): GoneRange[][] {
  const shares: GoneRange[][] = [];
  let hashes = 0;
  for (const range of gone) {
    const more = range.hashes === undefined ? 0 : lengthOf(range);
    const last = shares.at(-1);
    if (last && last.length < GAP_RANGES && hashes + more <= GAP_HASHES) {
      last.push(range);
      hashes += more;
    } else {
      shares.push([range]);
      hashes = more;
    }
  }
  return shares;
}

function lengthOf({ from, to }: GoneRange): number {
  return to - from + 1;
}
