import type { Stretch } from "./motion-scene.ts";

/** What was said of a scene against what is known of it, in seconds. */
export interface Verdict {
  /** Of the seconds in which something moves, those that were said to. */
  readonly hit: number;
  readonly missed: number;
  /** Of those in which nothing does, those that were said to move. */
  readonly false: number;
  /** Moving stretches that were noticed, and all. */
  readonly noticed: number;
  readonly stretches: number;
  /** Motions told that began in a moving stretch, and all. */
  readonly right: number;
  readonly told: number;
  /** Seconds of motion while the light changes and until it is known. */
  readonly dusk: number;
}

/**
 * A motion lasts so long past what moves: three seconds in which moments are held together, and a group of pictures
 * until the encoder has done with what moved.
 */
const GRACE_SECONDS = 5;

/** Judges `moving`, which says of every frame whether motion is said to be. */
export function judge(
  moving: readonly boolean[],
  stretches: readonly Stretch[],
  framesPerSecond: number,
): Verdict {
  const count = (from: number, to: number) => {
    let frames = 0;
    for (let at = Math.max(0, from); at < to; at++) if (moving[at]) frames++;
    return frames / framesPerSecond;
  };
  const grace = GRACE_SECONDS * framesPerSecond;
  const verdict = { hit: 0, missed: 0, false: 0, noticed: 0, stretches: 0, right: 0, told: 0, dusk: 0 };
  for (const { from, to, kind } of stretches) {
    if (kind === "moving") {
      const hit = count(from, to);
      verdict.hit += hit;
      verdict.missed += (to - from) / framesPerSecond - hit;
      verdict.stretches++;
      if (hit > 0) verdict.noticed++;
    } else if (kind === "dusk") verdict.dusk += count(from, to);
    else verdict.false += count(from === 0 ? 0 : from + grace, to);
  }
  for (let at = 1; at < moving.length; at++) {
    if (!moving[at] || moving[at - 1]) continue;
    const begins = (kind: Stretch["kind"], slack: number) =>
      stretches.some((one) => one.kind === kind && at >= one.from - slack && at < one.to + slack);
    if (begins("dusk", 0)) continue;
    verdict.told++;
    if (begins("moving", framesPerSecond)) verdict.right++;
  }
  return verdict;
}

export function sum(verdicts: readonly Verdict[]): Verdict {
  const total = (of: (verdict: Verdict) => number) =>
    verdicts.reduce((before, verdict) => before + of(verdict), 0);
  return {
    hit: total(({ hit }) => hit),
    missed: total(({ missed }) => missed),
    false: total((verdict) => verdict.false),
    noticed: total(({ noticed }) => noticed),
    stretches: total(({ stretches }) => stretches),
    right: total(({ right }) => right),
    told: total(({ told }) => told),
    dusk: total(({ dusk }) => dusk),
  };
}

export const recall = ({ hit, missed }: Verdict): number => hit / Math.max(hit + missed, 1e-9);
export const precision = (verdict: Verdict): number =>
  verdict.hit / Math.max(verdict.hit + verdict.false, 1e-9);
