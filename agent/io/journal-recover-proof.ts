import { digestLinker, digestOf, GENESIS } from "../core/chain.ts";
import { RangeSet } from "../core/ranges.ts";
import type { Range } from "../model/journal.ts";
import type { Void } from "./journal-recover-lost.ts";
import type { Candidate, Found } from "./journal-recover-rows.ts";

/** An event that the chain proves to be what was written at its position. */
export interface Proven {
  readonly position: number;
  readonly epoch: string;
  readonly seq: number;
  readonly kind: string;
  /** Wall milliseconds, as the event itself has them: the chain proves its body and no other column. */
  readonly at: number;
  readonly recorded: number;
  readonly body: Buffer;
  readonly hash: Buffer;
}

/** Positions of which no event is left, and the hash of the last of them: the chain goes on from there. */
export interface Hole extends Range {
  readonly hash: Uint8Array;
}

/** What the event behind it may be linked to. */
interface Prior {
  readonly hash: Uint8Array;
  /** An event that is proven as soon as one is linked to this hash, and the hash before that. */
  readonly held?: { readonly event: Proven; readonly before: Uint8Array };
}

/**
 * Tells the events that were written from what damage has made of others, given what was found in order of position.
 * An event is proven where its hash, computed of its bytes and the hash before it, is the one that stands beside it;
 * the hash before it is that of a proven event, the one that an earlier hole is known to end with, or the one that
 * stands beside the last event of a hole, whose own bytes are gone or changed. So behind a hole the first event is
 * given up if its predecessor's hash is gone too, as nothing proves it, and its hash proves the second.
 */
export class ChainProof {
  readonly #site: string;
  readonly #knownHoles: readonly Hole[];
  /** Their hashes by the last position. */
  readonly #knownEnds: ReadonlyMap<number, Uint8Array>;
  readonly #holes: Hole[] = [];
  readonly #voids: Void[] = [];
  /** First position of which nothing is proven. */
  #next = 1;
  /** Newest position that anything was found for. */
  #seen = 0;
  #priors: readonly Prior[] = [];
  #last: Proven | undefined;
  #proven = 0;
  #unproven = 0;
  readonly #linkers = new Map<string, ReturnType<typeof digestLinker>>();

  /** `knownHoles`: what the journal itself says to have no events of. */
  constructor(site: string, knownHoles: readonly Hole[] = []) {
    this.#site = site;
    this.#knownHoles = knownHoles;
    this.#knownEnds = new Map(knownHoles.map(({ to, hash }) => [to, hash]));
  }

  get holes(): readonly Hole[] {
    return this.#holes;
  }

  /** The holes, as far as they are known to be of an epoch and between which hashes. */
  get voids(): readonly Void[] {
    return this.#voids;
  }

  /** The newest proven event. */
  get last(): Proven | undefined {
    return this.#last;
  }

  get proven(): number {
    return this.#proven;
  }

  /**
   * Events that are known to have been there: at the positions between those that are proven and not known to be empty,
   * and behind them at each that something was found for. An end that left nothing behind is not known of.
   */
  get lost(): number {
    const { holes } = this;
    const missing = new RangeSet(holes);
    for (const known of this.#knownHoles) missing.remove(known);
    return missing.count + this.#unproven;
  }

  /** What is proven by what was found at a position: that event, the one before it with it, or nothing. */
  take({ position, candidates }: Found): readonly Proven[] {
    if (position !== this.#seen + 1) this.#priors = [];
    this.#seen = position;
    const end = this.#knownEnds.get(position - 1);
    const priors = end ? [...this.#priors, { hash: end }] : this.#priors;
    const placed = candidates.flatMap((candidate) => placedAt(position, candidate) ?? []);
    for (const event of placed) {
      const prior = this.#priorOf(event, priors);
      if (prior) return this.#accept(prior, event);
    }
    this.#unproven += 1;
    const likely = placed.flatMap((event) => this.#hashesOf(event, priors));
    const stored = candidates.map(({ hash }) => ({ hash }));
    this.#priors = [...likely, ...stored].slice(0, MOST_PRIORS);
    return [];
  }

  #priorOf(event: Proven, priors: readonly Prior[]): Prior | undefined {
    if (event.seq > 1) return priors.find(({ hash }) => this.#link(event, hash).equals(event.hash));
    if (!this.#link(event, GENESIS).equals(event.hash)) return undefined;
    // Its own chain proves what it is, and not where it stands: what it says to follow does.
    if (event.position === 1) return { hash: GENESIS };
    const previous = previousHash(event);
    return priors.find(({ hash }) => previous?.equals(hash));
  }

  /** Hashes that prove this event too if the one behind it is linked to them. */
  #hashesOf(event: Proven, priors: readonly Prior[]): Prior[] {
    if (event.seq === 1) {
      if (!this.#link(event, GENESIS).equals(event.hash)) return [];
      return [{ hash: event.hash, held: { event, before: previousHash(event) ?? GENESIS } }];
    }
    return priors
      .filter(({ held }) => !held)
      .map(({ hash }) => {
        const right = this.#link(event, hash);
        return { hash: right, held: { event: { ...event, hash: right }, before: hash } };
      });
  }

  #accept({ hash, held }: Prior, event: Proven): readonly Proven[] {
    const events = held ? [held.event, event] : [event];
    const to = event.position - events.length;
    if (to >= this.#next) {
      const end = held ? held.before : hash;
      this.#holes.push({ from: this.#next, to, hash: end });
      this.#noteVoid(to, end, events[0] ?? event);
    }
    this.#next = event.position + 1;
    this.#last = event;
    this.#proven += events.length;
    this.#unproven = 0;
    this.#priors = [{ hash: event.hash }];
    return events;
  }

  /**
   * Divides a hole between the epoch that goes on behind it and the one that ended in it, whose last hash is known only
   * by the beginning that follows.
   */
  #noteVoid(to: number, hash: Uint8Array, event: Proven): void {
    const { epoch, position, seq } = event;
    const base = position - seq;
    const last = this.#last;
    if (last && last.epoch !== epoch && this.#next <= base) {
      const ended = { from: this.#next, to: base, epoch: last.epoch, base: last.position - last.seq };
      if (seq > 1) this.#voids.push({ ...ended, before: last.hash, hash: undefined });
      else if (previousOf(event)?.epoch === last.epoch)
        this.#voids.push({ ...ended, before: last.hash, hash });
    }
    const from = Math.max(this.#next, base + 1);
    const before = from === base + 1 ? GENESIS : this.#last?.hash;
    if (from <= to && before) this.#voids.push({ from, to, epoch, base, before, hash });
  }

  #link({ epoch, seq, body }: Proven, previous: Uint8Array): Buffer {
    let link = this.#linkers.get(epoch);
    if (!link) {
      // Few are used at a time; damage and hostile hands may name one a row.
      if (this.#linkers.size >= MOST_LINKERS) this.#linkers.clear();
      link = digestLinker(this.#site, epoch);
      this.#linkers.set(epoch, link);
    }
    return link(previous, seq, digestOf(body));
  }
}

const MOST_PRIORS = 16;
const MOST_LINKERS = 16;

const TYPE = /^vn\.camera\.([a-z-]{1,32})\.v1$/;
const ID = /^([0-9a-f]{32})-(\d{1,16})$/;

/** An event by its own word; undefined for what is none, or could not stand at that position. */
function placedAt(position: number, { body, hash }: Candidate): Proven | undefined {
  const event = parse(body);
  const id = ID.exec(String(event?.id));
  const kind = TYPE.exec(String(event?.type))?.[1];
  const at = Date.parse(String(event?.time));
  const recorded = Date.parse(String(event?.recordedtime));
  const seq = Number(id?.[2]);
  if (!id?.[1] || kind === undefined || Number.isNaN(at + recorded)) return undefined;
  if (!Number.isSafeInteger(seq) || seq < 1 || seq > position) return undefined;
  return { position, epoch: id[1], seq, kind, at, recorded, body, hash };
}

/** Hash of the event that an event which begins an epoch says to follow. */
function previousHash(event: Proven): Buffer | undefined {
  const hash = previousOf(event)?.hash;
  return typeof hash === "string" ? Buffer.from(hash, "hex") : undefined;
}

function previousOf({ body }: Proven): Readonly<Record<string, unknown>> | undefined {
  const { data } = parse(body) ?? {};
  return isRecord(data) && isRecord(data.previous) ? data.previous : undefined;
}

function parse(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const event: unknown = JSON.parse(body.toString("utf8"));
    return isRecord(event) ? event : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
