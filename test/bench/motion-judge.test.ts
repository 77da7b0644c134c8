import { expect, test } from "vitest";
import { drawn } from "./motion-footage.ts";
import { judge, precision, recall, sum } from "./motion-judge.ts";
import { makeScene, type Stretch } from "./motion-scene.ts";
import { bestThreshold, movingByScore } from "./motion-scene-score.ts";

const stretches: readonly Stretch[] = [
  { from: 0, to: 20, kind: "still" },
  { from: 20, to: 30, kind: "moving" },
  { from: 30, to: 60, kind: "still" },
  { from: 60, to: 80, kind: "dusk" },
  { from: 80, to: 100, kind: "still" },
];

/** One frame a second, moving in these stretches. */
function told(...spans: readonly (readonly [number, number])[]) {
  const moving = Array.from({ length: 100 }, (_, at) => spans.some(([from, to]) => at >= from && at < to));
  return judge(moving, stretches, 1);
}

test("a motion that fits, and lasts a little longer, is right in every way", () => {
  const verdict = told([21, 35]);
  expect([recall(verdict), precision(verdict)]).toEqual([0.9, 1]);
  expect(verdict).toMatchObject({ noticed: 1, stretches: 1, right: 1, told: 1, dusk: 0 });
});

test("motion where nothing moves counts against it, also where one that was right goes on", () => {
  const wrong = told([5, 10], [20, 45]);
  expect([recall(wrong), precision(wrong)]).toEqual([1, 10 / 25]);
  expect(wrong).toMatchObject({ right: 1, told: 2 });
});

test("what is said at dusk is told apart", () => {
  expect(told([20, 30], [62, 70])).toMatchObject({ dusk: 8, told: 1, false: 0 });
});

test("verdicts add up, and nothing told is no precision", () => {
  const nothing = told();
  expect([recall(nothing), precision(nothing), nothing.noticed]).toEqual([0, 0, 0]);
  expect(recall(sum([nothing, told([20, 30])]))).toBe(0.5);
});

test("scores above a threshold hold for a while, and the best threshold is found", () => {
  const scene = { frameCount: 100, framesPerSecond: 10 };
  const scores = [0, 0, 0.5, 0, 0, 0.001];
  expect(movingByScore(scores, 0.1, scene).flatMap((moving, at) => (moving ? [at] : []))).toEqual(
    Array.from({ length: 30 }, (_, at) => at + 4),
  );
  expect(bestThreshold((threshold) => -Math.abs(threshold - 0.01))).toBeCloseTo(0.01, 2);
});

test("a scene is the same whenever it is made, is still where it says so, and darker and noisier in the end", () => {
  const footage = drawn({ width: 64, height: 48, framesPerSecond: 4, seed: 1 });
  const scene = makeScene(footage, { seed: 1, passes: 1 });
  expect(makeScene(footage, { seed: 1, passes: 1 }).stretches).toEqual(scene.stretches);
  const mean = (picture: Uint8Array) =>
    picture.subarray(0, 64 * 48).reduce((all, level) => all + level, 0) / 3_072;
  const means = Array.from(scene.frames(), mean);
  expect(means.length).toBe(scene.frameCount);
  expect(means.at(-1)).toBeLessThan(0.7 * (means[0] ?? 0));
  expect(scene.stretches.map(({ kind }) => kind).join(" ")).toBe(
    "still moving still dusk still moving still",
  );
});
