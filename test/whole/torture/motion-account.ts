import type { UnitSubscriber } from "../../fakes/unit-subscriber.ts";
import type { FaultCounts } from "./counts.ts";
import { FaultMarks } from "./fault-marks.ts";
import { type Move, motionOf } from "./moving-site.ts";

/** A stretch of time in which each motion of a camera counts; wall milliseconds. */
export interface Stretch {
  readonly camera: string;
  readonly from: number;
  readonly to: number;
}

/** Which motions must be at the unit, and which of them are: by what the cameras made and what a subscriber received. */
export class MotionAccount {
  readonly #moves: readonly Move[];
  readonly #unit: Pick<UnitSubscriber, "events" | "repeats">;
  readonly #marks = new FaultMarks();
  readonly #arrived = new Set<string>();
  #read = 0;
  #newest = 0;
  /** Places among the moves. */
  readonly #counting: number[] = [];
  #awaited: number[] = [];

  constructor(moves: readonly Move[], unit: Pick<UnitSubscriber, "events" | "repeats">) {
    this.#moves = moves;
    this.#unit = unit;
  }

  /** What cameras see from now on is counted to this fault. */
  begin(fault: string): void {
    this.#marks.begin(fault, { made: this.#moves.length, repeats: this.#unit.repeats });
  }

  /** From now on the motions of these stretches must arrive. */
  count(stretches: readonly Stretch[]): void {
    const counts = (move: Move) => stretches.some((stretch) => isWithin(move, stretch));
    const found = this.#moves.flatMap((move, place) => (counts(move) ? [place] : []));
    this.#counting.push(...found);
    this.#awaited.push(...found);
  }

  /** Whether all that must arrive has. */
  isWhole(): boolean {
    this.#take();
    this.#awaited = this.#awaited.filter((place) => !this.#arrived.has(nameOf(this.#moves[place] as Move)));
    return this.#awaited.length === 0;
  }

  /** What came of each fault so far. */
  strikes(): FaultCounts[] {
    this.isWhole();
    return this.#marks.strikes({
      ...{ made: this.#moves.length, repeats: this.#unit.repeats },
      ...{ accepted: this.#counting, lost: this.#awaited, gone: [] },
    });
  }

  /** Whether a motion has arrived that was made after `at`; wall milliseconds. */
  hasArrivedSince(at: number): boolean {
    this.#take();
    return this.#newest > 1_000 * at;
  }

  /** In words: events of a camera whose numbers are not in the order in which it made them. */
  disorder(): string[] {
    const numbered = this.#unit.events
      .flatMap(({ event }) => {
        const move = motionOf(event);
        return move ? [{ ...move, epoch: event.epoch, seq: Number(event.sequence) }] : [];
      })
      .sort((a, b) => a.seq - b.seq);
    const newest = new Map<string, number>();
    return numbered.flatMap(({ camera, epoch, seq, madeAt }) => {
      const line = `${epoch} ${camera}`;
      const before = newest.get(line) ?? 0;
      newest.set(line, Math.max(before, madeAt));
      return madeAt < before ? [`${camera}: seq ${seq} was made before what has a lower one`] : [];
    });
  }

  #take(): void {
    for (; this.#read < this.#unit.events.length; this.#read++) {
      const { event } = this.#unit.events[this.#read] as UnitSubscriber["events"][number];
      const move = motionOf(event);
      if (!move) continue;
      this.#arrived.add(nameOf(move));
      this.#newest = Math.max(this.#newest, move.madeAt);
    }
  }
}

const nameOf = ({ camera, madeAt }: Move) => `${camera} ${madeAt}`;

function isWithin({ camera, madeAt }: Move, stretch: Stretch): boolean {
  return camera === stretch.camera && madeAt >= 1_000 * stretch.from && madeAt <= 1_000 * stretch.to;
}
