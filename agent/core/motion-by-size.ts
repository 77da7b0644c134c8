import type { MotionSensitivity } from "../model/config-camera.ts";
import { GroupCourse } from "./group-course.ts";
import { type Quiet, QuietLevel } from "./quiet-level.ts";

/**
 * Motion by the sizes of a stream's access units, without decoding one: where nothing moves, an encoder has next to
 * nothing to say between two keyframes. What "next to nothing" is differs by camera, light and noise, so it is learned
 * and followed (`quiet-level.ts`), and so is the fall of sizes after each keyframe (`group-course.ts`).
 *
 * Sizes are looked at as the binary logarithm of a delta frame's mean bytes over half a second ("level"), keyframes
 * apart, without the largest of each half second: that is how a refreshing frame of a "smart" encoder, the frame after
 * a keyframe and a flash look.
 *
 * An encoder at a constant bit rate spends on noise what a still picture leaves; little or nothing of motion shows.
 */

/** One picture of a stream that arrived whole. */
export interface AccessUnitSize {
  /** Can be decoded by itself; the others ("delta") say what changed. */
  readonly keyframe: boolean;
  readonly bytes: number;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/** What has just been concluded. */
export interface MotionChange {
  readonly active: boolean;
  /** Mean bytes of a delta frame now, and where nothing moves. */
  readonly bytes: number;
  readonly quietBytes: number;
}

interface Thresholds {
  /** Octaves above the quiet level that are motion at least. */
  readonly rise: number;
  /** … and so many times the spread of quiet levels. */
  readonly spreads: number;
}

const thresholds: Readonly<Record<MotionSensitivity, Thresholds>> = {
  low: { rise: 1, spreads: 6 },
  medium: { rise: 0.5, spreads: 4 },
  high: { rise: 0.35, spreads: 3 },
};

const BIN_MS = 500;
/** A bin of a slow stream is longer: so many delta frames at least. */
const BIN_FRAMES = 3;
/** A pause in the stream that is longer belongs to no bin. */
const LONGEST_BIN_MS = 5_000;
/** Motion begins with a bin that is so many times the threshold, or with so many of the last above it … */
const PLAIN = 3;
const BINS_TO_START = 2;
const BINS_LOOKED_AT = 3;
/** … and is over when it was below this share of it for so long: steps pause and people stop. */
const STILL_MOVING = 0.7;
const HOLD_MS = 3_000;
/** Headers and skipped macroblocks: what the smallest frames differ by tells nothing. Bytes. */
const EMPTY_FRAME = 24;

/** Takes the access units of one stream in order; holds some 200 numbers. */
export class MotionBySize {
  readonly #thresholds: Thresholds;
  readonly #known: QuietLevel;
  readonly #course = new GroupCourse();
  /** Of the bin at hand. */
  #began = Number.NaN;
  #frames = 0;
  #deltas = 0;
  #bytes = 0;
  #largest = 0;
  /** Octaves above quiet in the last bin, and which of the last were above the threshold. */
  #over = 0;
  #above = 0;
  #active = false;
  #lastActive = 0;

  constructor(sensitivity: MotionSensitivity) {
    this.#thresholds = thresholds[sensitivity];
    this.#known = new QuietLevel(this.#thresholds.rise / 2);
  }

  /** The stream begins again: what was learned stays, and whether anything moves is not known. */
  resume(): void {
    this.#began = Number.NaN;
    this.#active = false;
    this.#above = 0;
  }

  /** A whole access unit; gives what changed. */
  push({ keyframe, bytes, at }: AccessUnitSize): MotionChange | undefined {
    const change = this.#passTime(at, keyframe);
    this.#frames++;
    if (keyframe) {
      const { quiet } = this.#known;
      this.#course.keyframe((mean) => !quiet || mean - quiet.level < this.#threshold(quiet) / 2);
      return change;
    }
    this.#deltas++;
    this.#bytes += bytes;
    this.#largest = Math.max(this.#largest, bytes);
    return change;
  }

  /** An access unit of which a part is missing: its size says nothing, but it was one. */
  pushDamaged(at: number): MotionChange | undefined {
    const change = this.#passTime(at, false);
    this.#frames++;
    return change;
  }

  #passTime(at: number, keyframe: boolean): MotionChange | undefined {
    const elapsed = at - this.#began;
    if (!(elapsed >= 0 && elapsed <= LONGEST_BIN_MS)) {
      this.#course.interrupt();
      this.#beginBin(at);
      return undefined;
    }
    // A keyframe begins a bin, so that bins lie alike in every group.
    if (this.#deltas < BIN_FRAMES || (elapsed < BIN_MS && !(keyframe && elapsed >= BIN_MS / 2)))
      return undefined;
    const mean = (this.#bytes - this.#largest) / (this.#deltas - 1);
    const level = this.#course.level(Math.log2(mean + EMPTY_FRAME));
    const frames = this.#frames;
    this.#beginBin(at);
    return this.#learn(level, elapsed, frames) ?? this.#judge(level, at);
  }

  #beginBin(at: number): void {
    this.#began = at;
    this.#frames = 0;
    this.#deltas = 0;
    this.#bytes = 0;
    this.#largest = 0;
  }

  #learn(level: number, elapsed: number, frames: number): MotionChange | undefined {
    const finding = this.#known.push(level, elapsed, frames);
    if (finding === "steady") this.#course.adopt();
    else if (finding === "other-stream") this.#course.forget();
    else return undefined;
    return this.#active ? this.#turn(false, level) : undefined;
  }

  #judge(level: number, at: number): MotionChange | undefined {
    const { quiet } = this.#known;
    if (!quiet) return undefined;
    const threshold = this.#threshold(quiet);
    const over = level - quiet.level;
    const smooth = (over + this.#over) / 2;
    this.#over = over;
    this.#above = ((this.#above << 1) | (over > threshold ? 1 : 0)) & ((1 << BINS_LOOKED_AT) - 1);
    if (this.#active) {
      if (smooth > STILL_MOVING * threshold) this.#lastActive = at;
      return at - this.#lastActive > HOLD_MS ? this.#turn(false, level) : undefined;
    }
    if (over < PLAIN * threshold && bitsIn(this.#above) < BINS_TO_START) return undefined;
    this.#lastActive = at;
    return this.#turn(true, level);
  }

  #threshold({ spread }: Quiet): number {
    const { rise, spreads } = this.#thresholds;
    return Math.max(rise, spreads * spread);
  }

  #turn(active: boolean, level: number): MotionChange {
    this.#active = active;
    this.#above = 0;
    const bytes = (octaves: number) => Math.max(0, Math.round(2 ** octaves - EMPTY_FRAME));
    return { active, bytes: bytes(level), quietBytes: bytes(this.#known.quiet?.level ?? level) };
  }
}

function bitsIn(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}
