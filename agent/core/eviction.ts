import type { Range } from "../model/journal.ts";
import { RangeSet } from "./ranges.ts";

/**
 * Which events make room when a journal is full, worth least first, each class from its oldest on:
 * 1 those that the unit has said to have stored; 2 those that its broker has acknowledged; 3 of those that were never
 * sent, motion and device alarms; 4 the others of them: states of cameras, tampering, what people did, signatures.
 *
 * Never dropped: what begins an epoch, the newest checkpoint and each camera's newest state, which the next start and
 * `journal verify` need, and reports of gone events that were not sent themselves.
 */

/** What the decision needs of an event. */
export interface Droppable {
  readonly position: number;
  readonly kind: string;
  /** Bytes that dropping it frees. */
  readonly bytes: number;
  readonly camera: string | null;
}

/** What is kept, as positions. */
export interface Kept {
  /** Of these, the receipted, the delivered without a receipt, and the others; in order, disjoint. */
  readonly receipted: readonly Range[];
  readonly delivered: readonly Range[];
  readonly unsent: readonly Range[];
  /** Where the search for class 3 goes on: below, there is none left. */
  readonly searched: number;
  readonly newestCheckpoint: number;
  /** Events of a range in order of position; taken one by one, and not to the end. */
  events(range: Range): Iterable<Droppable>;
  /** Whether a camera has a newer state than the one at this position. */
  hasNewerState(camera: string, position: number): boolean;
}

/** How much room is to be made: until both are reached, or nothing is left that may go. */
export interface Need {
  readonly bytes: number;
  readonly events: number;
}

/** Most that one transaction drops: its log is half as large as what it deletes. */
export interface Batch extends Need {
  /** Events looked at: none of a class may be found among millions. */
  readonly looks: number;
  /** Ranges of unsent events, each of which has to be told of. */
  readonly ranges: number;
}

export interface Eviction {
  /** Delivered positions to drop, and unsent ones, which have to be told of; in order, neither touching itself. */
  readonly delivered: readonly Range[];
  readonly unsent: readonly Range[];
  readonly bytes: number;
  readonly events: number;
  /** As `Kept.searched`, for the next time. */
  readonly searched: number;
  /** Whether nothing is left that may go. */
  readonly isAll: boolean;
}

/** Kinds of class 3. */
const COMMON = new Set(["motion", "device"]);

/** What to drop next; `mayDropUnsent` false keeps to what was delivered. */
export function chooseEviction(kept: Kept, need: Need, batch: Batch, mayDropUnsent: boolean): Eviction {
  const choice = new Choice(kept, need, batch);
  const delivered = new RangeSet();
  const unsent = new RangeSet();
  let { searched } = kept;
  const finish = (isAll: boolean): Eviction => ({
    delivered: delivered.ranges(),
    unsent: unsent.ranges(),
    bytes: choice.bytes,
    events: choice.events,
    searched,
    isAll,
  });
  for (const ranges of [kept.receipted, kept.delivered]) {
    if (!choice.take(ranges, delivered, (event) => !isSpared(event, kept, false))) return finish(false);
  }
  if (!mayDropUnsent) return finish(true);
  const unsearched = kept.unsent.flatMap(({ from, to }) =>
    to > searched ? [{ from: Math.max(from, searched + 1), to }] : [],
  );
  const isCommon = ({ kind }: Droppable) => COMMON.has(kind);
  const isSearched = choice.take(unsearched, unsent, isCommon);
  searched = isSearched ? Math.max(searched, unsearched.at(-1)?.to ?? 0) : Math.max(searched, choice.looked);
  if (!isSearched) return finish(false);
  const rest = kept.unsent.flatMap(({ from, to }) => unsent.complement(from, to));
  return finish(choice.take(rest, unsent, (event) => !isSpared(event, kept, true)));
}

function isSpared({ kind, position, camera }: Droppable, kept: Kept, isUnsent: boolean): boolean {
  switch (kind) {
    case "epoch":
      return true;
    case "gap":
      return isUnsent;
    case "checkpoint":
      return position === kept.newestCheckpoint;
    case "health":
      return camera !== null && !kept.hasNewerState(camera, position);
    default:
      return false;
  }
}

/** Goes through ranges until there is enough. */
class Choice {
  readonly #kept: Kept;
  readonly #need: Need;
  readonly #batch: Batch;
  #looks = 0;
  bytes = 0;
  events = 0;
  /** Position of the last event that was looked at, and decided on. */
  looked = 0;

  constructor(kept: Kept, need: Need, batch: Batch) {
    this.#kept = kept;
    this.#need = need;
    this.#batch = batch;
  }

  /** Whether all of these ranges were gone through. */
  take(ranges: readonly Range[], into: RangeSet, mayGo: (event: Droppable) => boolean): boolean {
    for (const range of ranges) {
      for (const event of this.#kept.events(range)) {
        if (this.#isEnough(into)) return false;
        this.#looks += 1;
        this.looked = event.position;
        if (!mayGo(event)) continue;
        into.add({ from: event.position, to: event.position });
        this.bytes += event.bytes;
        this.events += 1;
      }
    }
    return true;
  }

  #isEnough(into: RangeSet): boolean {
    const { bytes, events } = this;
    if (bytes >= this.#need.bytes && events >= this.#need.events) return true;
    if (bytes >= this.#batch.bytes || events >= this.#batch.events) return true;
    return this.#looks >= this.#batch.looks || into.ranges().length >= this.#batch.ranges;
  }
}
