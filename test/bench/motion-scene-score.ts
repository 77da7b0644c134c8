import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Encoded } from "./motion-encode.ts";

const run = promisify(execFile);
const SAMPLES_A_SECOND = 5;
/** ffmpeg's filters that write the score of each. */
export const SCENE_SCORE = `fps=${SAMPLES_A_SECOND},select='gte(scene,0)',metadata=print:key=lavfi.scene_score:file=-`;
/** A score that lies above the threshold counts for so long; the same as motion by size has. */
const HOLD_SECONDS = 3;
/** Thresholds to choose from, evenly spread in their logarithm. */
const THRESHOLDS = Array.from({ length: 60 }, (_, n) => 0.000_2 * 1.12 ** n);

/** What a decoding recorder knows: by how much each of five frames a second differs from the one before it. */
export async function sceneScores({ path, encoding }: Encoded, framesPerSecond: number): Promise<number[]> {
  const { stdout } = await run(
    "nice",
    [
      ...["-n", "15", "ffmpeg", "-v", "error", "-threads", "1", "-r", String(framesPerSecond)],
      ...["-f", encoding.codec === "h264" ? "h264" : "hevc", "-i", path],
      ...["-vf", SCENE_SCORE, "-f", "null", "-"],
    ],
    { maxBuffer: 64 << 20 },
  );
  return [...stdout.matchAll(/lavfi\.scene_score=([\d.]+)/g)].map(([, score]) => Number(score));
}

/** Whether motion is said to be at each frame, by scores above a threshold. */
export function movingByScore(
  scores: readonly number[],
  threshold: number,
  { frameCount, framesPerSecond }: { readonly frameCount: number; readonly framesPerSecond: number },
): boolean[] {
  const moving: boolean[] = new Array(frameCount).fill(false);
  for (const [sample, score] of scores.entries()) {
    if (score < threshold) continue;
    const from = Math.round((sample * framesPerSecond) / SAMPLES_A_SECOND);
    moving.fill(true, from, from + HOLD_SECONDS * framesPerSecond);
  }
  return moving.slice(0, frameCount);
}

/** The threshold that does best, by `worth`; known only to who knows the truth. */
export function bestThreshold(worth: (threshold: number) => number): number {
  let best = { threshold: 0, worth: Number.NEGATIVE_INFINITY };
  for (const threshold of THRESHOLDS) {
    const of = worth(threshold);
    if (of > best.worth) best = { threshold, worth: of };
  }
  return best.threshold;
}
