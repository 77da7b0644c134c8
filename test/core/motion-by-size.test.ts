import fc from "fast-check";
import { expect, test } from "vitest";
import { MotionBySize } from "../../agent/core/motion-by-size.ts";
import type { MotionSensitivity } from "../../agent/model/config-camera.ts";
import { generator } from "../fakes/random.ts";

interface Playing {
  readonly framesPerSecond?: number;
  /** Seconds between keyframes. */
  readonly group?: number;
  /** Mean bytes of a delta frame at a second of the stream. */
  readonly bytes: (second: number) => number;
  /** Bytes of a delta frame of so many frames after the keyframe, as a factor; 1 unless told otherwise. */
  readonly course?: (frame: number) => number;
  readonly seconds: number;
  readonly sensitivity?: MotionSensitivity;
  /** The frames that lost a packet. */
  readonly damaged?: (frame: number) => boolean;
  readonly from?: number;
}

/** Plays a stream whose sizes vary by a quarter; gives "+60 -74": seconds at which motion began and ended. */
function play(
  { framesPerSecond = 10, group = 2, course = () => 1, ...of }: Playing,
  motion?: MotionBySize,
): string {
  const random = generator(1);
  const told: string[] = [];
  const sizes = motion ?? new MotionBySize(of.sensitivity ?? "medium");
  for (let frame = 0; frame < of.seconds * framesPerSecond; frame++) {
    const second = frame / framesPerSecond;
    const at = ((of.from ?? 0) + second) * 1_000;
    const phase = frame % (group * framesPerSecond);
    const bytes =
      phase === 0 ? 20_000 : of.bytes(second) * course(phase) * (0.75 + random.below(500) / 1_000);
    const change = of.damaged?.(frame)
      ? sizes.pushDamaged(at)
      : sizes.push({ keyframe: phase === 0, bytes, at });
    if (change) told.push(`${change.active ? "+" : "-"}${Math.floor(at / 1_000)}`);
  }
  return told.join(" ");
}

const between = (from: number, to: number, moving: number, still: number) => (second: number) =>
  second >= from && second < to ? moving : still;

test("what is large for a while among small ones is one motion, from its beginning to a little after its end", () => {
  expect(play({ bytes: between(60, 70, 600, 150), seconds: 100 })).toBe("+60 -74");
});

test("nothing is said before the stream is known", () => {
  expect(play({ bytes: between(10, 20, 600, 150), seconds: 29 })).toBe("");
  expect(play({ bytes: between(10, 20, 600, 150), seconds: 100 })).toBe("");
});

test("a walker who pauses makes one motion; two that are apart make two", () => {
  const bytes = (second: number) =>
    second >= 60 && second < 70 && !(second >= 64 && second < 67) ? 600 : 150;
  expect(play({ bytes, seconds: 100 })).toBe("+60 -74");
  const twice = (second: number) => between(60, 65, 600, 150)(second) + between(75, 80, 450, 0)(second);
  expect(play({ bytes: twice, seconds: 100 })).toBe("+60 -69 +75 -84");
});

test("single large frames are no motion: a flash, a refresh of a smart encoder", () => {
  const refreshed = (frame: number) => (frame % 20 === 10 ? 40 : 1);
  expect(play({ bytes: () => 150, course: refreshed, group: 10, seconds: 200 })).toBe("");
});

test("the course of sizes after each keyframe is learned, for groups of any length", () => {
  const falling = (frame: number) => 1 + 8 * Math.exp(-frame / 5);
  for (const group of [1, 2, 4, 10])
    expect(play({ bytes: between(100, 110, 600, 100), course: falling, group, seconds: 140 })).toMatch(
      /^\+10\d -11\d$/,
    );
});

test("frames of unequal weight, as of B-frames and layers, are looked at together", () => {
  const layered = (frame: number) => [3, 0.4, 1, 0.4][frame % 4] ?? 1;
  const moving = { bytes: between(60, 70, 500, 150), course: layered, framesPerSecond: 24, seconds: 100 };
  expect(play(moving)).toMatch(/^\+60 -7[456]$/);
});

test("a slow stream takes longer to say the same", () => {
  expect(play({ bytes: between(120, 150, 900, 150), framesPerSecond: 2, group: 4, seconds: 200 })).toMatch(
    /^\+12\d -15\d$/,
  );
});

test("dusk that only makes more noise is no motion", () => {
  expect(play({ bytes: (second) => 100 * 2 ** (second / 900), seconds: 3_600 })).toBe("");
});

test("another encoder setting is motion for less than a minute, and known from then on", () => {
  expect(play({ bytes: (second) => (second < 100 ? 100 : 500), seconds: 400 })).toMatch(/^\+100 -1[345]\d$/);
  const bytes = (second: number) => (second < 100 ? 100 : between(300, 310, 1_500, 500)(second));
  expect(play({ bytes, seconds: 400 })).toMatch(/^\+100 -1[345]\d \+300 -314$/);
});

test("hours of traffic with pauses in it teach nothing wrong", () => {
  const traffic = (second: number) => (second % 60 < 40 ? 500 + 300 * Math.sin(second) : 100);
  const told = play({ bytes: traffic, seconds: 1_800 }).split(" ");
  expect(told.filter((word) => word.startsWith("+")).length).toBeGreaterThan(27);
});

test("another frame rate is another stream, and learned without a word", () => {
  const motion = new MotionBySize("medium");
  expect(play({ bytes: () => 150, seconds: 60, framesPerSecond: 25 }, motion)).toBe("");
  const slower = { bytes: between(60, 70, 1_000, 260), seconds: 100, framesPerSecond: 12, from: 60 };
  expect(play(slower, motion)).toMatch(/^(\+\d+ -\d+ )?\+120 -134$/);
});

test("access units that lost a packet count for nothing", () => {
  const damaged = (frame: number) => frame % 7 === 3;
  expect(play({ bytes: between(60, 70, 600, 150), seconds: 100, damaged })).toBe("+60 -74");
  expect(play({ bytes: () => 150, seconds: 200, damaged })).toBe("");
});

test("sensitivity is how much must move", () => {
  const bytes = between(60, 70, 270, 150);
  const told = (sensitivity: MotionSensitivity) => play({ bytes, seconds: 100, sensitivity });
  expect([told("low"), told("medium").slice(0, 3), told("high").slice(0, 3)]).toEqual(["", "+61", "+61"]);
});

test("a stream that begins again tells motion anew, from what was learned before", () => {
  const motion = new MotionBySize("medium");
  expect(play({ bytes: between(60, 999, 600, 150), seconds: 65 }, motion)).toBe("+60");
  motion.resume();
  expect(play({ bytes: between(5, 15, 600, 150), seconds: 40, from: 80 }, motion)).toBe("+85 -99");
});

test("whatever comes, changes alternate and nothing is thrown", () => {
  const unit = fc.record({
    keyframe: fc.boolean(),
    bytes: fc.nat(1_000_000),
    step: fc.integer({ min: -50, max: 9_000 }),
  });
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 400 }), (units) => {
      const motion = new MotionBySize("high");
      let at = 0;
      let active = false;
      for (const { keyframe, bytes, step } of units) {
        at += step;
        const change = motion.push({ keyframe, bytes, at });
        if (!change) continue;
        expect(change.active).toBe(!active);
        active = change.active;
      }
    }),
    { numRuns: 200 },
  );
});
