/**
 * What a level is where nothing moves, by its course over minutes. Levels come every half second and are gathered in
 * blocks of ten seconds. Quiet is what the quietest blocks of the last five minutes are, as noise floors of speech are
 * found (Martin, "Noise power spectral density estimation based on optimal smoothing and minimum statistics", 2001):
 * hours of traffic teach nothing wrong as long as there are pauses in it, and dusk, which only makes more noise, is
 * followed. A level that stays high without the ups and downs of things that move is another encoder setting or
 * another light, and is learned anew.
 */

/** Levels in octaves. */
export interface Quiet {
  readonly level: number;
  /** Robust standard deviation of single levels. */
  readonly spread: number;
}

/** What a closed block has shown: nothing much, a level that is the new quiet, or a stream that is not the one it was. */
export type Finding = "same" | "steady" | "other-stream";

interface Block extends Quiet {
  readonly framesPerSecond: number;
}

const BLOCK_LEVELS = 20;
/** Five minutes: dusk takes half an hour, and no street is without a pause for so long. */
const BLOCKS = 30;
/** Nothing is known before the quietest of so many blocks is. */
const BLOCKS_TO_LEARN = 3;
/** So many of the blocks have little moving in them, where there are pauses at all. */
const QUIETER = 0.4;
/** Blocks that are high and even for so long are no motion. */
const STEADY_BLOCKS = 4;
/** Even: they differ by at most so many octaves. */
const STEADY_OCTAVES = 0.3;
/** Frames a second that differ by more than this factor are another stream. */
const OTHER_RATE = 1.4;

/** Holds 110 numbers. */
export class QuietLevel {
  /** Octaves above quiet from which on a steady level is none. */
  readonly #high: number;
  #levels: number[] = [];
  #elapsed = 0;
  #frames = 0;
  #blocks: Block[] = [];
  #quiet: Quiet | undefined;

  constructor(high: number) {
    this.#high = high;
  }

  /** Undefined while too little is known of the stream. */
  get quiet(): Quiet | undefined {
    return this.#quiet;
  }

  /** A level over so many milliseconds and frames; what it closes a block with, if it does. */
  push(level: number, elapsedMs: number, frames: number): Finding | undefined {
    this.#levels.push(level);
    this.#elapsed += elapsedMs;
    this.#frames += frames;
    if (this.#levels.length < BLOCK_LEVELS) return undefined;
    const block = blockOf(this.#levels, (this.#frames * 1_000) / this.#elapsed);
    this.#levels = [];
    this.#elapsed = 0;
    this.#frames = 0;
    this.#blocks = [...this.#blocks, block].slice(-BLOCKS);
    return this.#learn();
  }

  #learn(): Finding {
    if (this.#isOtherStream()) {
      this.#blocks = this.#blocks.slice(-1);
      this.#quiet = undefined;
      return "other-stream";
    }
    const { spread = 0 } = this.#quiet ?? {};
    const isSteady = this.#isSteady();
    // Their own spread is of a course that was not known.
    if (isSteady) this.#blocks = this.#blocks.slice(-STEADY_BLOCKS).map((block) => ({ ...block, spread }));
    if (this.#blocks.length >= BLOCKS_TO_LEARN) this.#quiet = quietOf(this.#blocks);
    return isSteady ? "steady" : "same";
  }

  /** The last two blocks run at another rate than the one before. */
  #isOtherStream(): boolean {
    const before = this.#blocks.at(-3)?.framesPerSecond;
    if (before === undefined) return false;
    return this.#blocks.slice(-2).every(({ framesPerSecond }) => {
      const ratio = framesPerSecond / before;
      return ratio > OTHER_RATE || ratio < 1 / OTHER_RATE;
    });
  }

  #isSteady(): boolean {
    const levels = this.#blocks.slice(-STEADY_BLOCKS).map(({ level }) => level);
    if (!this.#quiet || levels.length < STEADY_BLOCKS) return false;
    const least = Math.min(...levels);
    return least > this.#quiet.level + this.#high && Math.max(...levels) - least <= STEADY_OCTAVES;
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

/** By the quietest tenth, so that one freak block is not believed; their spread is that of the quieter ones. */
function quietOf(blocks: readonly Block[]): Quiet {
  const ascending = blocks.toSorted((a, b) => a.level - b.level);
  const quieter = ascending.slice(0, Math.max(BLOCKS_TO_LEARN, Math.ceil(QUIETER * blocks.length)));
  return {
    level: at(
      ascending.map(({ level }) => level),
      0.1,
    ),
    spread: at(sorted(quieter.map(({ spread }) => spread)), 0.5),
  };
}

const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);

const at = (ascending: readonly number[], share: number) =>
  ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? 0;
