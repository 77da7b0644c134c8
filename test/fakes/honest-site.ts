import { chainLinker, GENESIS } from "../../agent/core/chain.ts";
import { eventSealer } from "../../agent/core/envelope.ts";
import { checkpointText, epochText, gapText } from "../../agent/core/signed-text.ts";
import type { EpochData, EventDraft, GapData } from "../../agent/model/event.ts";
import type { Range, StoredEvent } from "../../agent/model/journal.ts";
import type { Signer } from "../../agent/model/signer.ts";
import { motionDraft } from "./drafts.ts";
import { testSigner } from "./signer.ts";

export interface HonestEpoch {
  readonly site: string;
  readonly epoch: string;
  readonly events: readonly StoredEvent[];
  /** As the next epoch names it. */
  readonly head: NonNullable<EpochData["previous"]>;
  /** Every event that was not told to be gone, as it goes out. */
  readonly messages: readonly string[];
  /** Hash of the chain at a seq, hexadecimal; of its beginning at 0. */
  readonly hashAt: (seq: number) => string;
  /** Last seq that a checkpoint vouches for. */
  readonly vouchedUpTo: number;
  /** Time of the last checkpoint, wall milliseconds. */
  readonly signedAt: number;
}

export interface HonestOptions {
  readonly site?: string;
  /** 32 hexadecimal digits. */
  readonly epoch?: string;
  /** Motion events to make; one every second. */
  readonly motion: number;
  /** A checkpoint after so many of them, and one at the end. */
  readonly every?: number;
  readonly previous?: EpochData["previous"];
  readonly signer?: Signer;
  /** Wall milliseconds of the beginning. */
  readonly from?: number;
  /** Ranges of seqs that are told to be gone at the end, and of which epoch (default: this one). */
  readonly gone?: readonly Range[];
  readonly goneOf?: Pick<HonestEpoch, "epoch" | "hashAt">;
  /** The last of these ranges is the end of its epoch, and its hash is lost. */
  readonly losesEnd?: boolean;
  readonly reason?: GapData["reason"];
  /** What each event says beside its number. */
  readonly source?: (n: number) => string;
}

/** One epoch as a site records it, without a database: what a verifier must find nothing wrong with. */
export function honestEpoch({
  site = "site-1",
  epoch = "a".repeat(32),
  motion,
  every = 16,
  previous = null,
  signer = testSigner(),
  from = Date.UTC(2026, 10, 24, 1, 0, 0),
  source = (n) => `VideoSource_${n}`,
  gone = [],
  goneOf,
  losesEnd = false,
  reason = "size",
}: HonestOptions): HonestEpoch {
  const link = chainLinker(site, epoch);
  const { keyId, publicKey } = signer;
  const events: StoredEvent[] = [];
  const hashes: Uint8Array[] = [GENESIS];
  let hash: Uint8Array = GENESIS;
  let vouchedUpTo = 0;
  let at = from;
  const append = (draft: EventDraft) => {
    const seq = events.length + 1;
    const seal = eventSealer({ site, epoch, recordedAt: at, stamp: { bootId: "boot-1", clockSynced: true } });
    const body = seal(draft, seq);
    hash = link(hash, seq, body);
    hashes.push(hash);
    events.push({ position: seq, epoch, seq, kind: draft.kind, at, body, bytes: Buffer.byteLength(body) });
  };
  const hex = () => Buffer.from(hash).toString("hex");
  const checkpoint = () => {
    const head = { seq: events.length, hash: hex(), time: new Date(at).toISOString() };
    const signature = signer.sign(checkpointText({ site, epoch }, head));
    append({ kind: "checkpoint", at, data: { ...head, keyId, signature } });
    vouchedUpTo = head.seq;
  };
  const hashAt = (seq: number) => Buffer.from(hashes[seq] ?? GENESIS).toString("hex");
  const gap = () => {
    const whose = goneOf ?? { epoch, hashAt };
    const ranges = gone.map((range, index) => ({
      ...range,
      before: whose.hashAt(range.from - 1),
      ...(!(losesEnd && index === gone.length - 1) && { hash: whose.hashAt(range.to) }),
    }));
    const count = gone.reduce((sum, range) => sum + range.to - range.from + 1, 0);
    const data = { reason, epoch: whose.epoch, ranges, count, keyId };
    const signature = signer.sign(gapText({ site, epoch: whose.epoch }, data));
    append({ kind: "gap", at, data: { ...data, signature } });
  };
  const begin = { reason: previous ? "new-key" : "created", previous, publicKey } as const;
  const signature = signer.sign(epochText({ site, epoch }, begin));
  append({ kind: "epoch", at, data: { ...begin, keyId, signature } });
  checkpoint();
  for (let n = 1; n <= motion; n++) {
    at += 1_000;
    const draft = motionDraft(n);
    if (draft.kind === "motion") append({ ...draft, at, data: { ...draft.data, source: source(n) } });
    if (n % every === 0 && n < motion) checkpoint();
  }
  if (gone.length > 0) gap();
  checkpoint();
  const isGone = (seq: number) => !goneOf && gone.some((range) => range.from <= seq && seq <= range.to);
  const messages = events.filter(({ seq }) => !isGone(seq)).map(({ body }) => body);
  const head = { epoch, seq: events.length, hash: hex() };
  return { site, epoch, events, messages, hashAt, head, vouchedUpTo, signedAt: at };
}
