import { expect, test } from "vitest";
import { supervise } from "../../agent/run/supervise.ts";
import { TestClock } from "../fakes/test-clock.ts";

const policy = () => ({ min: 1_000, max: 8_000, stableAfter: 60_000 });

test("work that ends is run again after a pause that doubles", async () => {
  const clock = new TestClock();
  const stop = new AbortController();
  const pauses: number[] = [];
  const done = supervise(
    async () => ({ reason: "refused" }),
    { policy, clock, random: () => 0.999_999, onPause: (_, pause) => pauses.push(pause) },
    stop.signal,
  );
  await clock.advance(40_000);
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000, 8_000]);
  stop.abort();
  await done;
});

test("work that was stable for long begins again with the shortest pause", async () => {
  const clock = new TestClock();
  const stop = new AbortController();
  const attempts: number[] = [];
  let lasts = 0;
  const done = supervise(
    async (signal) => {
      await clock.sleep(lasts, signal);
      return { reason: "cut" };
    },
    { policy, clock, random: () => 0.5, onPause: (_, __, attempt) => attempts.push(attempt) },
    stop.signal,
  );
  await clock.advance(10_000);
  expect(attempts.at(-1)).toBeGreaterThan(1);
  lasts = 60_000;
  await clock.advance(70_000);
  expect(attempts.at(-1)).toBe(0);
  stop.abort();
  await done;
});

test("work that asks for a longer pause gets it", async () => {
  const clock = new TestClock();
  const stop = new AbortController();
  const pauses: number[] = [];
  const done = supervise(
    async () => ({ reason: "has no events", pause: 3_600_000 }),
    { policy, clock, random: () => 0, onPause: (_, pause) => pauses.push(pause) },
    stop.signal,
  );
  await clock.advance(3_599_999);
  expect(pauses).toEqual([3_600_000]);
  stop.abort();
  await done;
});

test("a pause ends at once when told to stop", async () => {
  const clock = new TestClock();
  const stop = new AbortController();
  const done = supervise(
    async () => ({ reason: "refused" }),
    { policy, clock, random: () => 0 },
    stop.signal,
  );
  await clock.advance(0);
  stop.abort();
  await done;
  expect(clock.waiting).toBe(0);
});

test("a bug in the work is not retried", async () => {
  const work = async () => {
    throw new Error("bug");
  };
  await expect(
    supervise(work, { policy, clock: new TestClock(), random: () => 0 }, new AbortController().signal),
  ).rejects.toThrow("bug");
});
