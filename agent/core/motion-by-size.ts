/**
 * Motion by the sizes of a stream's access units, without decoding one: where nothing moves, an encoder has next to
 * nothing to say between two keyframes. What "next to nothing" is differs by camera, light and noise, so it is learned
 * and followed.
 *
 * Sizes are looked at as the binary logarithm of a delta frame's mean bytes over half a second ("level"), keyframes
 * apart, without the largest of each half second: that is how a refreshing frame of a "smart" encoder, the frame after
 * a keyframe and a flash look. Sizes fall after every keyframe as the picture is refined: that course is learned too.
 *
 * Levels are gathered in blocks of ten seconds. What a block is where nothing moves is told by the quietest of five
 * minutes, as noise floors of speech are (Martin, "Noise power spectral density estimation based on optimal smoothing
 * and minimum statistics", 2001): hours of traffic teach nothing wrong as long as there are pauses in it, and dusk,
 * which only makes more noise, is followed. A level that stays high without the ups and downs of things that move is
 * another encoder setting or another light, and is learned anew.
 */

export type MotionSensitivity = "low" | "medium" | "high";

/** One picture of a stream that arrived whole. */
export interface AccessUnitSize {
  /** Can be decoded by itself; `delta`: differs from others. */
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
/** Bins after a keyframe that are told apart; later ones are like the last of these. */
const PHASES = 24;
/** What one quiet group of pictures is worth against what was known of their course. */
const LEARNING = 0.2;
/** A bin of a slow stream is longer: so many delta frames at least. */
const BIN_FRAMES = 3;
/** A pause in the stream that is longer belongs to no bin. */
const LONGEST_BIN_MS = 5_000;
const BLOCK_BINS = 20;
/** Five minutes of blocks: dusk takes half an hour, and no street is without a pause for so long. */
const BLOCKS = 30;
/** Nothing is said before the quietest of so many blocks is known. */
const BLOCKS_TO_LEARN = 3;
/** Motion begins with a bin that is so many times the threshold, or with so many of the last above it … */
const PLAIN = 3;
const BINS_TO_START = 2;
const BINS_LOOKED_AT = 3;
/** … and is over when it was below this share of it for so long: steps pause and people stop. */
const STILL_MOVING = 0.7;
const HOLD_MS = 4_000;
/** Headers and skipped macroblocks: what the smallest frames differ by tells nothing. Bytes. */
const EMPTY_FRAME = 24;
/** Blocks that are high and even for so long are no motion. */
const STEADY_BLOCKS = 4;
/** Even: their levels differ by at most so many octaves. */
const STEADY_OCTAVES = 0.3;
/** Frames a second that differ by more than this factor are another stream. */
const OTHER_RATE = 1.4;

interface Block {
  /** Median of its bins' levels. */
  readonly level: number;
  /** Robust standard deviation of its bins' levels. */
  readonly spread: number;
  readonly framesPerSecond: number;
}

/** Takes the access units of one stream in order; holds a few hundred numbers. */
export class MotionBySize {
  readonly #thresholds: Thresholds;
  /** Of the bin at hand. */
  #began = Number.NaN;
  #frames = 0;
  #deltas = 0;
  #bytes = 0;
  #largest = 0;
  /** Of the group of pictures at hand: when it began, and its levels. */
  #keyframeAt = Number.NEGATIVE_INFINITY;
  #course: number[] = [];
  /** By how much each bin after a keyframe differs from its group's mean where nothing moves. */
  #usual: number[] = new Array(PHASES).fill(0);
  /** … and in whatever the last groups showed. */
  readonly #recent: number[] = new Array(PHASES).fill(0);
  #groups = 0;
  /** Of the block at hand. */
  #levels: number[] = [];
  #blockMs = 0;
  #blockFrames = 0;
  #blocks: Block[] = [];
  #quiet: Pick<Block, "level" | "spread"> | undefined;
  #above = 0;
  #over = 0;
  #active = false;
  #lastActive = 0;

  constructor(sensitivity: MotionSensitivity) {
    this.#thresholds = thresholds[sensitivity];
  }

  /** Whether enough is known of the stream for motion to be told. */
  get learned(): boolean {
    return this.#quiet !== undefined;
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
      this.#closeGroup(at);
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
      this.#course = [];
      this.#keyframeAt = Number.NEGATIVE_INFINITY;
      this.#beginBin(at);
      return undefined;
    }
    // A keyframe begins a bin, so that bins lie alike in every group.
    if (this.#deltas < BIN_FRAMES || (elapsed < BIN_MS && !(keyframe && elapsed >= BIN_MS / 2)))
      return undefined;
    const mean = (this.#bytes - this.#largest) / (this.#deltas - 1);
    this.#blockMs += elapsed;
    this.#blockFrames += this.#frames;
    const phase = Math.min(PHASES - 1, Math.round((this.#began - this.#keyframeAt) / BIN_MS));
    this.#beginBin(at);
    const level = Math.log2(mean + EMPTY_FRAME);
    if (this.#course.length < PHASES) this.#course.push(level);
    return this.#takeLevel(level - (this.#usual[phase] ?? 0), at);
  }

  /** A keyframe has come: learns the course of the group before it, if nothing moved in it. */
  #closeGroup(at: number): void {
    const course = this.#course;
    this.#course = [];
    this.#keyframeAt = at;
    if (course.length === 0) return;
    const mean = course.reduce((sum, level) => sum + level, 0) / course.length;
    const quiet = this.#quiet;
    this.#groups++;
    const weight = Math.max(LEARNING, 1 / this.#groups);
    const isQuiet = !quiet || mean - quiet.level < this.#threshold(quiet) / 2;
    for (const [phase, level] of course.entries()) {
      for (const known of isQuiet ? [this.#recent, this.#usual] : [this.#recent]) {
        const before = known[phase] ?? 0;
        known[phase] = before + weight * (level - mean - before);
      }
    }
  }

  #threshold({ spread }: Pick<Block, "spread">): number {
    const { rise, spreads } = this.#thresholds;
    return Math.max(rise, spreads * spread);
  }

  #beginBin(at: number): void {
    this.#began = at;
    this.#frames = 0;
    this.#deltas = 0;
    this.#bytes = 0;
    this.#largest = 0;
  }

  #takeLevel(level: number, at: number): MotionChange | undefined {
    const change = this.#judge(level, at);
    this.#levels.push(level);
    if (this.#levels.length < BLOCK_BINS) return change;
    return this.#closeBlock(level) ?? change;
  }

  #judge(level: number, at: number): MotionChange | undefined {
    const quiet = this.#quiet;
    if (!quiet) return undefined;
    const threshold = this.#threshold(quiet);
    const over = level - quiet.level;
    this.#above = ((this.#above << 1) | (over > threshold ? 1 : 0)) & ((1 << BINS_LOOKED_AT) - 1);
    const smooth = (over + this.#over) / 2;
    this.#over = over;
    if (this.#active) {
      if (smooth > STILL_MOVING * threshold) this.#lastActive = at;
      return at - this.#lastActive > HOLD_MS ? this.#turn(false, level) : undefined;
    }
    if (over < PLAIN * threshold && bitsIn(this.#above) < BINS_TO_START) return undefined;
    this.#lastActive = at;
    return this.#turn(true, level);
  }

  #turn(active: boolean, level: number): MotionChange {
    this.#active = active;
    this.#above = 0;
    const bytes = (octaves: number) => Math.max(0, Math.round(2 ** octaves - EMPTY_FRAME));
    return { active, bytes: bytes(level), quietBytes: bytes(this.#quiet?.level ?? level) };
  }

  #closeBlock(latest: number): MotionChange | undefined {
    const rate = (this.#blockFrames * 1_000) / this.#blockMs;
    const block = blockOf(this.#levels, rate);
    this.#levels = [];

    this.#blockMs = 0;
    this.#blockFrames = 0;
    this.#blocks = [...this.#blocks, block].slice(-BLOCKS);
    if (this.#isOtherStream() || this.#isSteady()) return this.#learnAnew(latest);
    if (this.#blocks.length >= BLOCKS_TO_LEARN) this.#quiet = quietOf(this.#blocks);
    return undefined;
  }

  /** The last two blocks run at another rate than those before. */
  #isOtherStream(): boolean {
    const { framesPerSecond = 0 } = this.#blocks.at(-3) ?? {};
    if (framesPerSecond === 0) return false;
    return this.#blocks.slice(-2).every((block) => {
      const ratio = block.framesPerSecond / framesPerSecond;
      return ratio > OTHER_RATE || ratio < 1 / OTHER_RATE;
    });
  }

  #isSteady(): boolean {
    const quiet = this.#quiet;
    const levels = this.#blocks.slice(-STEADY_BLOCKS).map(({ level }) => level);
    if (!quiet || levels.length < STEADY_BLOCKS) return false;
    const least = Math.min(...levels);
    return least > quiet.level + this.#thresholds.rise / 2 && Math.max(...levels) - least <= STEADY_OCTAVES;
  }

  /** From the latest blocks alone; of another stream nothing is known yet. */
  #learnAnew(latest: number): MotionChange | undefined {
    const change = this.#active ? this.#turn(false, latest) : undefined;
    const spread = this.#quiet?.spread ?? 0;
    if (this.#isOtherStream()) {
      this.#blocks = this.#blocks.slice(-1);
      this.#quiet = undefined;
      this.#groups = 0;
      return change;
    }
    // Their spread is of a course that was not the usual one.
    this.#blocks = this.#blocks.slice(-STEADY_BLOCKS).map((block) => ({ ...block, spread }));
    this.#usual = [...this.#recent];
    this.#quiet = quietOf(this.#blocks);
    return change;
  }
}

/** Spread from the quartiles: 1.349 standard deviations lie between those of a normal distribution. */
function blockOf(levels: readonly number[], framesPerSecond: number): Block {
  const ascending = sorted(levels);
  return {
    level: at(ascending, 0.5),
    spread: (at(ascending, 0.75) - at(ascending, 0.25)) / 1.349,
    framesPerSecond,
  };
}

/** A block as it is where nothing moves: by the quietest tenth, so that one freak block is not believed. */
function quietOf(blocks: readonly Block[]): Pick<Block, "level" | "spread"> {
  return {
    level: at(sorted(blocks.map(({ level }) => level)), 0.1),
    spread: at(sorted(blocks.map(({ spread }) => spread)), 0.25),
  };
}

const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);

const at = (ascending: readonly number[], share: number) =>
  ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? 0;

function bitsIn(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}
