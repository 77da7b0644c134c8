import { expect, test } from "vitest";
import { nextLook, placeOf } from "../../agent/core/look-schedule.ts";

const well = { pause: 60_000, interval: 60_000, place: 0.25 };
const failing = { ...well, pause: 20_000 };

test("looks stand an interval apart, however long each lasts and whether its timer was early or late", () => {
  expect(nextLook({ began: 15_000, ended: 17_000 }, well)).toBe(75_000);
  expect(nextLook({ began: 15_400, ended: 45_000 }, well)).toBe(75_000);
  expect(nextLook({ began: 14_999, ended: 17_000 }, well)).toBe(75_000);
});

test("while a camera fails, the next look follows its end by the shorter pause, and its own moment is kept all the same", () => {
  expect(nextLook({ began: 15_000, ended: 25_000 }, failing)).toBe(45_000);
  expect(nextLook({ began: 45_000, ended: 55_000 }, failing)).toBe(75_000);
  expect(nextLook({ began: 75_000, ended: 116_000 }, failing)).toBe(135_000);
});

test("three looks that confirm a fault are no closer together for a moment of the camera's that falls between them", () => {
  expect(nextLook({ began: 52_500, ended: 53_000 }, failing)).toBe(73_000);
  expect(nextLook({ began: 73_000, ended: 73_500 }, failing)).toBe(91_500);
});

test("a camera that was out of step is back in it within one interval", () => {
  expect(nextLook({ began: 52_000, ended: 53_000 }, well)).toBe(75_000);
});

test("between two looks is a rest, also where one lasts longer than the interval", () => {
  expect(nextLook({ began: 15_000, ended: 90_000 }, well)).toBe(96_000);
  expect(nextLook({ began: 74_000, ended: 76_000 }, well)).toBe(82_000);
});

test("from one beginning to the next it is never longer than the interval and a hundredth, unless a look was that long", () => {
  for (let began = 0; began < 120_000; began += 137)
    for (const pace of [well, failing]) {
      const gap = nextLook({ began, ended: began + 25_000 }, pace) - began;
      expect(gap).toBeGreaterThan(25_000);
      expect(gap).toBeLessThanOrEqual(60_600);
    }
});

test("the places of neighbours are apart, be they two or sixteen, wherever they begin", () => {
  for (const [count, apart] of [
    [2, 0.38],
    [6, 0.09],
    [12, 0.055],
    [16, 0.034],
  ] as const)
    for (const first of [0, 7, 200, 490]) {
      const places = Array.from({ length: count }, (_, index) => placeOf(first + index)).sort(
        (a, b) => a - b,
      );
      const gaps = places.map((place, index) => (places[index + 1] ?? 1 + (places[0] ?? 0)) - place);
      expect(Math.min(...gaps)).toBeGreaterThan(apart);
    }
});
