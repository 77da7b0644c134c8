import type { CheckpointData, EpochData, GapData } from "../model/event.ts";
import type { Range } from "../model/journal.ts";
import { chainLinker, GENESIS } from "./chain.ts";
import { RangeSet } from "./ranges.ts";
import { receivedEvents } from "./received-events.ts";
import { checkpointText, epochText, gapText, isSigned, type PublicKeys } from "./signed-text.ts";
import type { Tail } from "./verify.ts";
import { LISTED, type SeqRange } from "./verify-chain.ts";

/** One row of a journal as it stands in the file, whatever damage has made of it. */
export interface JournalRow {
  readonly position: number;
  readonly kind: string;
  readonly body: Uint8Array | null;
  readonly hash: Uint8Array | null;
}

/** An epoch by the journal's own table: its events stand at the positions behind `base`. */
export interface JournalEpoch {
  readonly id: string;
  readonly base: number;
}

/** Positions that were made room of, with the hash of the last of them: the chain goes on from there. */
export interface DroppedRange extends Range {
  readonly hash: Uint8Array;
}

export interface JournalContent {
  readonly site: string;
  /** In the order in which they began. */
  readonly epochs: readonly JournalEpoch[];
  /** In order of position. */
  readonly dropped: readonly DroppedRange[];
  /** In order of position. */
  readonly rows: Iterable<JournalRow>;
  /** The stored hash at a position; null where there is none. */
  readonly hashAt: (position: number) => Uint8Array | null;
}

export interface JournalEpochReport {
  readonly ok: boolean;
  readonly epoch: string;
  /** Events that are there. */
  readonly events: number;
  /** Lowest and highest seq that is there; 0 when there is none. */
  readonly from: number;
  readonly to: number;
  /** Events that are gone as the journal says: they made room for newer ones, or were damaged. */
  readonly dropped: number;
  /** Of them, those that a signed event here tells the unit of; that it had the others is the journal's word. */
  readonly toldGone: number;
  /** Events that are gone and were not dropped, as seqs; the first LISTED ranges, and how many events. */
  readonly gaps: readonly SeqRange[];
  readonly missing: number;
  /** Events that are not what was written there; the first LISTED seqs, and how many. */
  readonly changed: readonly number[];
  readonly changedCount: number;
  readonly checkpoints: {
    /** Signed by the site, and the chain stands where they say. */
    readonly good: number;
    /** They, or what tells of gone events, are not signed by their key, not readable, or of another hash than the chain's. */
    readonly bad: number;
    /** Signed with keys that were not given. */
    readonly unknownKey: number;
    /** What they vouch for is gone, so that there is nothing to compare with. */
    readonly uncheckable: number;
  };
  /** Wall milliseconds of the newest good checkpoint, and the seq that it vouches for; null where there is none. */
  readonly lastCheckpoint: { readonly seq: number; readonly time: number } | null;
  /** How far behind the newest event the signed ones are; see Tail. */
  readonly tail: Tail;
  /** Whether its first event says to follow the end of the epoch before it; null where that is not there to be asked. */
  readonly follows: boolean | null;
}

/** Seqs that signed events tell to be gone, by epoch. */
export type Told = Map<string, RangeSet>;

export interface Judged {
  readonly report: Omit<JournalEpochReport, "tail" | "toldGone">;
  /** Seqs that the journal says to be gone. */
  readonly holes: RangeSet;
  readonly end: EpochEnd;
  /** Wall milliseconds at which the newest event says to have been recorded; undefined where it says nothing. */
  readonly recordedAt: number | undefined;
}

export interface EpochEnd {
  readonly epoch: string;
  readonly seq: number;
  readonly hash: Uint8Array | undefined;
}

/** Takes one epoch's rows in order of position. */
export class EpochJudge {
  readonly #content: JournalContent;
  readonly #epoch: JournalEpoch;
  readonly #keys: PublicKeys;
  readonly #before: EpochEnd | undefined;
  readonly #link: ReturnType<typeof chainLinker> | undefined;
  readonly #told: Told;
  readonly #holes = new RangeSet();
  readonly #gaps: SeqRange[] = [];
  readonly #changed: number[] = [];
  #next: number;
  /** Hash of the event before `#next`; undefined where that is not known. */
  #hash: Uint8Array | undefined = GENESIS;
  /** Of the newest event. */
  #body: Uint8Array | undefined;
  #from = 0;
  #events = 0;
  #dropped = 0;
  #missing = 0;
  #changedCount = 0;
  #good = 0;
  #bad = 0;
  #unknownKey = 0;
  #uncheckable = 0;
  #last: { readonly seq: number; readonly time: number } | null = null;
  #follows: boolean | null = null;

  constructor(
    content: JournalContent,
    epoch: JournalEpoch,
    keys: PublicKeys,
    before: EpochEnd | undefined,
    told: Told,
  ) {
    this.#told = told;
    this.#content = content;
    this.#epoch = epoch;
    this.#keys = keys;
    this.#before = before;
    this.#next = epoch.base + 1;
    this.#link = /^[0-9a-f]{32}$/.test(epoch.id) ? chainLinker(content.site, epoch.id) : undefined;
  }

  take({ position, body, hash }: JournalRow): void {
    if (position > this.#next) this.#skipTo(position - 1);
    const seq = position - this.#epoch.base;
    this.#from ||= seq;
    this.#events += 1;
    this.#next = position + 1;
    const linked = body && this.#hash && this.#link?.(this.#hash, seq, body);
    // Behind a hole of unknown end the stored hash is all there is; the next checkpoint proves it or does not.
    const known = linked ? hash !== null && Buffer.compare(linked, hash) === 0 : this.#hash === undefined;
    if (!known || !body || !this.#isOwn(body, seq)) {
      this.#changedCount += 1;
      if (this.#changed.length < LISTED) this.#changed.push(seq);
    }
    this.#hash = hash ?? undefined;
    this.#body = body ?? undefined;
  }

  /** `end`: last position that the epoch after it leaves to this one. */
  finish(end: number | undefined): Judged {
    const droppedTo = this.#content.dropped.findLast(({ to }) => to <= (end ?? to))?.to ?? 0;
    const last = end ?? Math.max(droppedTo, this.#next - 1);
    if (last >= this.#next) this.#skipTo(last);
    const { id, base } = this.#epoch;
    const to = this.#next - 1 - base;
    const checkpoints = {
      good: this.#good,
      bad: this.#bad,
      unknownKey: this.#unknownKey,
      uncheckable: this.#uncheckable,
    };
    const faults = this.#missing + this.#changedCount + this.#bad + this.#unknownKey;
    const report = {
      ok: faults === 0 && this.#follows !== false && this.#link !== undefined && to > 0,
      epoch: id,
      events: this.#events,
      from: this.#from,
      to: this.#events === 0 ? 0 : to,
      dropped: this.#dropped,
      gaps: this.#gaps,
      missing: this.#missing,
      changed: this.#changed,
      changedCount: this.#changedCount,
      checkpoints,
      lastCheckpoint: this.#last,
      follows: this.#follows,
    };
    return {
      report,
      holes: this.#holes,
      end: { epoch: id, seq: to, hash: this.#hash },
      recordedAt: recordedTime(this.#body),
    };
  }

  /** Positions from the next one up to `to` are not there: dropped, or missing. */
  #skipTo(to: number): void {
    for (const range of this.#content.dropped) {
      if (range.to < this.#next || range.from > to) continue;
      if (range.from > this.#next) this.#miss(range.from - 1);
      const last = Math.min(range.to, to);
      this.#dropped += last - this.#next + 1;
      this.#holes.add({ from: this.#next - this.#epoch.base, to: last - this.#epoch.base });
      this.#hash = last === range.to ? range.hash : undefined;
      this.#next = last + 1;
    }
    if (this.#next <= to) this.#miss(to);
  }

  #miss(to: number): void {
    const { base } = this.#epoch;
    this.#missing += to - this.#next + 1;
    if (this.#gaps.length < LISTED) this.#gaps.push([this.#next - base, to - base]);
    this.#hash = undefined;
    this.#next = to + 1;
  }

  /** Whether the stored message is one, and of the place that it stands at; takes what it vouches for. */
  #isOwn(body: Uint8Array, seq: number): boolean {
    const [event, ...more] = receivedEvents(body) ?? [];
    if (!event || more.length > 0) return false;
    const { vouches } = event;
    if (vouches?.kind === "malformed") this.#bad += 1;
    if (vouches?.kind === "epoch") this.#takeBeginning(vouches.data);
    if (vouches?.kind === "checkpoint") this.#takeCheckpoint(vouches.data);
    if (vouches?.kind === "gap") this.#takeGap(vouches.data);
    return event.site === this.#content.site && event.epoch === this.#epoch.id && event.seq === seq;
  }

  #takeBeginning(data: EpochData): void {
    const place = { site: this.#content.site, epoch: this.#epoch.id };
    if (!this.#keys.has(data.keyId)) this.#unknownKey += 1;
    else if (!isSigned(epochText(place, data), data, this.#keys)) this.#bad += 1;
    const before = this.#before;
    if (!before || !data.previous || before.hash === undefined) return;
    this.#follows =
      data.previous.epoch === before.epoch &&
      data.previous.seq === before.seq &&
      data.previous.hash === Buffer.from(before.hash).toString("hex");
  }

  #takeGap(data: GapData): void {
    const { epoch, ranges } = data;
    const { site, epochs } = this.#content;
    const base = epochs.find(({ id }) => id === epoch)?.base;
    if (!this.#keys.has(data.keyId)) this.#unknownKey += 1;
    else if (!isSigned(gapText({ site, epoch }, data), data, this.#keys)) this.#bad += 1;
    else if (base !== undefined) {
      const told = this.#told.get(epoch) ?? new RangeSet();
      this.#told.set(epoch, told);
      for (const range of ranges) told.add(range);
      const isOther = ({ to, hash }: GapData["ranges"][number]) => {
        const known = this.#knownHash(base + to);
        return hash !== undefined && known !== undefined && Buffer.from(known).toString("hex") !== hash;
      };
      if (ranges.some(isOther)) this.#bad += 1;
    }
  }

  /** The hash at a position by the row that is there, or by what was kept in its place. */
  #knownHash(position: number): Uint8Array | undefined {
    const { dropped, hashAt } = this.#content;
    return hashAt(position) ?? dropped.find(({ to }) => to === position)?.hash;
  }

  #takeCheckpoint(data: CheckpointData): void {
    const { id: epoch, base } = this.#epoch;
    const { site } = this.#content;
    if (!this.#keys.has(data.keyId)) this.#unknownKey += 1;
    else if (!isSigned(checkpointText({ site, epoch }, data), data, this.#keys)) this.#bad += 1;
    else {
      const hash = this.#knownHash(base + data.seq);
      if (!hash) this.#uncheckable += 1;
      else if (Buffer.from(hash).toString("hex") !== data.hash) this.#bad += 1;
      else {
        this.#good += 1;
        this.#last = { seq: data.seq, time: Date.parse(data.time) };
      }
    }
  }
}

function recordedTime(body: Uint8Array | undefined): number | undefined {
  const time = /"recordedtime":"([^"]+)"/.exec(Buffer.from(body ?? []).toString())?.[1];
  return time === undefined ? undefined : Date.parse(time);
}
