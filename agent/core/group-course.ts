/** Bins after a keyframe that are told apart; later ones are like the last of these. */
const PHASES = 24;
/** What one group of pictures is worth against what was known of their course. */
const LEARNING = 0.2;

/**
 * How levels run from one keyframe to the next where nothing moves: sizes fall as the picture is refined. Learned as
 * differences from each group's mean, so that what moves evenly teaches nothing wrong.
 */
export class GroupCourse {
  #levels: number[] = [];
  /** A keyframe began the group at hand. */
  #isWhole = false;
  #usual: number[] = new Array(PHASES).fill(0);
  /** … and in whatever the last groups showed. */
  #recent: number[] = new Array(PHASES).fill(0);
  #groups = 0;

  /** The next level of the group at hand, less what is usual there. */
  level(level: number): number {
    const phase = Math.min(this.#levels.length, PHASES - 1);
    if (this.#levels.length < PHASES) this.#levels.push(level);
    return level - (this.#isWhole ? (this.#usual[phase] ?? 0) : 0);
  }

  /** A keyframe has come. `isQuiet` says of the mean level of the group before it whether nothing moved there. */
  keyframe(isQuiet: (mean: number) => boolean): void {
    const levels = this.#levels;
    const isWhole = this.#isWhole;
    this.#levels = [];
    this.#isWhole = true;
    if (!isWhole || levels.length === 0) return;
    const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
    this.#groups++;
    const differences = levels.map((level) => level - mean);
    this.#learn(this.#recent, differences);
    if (isQuiet(mean)) this.#learn(this.#usual, differences);
  }

  #learn(known: number[], differences: readonly number[]): void {
    const weight = Math.max(LEARNING, 1 / this.#groups);
    for (const [phase, difference] of differences.entries()) {
      const before = known[phase] ?? 0;
      known[phase] = before + weight * (difference - before);
    }
  }

  /** The stream was interrupted: the group at hand is not whole. */
  interrupt(): void {
    this.#levels = [];
    this.#isWhole = false;
  }

  /** What the last groups showed is what is usual now. */
  adopt(): void {
    this.#usual = [...this.#recent];
  }

  /** Another stream has another course. */
  forget(): void {
    this.#groups = 0;
  }
}
