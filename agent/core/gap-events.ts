import type { EventDraft, GapData } from "../model/event.ts";
import { GAP_RANGES, type GapReason } from "../model/event-names.ts";
import type { Signer } from "../model/signer.ts";
import { gapText } from "./signed-text.ts";

/** Seqs of an epoch that are gone, with the hashes of the chain before and at the end of them, hexadecimal. */
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
  const drafts: EventDraft[] = [];
  for (let index = 0; index < gone.length; index += GAP_RANGES) {
    const ranges = gone.slice(index, index + GAP_RANGES);
    const count = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    const data = { reason, epoch, ranges, count, keyId: signer.keyId };
    const signature = signer.sign(gapText({ site, epoch }, data));
    drafts.push({ kind: "gap", at, data: { ...data, signature } });
  }
  return drafts;
}
