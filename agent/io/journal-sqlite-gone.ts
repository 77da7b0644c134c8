import type Database from "better-sqlite3";
import type { Clock } from "../base/clock.ts";
import { GENESIS } from "../core/chain.ts";
import { type GoneRange, gapEvents } from "../core/gap-events.ts";
import type { EventDraft } from "../model/event.ts";
import { GAP_HASHES, type GapReason } from "../model/event-names.ts";
import type { Range } from "../model/journal.ts";
import type { Signer } from "../model/signer.ts";
import type { Epoch, Epochs } from "./journal-sqlite-epochs.ts";
import type { Holes } from "./journal-sqlite-holes.ts";
import type { ToldAgain } from "./journal-sqlite-told-again.ts";

/** Positions of one epoch that are to be dropped, with the hashes that prove what is beside them and of them. */
export interface Going extends Range {
  readonly epoch: Epoch;
  readonly before: Uint8Array;
  readonly hash: Uint8Array;
  /** Of each but the last; of those alone that may have arrived. */
  readonly hashes?: readonly Uint8Array[];
}

export interface GoneOptions {
  readonly site: string;
  readonly clock: Pick<Clock, "wall">;
  readonly signer: Signer;
}

/** Says of events that are to be dropped what the unit is told. */
export class Gone {
  readonly #options: GoneOptions;
  readonly #epochs: Epochs;
  readonly #holes: Holes;
  readonly #hash: Database.Statement<[number], Buffer>;
  readonly #hashes: Database.Statement<[number, number], Buffer>;

  constructor(database: Database.Database, options: GoneOptions, epochs: Epochs, holes: Holes) {
    this.#options = options;
    this.#epochs = epochs;
    this.#holes = holes;
    this.#hash = database.prepare<[number], Buffer>("SELECT hash FROM event WHERE position = ?").pluck();
    this.#hashes = database
      .prepare<[number, number], Buffer>(
        "SELECT hash FROM event WHERE position BETWEEN ? AND ? ORDER BY position",
      )
      .pluck();
  }

  /**
   * Parts of a range of events of one epoch that are there still. Where the hash before its first is not known, as the
   * file is damaged, that event is left out. `isDoubtful`: some of them may have arrived.
   */
  parts({ from, to }: Range, isDoubtful: boolean): Going[] {
    const epoch = this.#epochs.at(from);
    const hash = this.#hash.get(to);
    const before = from === epoch.base + 1 ? GENESIS : this.hashAt(from - 1);
    if (!before || !hash) return from < to ? this.parts({ from: from + 1, to }, isDoubtful) : [];
    if (!isDoubtful || from === to) return [{ from, to, epoch, before, hash }];
    const hashes = this.#hashes.all(from, to);
    const parts: Going[] = [];
    for (let next = from; next <= to; next += GAP_HASHES) {
      const part = hashes.slice(next - from, next - from + GAP_HASHES);
      const end = part.pop();
      if (!end) break;
      const last = parts.at(-1)?.hash ?? before;
      parts.push({ from: next, to: next + part.length, epoch, before: last, hash: end, hashes: part });
    }
    return parts;
  }

  /** The hash at a position, of the event that is there or of what was dropped and ends with it. */
  hashAt(position: number): Uint8Array | undefined {
    return this.#hash.get(position) ?? this.#holes.hashAt(position);
  }

  drafts(going: readonly Going[], reason: GapReason): EventDraft[] {
    const { site, clock, signer } = this.#options;
    const at = clock.wall();
    const byEpoch = Map.groupBy(going, ({ epoch }) => epoch.id);
    return [...byEpoch].flatMap(([epoch, parts]) =>
      gapEvents({ site, epoch, reason, at }, parts.map(inSeqs), signer),
    );
  }

  /** Tells once more what was told. */
  again(told: readonly ToldAgain[]): EventDraft[] {
    const { site, clock, signer } = this.#options;
    const at = clock.wall();
    return told.flatMap(({ epoch, reason, ranges }) =>
      gapEvents({ site, epoch, reason, at }, ranges, signer),
    );
  }
}

function inSeqs({ from, to, epoch: { base }, before, hash, hashes = [] }: Going): GoneRange {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  const range = { from: from - base, to: to - base, before: hex(before), hash: hex(hash) };
  return hashes.length > 0 ? { ...range, hashes: Buffer.concat(hashes).toString("base64url") } : range;
}
