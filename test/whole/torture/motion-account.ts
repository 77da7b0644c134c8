import type { UnitSubscriber } from "../../fakes/unit-subscriber.ts";
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
  readonly #unit: Pick<UnitSubscriber, "events">;
  readonly #arrived = new Set<string>();
  #read = 0;
  #newest = 0;
  #counting = 0;
  #awaited: Move[] = [];

  constructor(moves: readonly Move[], unit: Pick<UnitSubscriber, "events">) {
    this.#moves = moves;
    this.#unit = unit;
  }

  /** From now on the motions of these stretches must arrive. */
  count(stretches: readonly Stretch[]): void {
    const found = this.#moves.filter((move) => stretches.some((stretch) => isWithin(move, stretch)));
    this.#counting += found.length;
    this.#awaited.push(...found);
  }

  /** Motions that must arrive, all in all. */
  get counting(): number {
    return this.#counting;
  }

  /** Motions that must arrive and have not. */
  awaited(): readonly Move[] {
    this.#take();
    this.#awaited = this.#awaited.filter((move) => !this.#arrived.has(nameOf(move)));
    return this.#awaited;
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
