import fc from "fast-check";
import { expect, test } from "vitest";
import { duration, formatDuration, parseDuration } from "../../agent/model/duration.ts";

test("durations are a number and a unit", () => {
  expect(parseDuration("500ms")).toBe(500);
  expect(parseDuration("1.5s")).toBe(1_500);
  expect(parseDuration("15m")).toBe(900_000);
  expect(parseDuration("24h")).toBe(86_400_000);
  expect(parseDuration("30d")).toBe(2_592_000_000);
});

test("anything else is no duration", () => {
  for (const text of ["", "60", "s", "60 s", "60S", "-1s", "1m30s", "1e3s", ".5s", "60s ", "60sec", "∞"])
    expect(parseDuration(text), text).toBeUndefined();
});

test("a duration outside its bounds is refused; the bounds themselves are taken", () => {
  const bounded = duration("1s", "1h");
  expect(bounded.safeParse("1s").data).toBe(1_000);
  expect(bounded.safeParse("60m").data).toBe(3_600_000);
  expect(bounded.safeParse("999ms").success).toBe(false);
  expect(bounded.safeParse("61m").success).toBe(false);
  expect(bounded.safeParse(`${"9".repeat(400)}d`).success).toBe(false);
});

test("a duration that is written out reads back as itself", () => {
  expect([0, 500, 60_000, 120_000, 900_000, 2_100_000, 3_600_000, 86_400_000].map(formatDuration)).toEqual([
    "0s",
    "500ms",
    "60s",
    "120s",
    "15m",
    "35m",
    "1h",
    "1d",
  ]);
  fc.assert(fc.property(fc.nat(10 ** 10), (ms) => parseDuration(formatDuration(ms)) === ms));
});
