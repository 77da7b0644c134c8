import { RangeSet } from "../../../agent/core/ranges.ts";
import type { Event } from "../../../agent/model/event.ts";
import type { Range } from "../../../agent/model/journal.ts";
import type { FaultCounts } from "./counts.ts";
import { FaultMarks } from "./fault-marks.ts";
import type { Told } from "./writer-order.ts";

/** What a site says of its own journal: these events are gone. */
export interface ToldGone extends Range {
  readonly epoch: string;
}

export interface DiskVerdict {
  /** Each time that a fault began. */
  readonly strikes: readonly FaultCounts[];
  readonly refused: number;
  /** Accepted, not received, and told to be gone. */
  readonly gone: number;
  /** Told to be gone, and received: they were under way, unanswered, when the connection broke. */
  readonly goneAndThere: number;
  readonly wrong: readonly string[];
}

/** Compares what a writer was told with what a separate reader received. It knows nothing of the journal's tables. */
export class DiskOracle {
  readonly #accepted = new Map<string, number>();
  /** Places that two events were accepted for. */
  readonly #usedTwice: string[] = [];
  #made = -1;
  #refused = 0;
  readonly #marks = new FaultMarks();
  isCalm = false;

  /** What is made from now on is counted to this fault; `repeats` have arrived so far. */
  begin(fault: string, repeats: number): void {
    this.#marks.begin(fault, { made: this.#made + 1, repeats });
  }

  take(told: Told): void {
    if (told.kind === "made") this.#made = Math.max(this.#made, told.n);
    else if (told.kind === "refused") this.#refused += 1;
    else if (told.kind === "calm") this.isCalm = true;
    else if (told.kind === "accepted") {
      const place = placeOf(told.epoch, told.seq);
      if (this.#accepted.has(place)) this.#usedTwice.push(place);
      this.#accepted.set(place, told.n);
    }
  }

  /** Number of the newest event that was made. */
  get newest(): number {
    return this.#made;
  }

  /** Accepted events that neither arrived nor are told to be gone. */
  missing(received: readonly Event[], gone: readonly ToldGone[]): number {
    const places = new Set(received.map(({ epoch, sequence }) => placeOf(epoch, Number(sequence))));
    const told = goneByEpoch(gone);
    let missing = 0;
    for (const place of this.#accepted.keys()) if (!places.has(place) && !isGone(told, place)) missing += 1;
    return missing;
  }

  /** `repeats` have arrived in all. */
  judge(received: readonly Event[], gone: readonly ToldGone[], repeats: number): DiskVerdict {
    const wrong = this.#usedTwice.map((place) => `used twice: ${place}`);
    const told = goneByEpoch(gone);
    const numbers = new Map<string, number>();
    const newestSeq = new Map<string, number>();
    for (const { epoch, sequence, type, data } of received) {
      const seq = Number(sequence);
      newestSeq.set(epoch, Math.max(newestSeq.get(epoch) ?? 0, seq));
      const n = type === "vn.camera.motion.v1" ? Number(data.activity.replace("activity-", "")) : -1;
      numbers.set(placeOf(epoch, seq), n);
    }
    const [lost, missing]: [number[], number[]] = [[], []];
    for (const [place, n] of this.#accepted) {
      const arrived = numbers.get(place);
      if (arrived === n) continue;
      if (arrived !== undefined) wrong.push(`event ${arrived} arrived in the place of ${n}`);
      if (isGone(told, place)) missing.push(n);
      else lost.push(n);
    }
    for (const [place, n] of numbers)
      if (n >= 0 && this.#accepted.get(place) !== n) wrong.push(`event ${n} arrived and was never accepted`);
    // Also of those that no writer was told of, as checkpoints: no hole without a word.
    for (const [epoch, newest] of newestSeq)
      for (let seq = 1; seq <= newest; seq++) {
        const place = placeOf(epoch, seq);
        if (!numbers.has(place) && !isGone(told, place)) wrong.push(`nothing is known of ${place}`);
      }
    let goneAndThere = 0;
    for (const { epoch, from, to } of gone)
      for (let seq = from; seq <= to; seq++) if (numbers.has(placeOf(epoch, seq))) goneAndThere += 1;
    const numbered = { made: this.#made + 1, accepted: [...this.#accepted.values()], lost, gone: missing };
    const strikes = this.#marks.strikes({ ...numbered, repeats });
    return { strikes, refused: this.#refused, gone: missing.length, goneAndThere, wrong };
  }
}

function goneByEpoch(gone: readonly ToldGone[]): Map<string, RangeSet> {
  const byEpoch = new Map<string, RangeSet>();
  for (const { epoch, from, to } of gone) {
    const ranges = byEpoch.get(epoch) ?? new RangeSet();
    ranges.add({ from, to });
    byEpoch.set(epoch, ranges);
  }
  return byEpoch;
}

const placeOf = (epoch: string, seq: number) => `${epoch} ${seq}`;

function isGone(told: ReadonlyMap<string, RangeSet>, place: string): boolean {
  const [epoch = "", seq] = place.split(" ");
  return told.get(epoch)?.has(Number(seq)) === true;
}
