import { expect, test } from "vitest";
import { CutOff, type Unanswered } from "../../agent/core/cut-off.ts";

const event = (from: number, { to = from, bytes = 40_000, sentAt = 0 } = {}): Unanswered => ({
  what: { from, to },
  bytes,
  sentAt,
});
const state = (what: string, bytes = 40_000): Unanswered => ({ what, bytes, sentAt: 0 });

test("after an end with several in flight they are sent one at a time, until each is answered", () => {
  const cutOff = new CutOff();
  expect(cutOff.window(20)).toBe(20);
  cutOff.ended([event(1, { to: 64 }), event(90), state("info")], { answered: true }, 10);
  expect(cutOff.window(20)).toBe(1);
  cutOff.cleared({ from: 1, to: 40 });
  cutOff.cleared({ from: 41, to: 90 });
  expect(cutOff.window(20)).toBe(1);
  cutOff.cleared("info");
  expect(cutOff.window(20)).toBe(20);
});

test("an event that three connections in a row ended at is left out, and no longer held against the next", () => {
  const cutOff = new CutOff();
  expect(cutOff.ended([event(7)], { answered: true }, 10)).toBeUndefined();
  expect(cutOff.ended([event(7)], { answered: true }, 10)).toBeUndefined();
  expect(cutOff.ended([event(7)], { answered: true }, 10)).toEqual({
    what: { from: 7, to: 7 },
    bytes: 40_000,
  });
  expect(cutOff.window(20)).toBe(20);
  expect(cutOff.ended([event(7)], { answered: true }, 10)).toBeUndefined();
});

test.each([
  ["one that ended at another", (cutOff: CutOff) => cutOff.ended([event(8)], { answered: true }, 10)],
  ["one that took it", (cutOff: CutOff) => cutOff.cleared({ from: 7, to: 7 })],
  ["one that took it within a segment", (cutOff: CutOff) => cutOff.cleared({ from: 1, to: 64 })],
  ["one that ended in peace", (cutOff: CutOff) => cutOff.ended([], { answered: true }, 10)],
  ["one that was silent for long", (cutOff: CutOff) => cutOff.ended([event(7)], { answered: true }, 30_000)],
])("two ends at an event and %s begin the count anew", (_, between) => {
  const cutOff = new CutOff();
  cutOff.ended([event(7)], { answered: true }, 10);
  cutOff.ended([event(7)], { answered: true }, 10);
  between(cutOff);
  expect(cutOff.ended([event(7)], { answered: true }, 10)).toBeUndefined();
  expect(cutOff.ended([event(7)], { answered: true }, 10)).toBeUndefined();
});

test("connections that answer nothing accuse nobody, however many there are", () => {
  const cutOff = new CutOff();
  for (let end = 0; end < 100; end++)
    expect(cutOff.ended([event(7)], { answered: false }, 10)).toBeUndefined();
});

test("a segment is halved until it passes; its first event is accused alone only when it stands alone", () => {
  const cutOff = new CutOff();
  const cut = (to: number, bytes: number) => cutOff.ended([event(1, { to, bytes })], { answered: true }, 10);
  cut(64, 64_000);
  cut(64, 64_000);
  expect(cutOff.segmentBytes).toBe(Number.POSITIVE_INFINITY);
  cut(64, 64_000);
  expect(cutOff.segmentBytes).toBe(32_000);
  cut(32, 32_000);
  expect(cutOff.segmentBytes).toBe(16_000);
  cutOff.cleared({ from: 1, to: 16 });
  expect(cutOff.segmentBytes).toBe(16_000);
  expect(cutOff.window(20)).toBe(1);
});

test("a state is withheld at the length that it was cut off at, and goes out again when it is shorter", () => {
  const cutOff = new CutOff();
  for (let end = 0; end < 3; end++) cutOff.ended([state("info", 40_000)], { answered: true }, 10);
  expect(cutOff.withholds("info", 40_000)).toBe(true);
  expect(cutOff.withholds("info", 39_999)).toBe(false);
  expect(cutOff.withholds("health", 40_000)).toBe(false);
});

test("an end at the answer to a publish names that publish at once, if it is the only one", () => {
  const cutOff = new CutOff();
  const atAnswer = { answered: false, atAnswer: true };
  expect(cutOff.ended([event(7), event(8)], atAnswer, 10)).toBeUndefined();
  expect(cutOff.window(20)).toBe(1);
  expect(cutOff.ended([event(1, { to: 64, bytes: 40_000 })], atAnswer, 10)).toBeUndefined();
  expect(cutOff.segmentBytes).toBe(20_000);
  expect(cutOff.ended([event(7)], atAnswer, 10)).toEqual({ what: { from: 7, to: 7 }, bytes: 40_000 });
});
