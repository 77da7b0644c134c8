import type { GapData } from "../model/event.ts";
import type { GapReason } from "../model/event-names.ts";
import { GENESIS } from "./chain.ts";
import { DigestPages } from "./digest-pages.ts";
import { RangeSet } from "./ranges.ts";
import { type ReceivedEvent, receivedEvents } from "./received-events.ts";
import { checkpointText, epochText, gapText, isSigned, type PublicKeys } from "./signed-text.ts";
import { type Anchor, type ChainVerdict, LISTED, type SeqRange, verifyChain } from "./verify-chain.ts";

/**
 * What a unit can prove of what it received: that every event from a journal's beginning to its last checkpoint is
 * there, once, as the site recorded it, or was told by the site to be gone. It proves nothing about what was never recorded.
 */
export interface VerifyReport {
  readonly ok: boolean;
  /** Messages that are none: not JSON, or events without a place. */
  readonly malformed: number;
  /** Events of other sites than the one asked for. */
  readonly otherSites: number;
  /** Events of epochs beyond EPOCHS_KEPT, which are not judged. */
  readonly overLimit: number;
  /** In the order in which they follow each other, as far as that is known. */
  readonly epochs: readonly EpochReport[];
}

export interface EpochReport extends Omit<ChainVerdict, "missingBehind"> {
  readonly ok: boolean;
  readonly site: string;
  readonly epoch: string;
  readonly duplicates: number;
  /** Seqs of which there are two versions; the first LISTED. */
  readonly forks: readonly number[];
  /** bad: it, or what tells of events that are gone, is not signed with a key of the site, or not readable. missingBehind: events before them are missing. */
  readonly checkpoints: { readonly good: number; readonly bad: number; readonly missingBehind: number };
  readonly previous: Previous;
  /** What the site told to be gone of its end, with all that would prove where it ended; null where it has one. */
  readonly lostEnd: SeqRange | null;
  readonly tail: Tail;
}

/**
 * first: no epoch before is known. matches: that one ends where this one says. differs: that one goes on behind it.
 * missing: it was not received. gone: what says so was told to be gone. shared: another epoch also says to follow it, or to be the first.
 */
export type Previous = "first" | "matches" | "differs" | "missing" | "gone" | "shared";

export interface Tail {
  /** Whether a later epoch vouches for the end of this one, or it was told to be gone. */
  readonly closed: boolean;
  /** Events behind the last signed hash: nothing vouches for them yet. */
  readonly unvouched: number;
  /** Seconds from the last checkpoint to "now"; null where there is none. */
  readonly age: number | null;
  /** Checkpoints come every 60 s: one older than TAIL_SECONDS means that what followed was cut off. */
  readonly ok: boolean;
}

export const TAIL_SECONDS = 120;
/** Epochs of a site are few; a hostile file may name one a line. */
const EPOCHS_KEPT = 1_024;

interface EpochState {
  readonly site: string;
  readonly epoch: string;
  readonly digests: DigestPages;
  readonly forks: Set<number>;
  readonly anchors: Anchor[];
  readonly told: Map<GapReason, RangeSet>;
  lostEnd: SeqRange | undefined;
  duplicates: number;
  good: number;
  bad: number;
  /** What the epoch's own first event says; undefined where none was received that is signed. */
  previous: (Anchor & { readonly epoch: string }) | null | undefined;
  /** Newest good checkpoint: its own seq, and its time in wall milliseconds. */
  last: { readonly seq: number; readonly time: number } | undefined;
}

/** Takes messages in any order and however often; holds 33 bytes an event. */
export class Verifier {
  readonly #keys: PublicKeys;
  readonly #site: string | undefined;
  readonly #epochs = new Map<string, EpochState>();
  #malformed = 0;
  #otherSites = 0;
  #overLimit = 0;

  /** `site`: the one to judge, where the messages are of several. */
  constructor(keys: PublicKeys, site?: string) {
    this.#keys = keys;
    this.#site = site;
  }

  /** One message as it was received. */
  take(payload: Uint8Array): void {
    const events = receivedEvents(payload);
    if (!events) this.#malformed += 1;
    else for (const event of events) this.#takeEvent(event);
  }

  /** Counts what is no message at all. */
  takeMalformed(): void {
    this.#malformed += 1;
  }

  /** `now`: until when was received, wall milliseconds. */
  report(now: number): VerifyReport {
    const states = inOrder([...this.#epochs.values()]);
    const epochs = states.map((state) => judge(state, states, now));
    return {
      ok: this.#malformed + this.#overLimit === 0 && epochs.length > 0 && epochs.every(({ ok }) => ok),
      malformed: this.#malformed,
      otherSites: this.#otherSites,
      overLimit: this.#overLimit,
      epochs,
    };
  }

  #takeEvent({ site, epoch, seq, digest, vouches }: ReceivedEvent): void {
    if (this.#site !== undefined && site !== this.#site) {
      this.#otherSites += 1;
      return;
    }
    const state = this.#stateOf(site, epoch);
    if (!state) {
      this.#overLimit += 1;
      return;
    }
    const put = state.digests.put(seq, digest);
    if (put === "same") state.duplicates += 1;
    if (put === "other" && state.forks.size < LISTED) state.forks.add(seq);
    if (put === "new" && vouches) this.#takeVouch(state, seq, vouches);
  }

  #stateOf(site: string, epoch: string): EpochState | undefined {
    const key = `${epoch} ${site}`;
    const known = this.#epochs.get(key);
    if (known || this.#epochs.size >= EPOCHS_KEPT) return known;
    const state: EpochState = {
      site,
      epoch,
      digests: new DigestPages(),
      forks: new Set(),
      anchors: [],
      told: new Map(),
      lostEnd: undefined,
      duplicates: 0,
      good: 0,
      bad: 0,
      previous: undefined,
      last: undefined,
    };
    this.#epochs.set(key, state);
    return state;
  }

  #takeVouch(state: EpochState, seq: number, vouches: NonNullable<ReceivedEvent["vouches"]>): void {
    if (vouches.kind === "epoch" && seq === 1) {
      const { data } = vouches;
      if (isSigned(epochText(state, data), data, this.#keys)) {
        state.previous = data.previous && { ...data.previous, hash: Buffer.from(data.previous.hash, "hex") };
        return;
      }
    }
    if (vouches.kind === "checkpoint") {
      const { data } = vouches;
      if (isSigned(checkpointText(state, data), data, this.#keys)) {
        state.good += 1;
        state.anchors.push({ seq: data.seq, hash: Buffer.from(data.hash, "hex") });
        if (!state.last || state.last.seq < seq) state.last = { seq, time: Date.parse(data.time) };
        return;
      }
    }
    if (vouches.kind === "gap" && this.#takeGap(state.site, vouches.data)) return;
    state.bad += 1;
  }

  /** It may tell of another epoch than the one that it stands in. */
  #takeGap(site: string, data: GapData): boolean {
    const { epoch, reason, ranges } = data;
    if (!isSigned(gapText({ site, epoch }, data), data, this.#keys)) return false;
    const state = this.#stateOf(site, epoch);
    if (!state) {
      this.#overLimit += 1;
      return true;
    }
    const told = state.told.get(reason) ?? new RangeSet();
    state.told.set(reason, told);
    for (const range of ranges) {
      told.add({ from: range.from, to: range.to });
      state.anchors.push(...anchorsOf(range));
      if (range.hash === undefined && range.to > (state.lostEnd?.[1] ?? 0))
        state.lostEnd = [range.from, range.to];
    }
    return true;
  }
}

function anchorsOf({ from, to, before, hash, hashes = "" }: GapData["ranges"][number]): Anchor[] {
  if (hash === undefined) return [{ seq: from - 1, hash: Buffer.from(before, "hex") }];
  const all = Buffer.concat([
    Buffer.from(before, "hex"),
    Buffer.from(hashes, "base64url"),
    Buffer.from(hash, "hex"),
  ]);
  const at = (index: number) => all.subarray(index * GENESIS.length, (index + 1) * GENESIS.length);
  if (hashes === "")
    return [
      { seq: from - 1, hash: at(0) },
      { seq: to, hash: at(1) },
    ];
  return Array.from({ length: to - from + 2 }, (_, index) => ({ seq: from - 1 + index, hash: at(index) }));
}

function judge(state: EpochState, all: readonly EpochState[], now: number): EpochReport {
  const { site, epoch, digests, forks, duplicates, good, bad } = state;
  const ends = all.flatMap((other) =>
    other.site === site && other.previous?.epoch === epoch ? [other.previous] : [],
  );
  const anchors = [...state.anchors, ...ends];
  const { lostEnd, told } = state;
  const toldTo = lostEnd?.[1] ?? 0;
  const { missingBehind, ...chain } = verifyChain(site, epoch, digests.ascending(), anchors, told, toldTo);
  const vouchedUpTo = anchors.reduce((highest, { seq }) => Math.max(highest, seq), 0);
  const closed = ends.length > 0 || lostEnd !== undefined;
  const age = state.last ? (now - state.last.time) / 1_000 : null;
  const tail: Tail = {
    closed,
    unvouched: Math.max(0, chain.to - vouchedUpTo),
    age,
    ok: closed || (age !== null && Math.abs(age) <= TAIL_SECONDS),
  };
  const previous = previousOf(state, all);
  const { missing, brokenLinks, unproven } = chain;
  const faults = missing + forks.size + brokenLinks.length + unproven.length + missingBehind + bad;
  return {
    ok: faults === 0 && tail.ok && ["first", "matches", "gone"].includes(previous),
    site,
    epoch,
    ...chain,
    duplicates,
    forks: [...forks].sort((a, b) => a - b),
    checkpoints: { good, bad, missingBehind },
    previous,
    lostEnd: lostEnd ?? null,
    tail,
  };
}

function previousOf({ site, epoch, previous, told }: EpochState, all: readonly EpochState[]): Previous {
  if (previous === undefined && [...told.values()].some((seqs) => seqs.has(1))) return "gone";
  const others = all.filter(
    (other) => other.site === site && other.epoch !== epoch && other.previous !== undefined,
  );
  if (others.some((other) => other.previous?.epoch === previous?.epoch)) return "shared";
  if (!previous) return "first";
  const before = all.find((other) => other.site === site && other.epoch === previous.epoch);
  if (!before) return "missing";
  return before.digests.highest > previous.seq ? "differs" : "matches";
}

/** Each epoch behind the one that it says to follow. */
function inOrder(states: readonly EpochState[]): readonly EpochState[] {
  const ordered = new Set(states.filter(({ previous }) => !previous));
  for (const { site, epoch } of ordered) {
    for (const state of states) {
      if (state.site === site && state.previous?.epoch === epoch) ordered.add(state);
    }
  }
  return [...new Set([...ordered, ...states])];
}
