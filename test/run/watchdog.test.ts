import { expect, test } from "vitest";
import { Progress } from "../../agent/core/progress.ts";
import { feedWatchdog } from "../../agent/run/watchdog.ts";
import { TestClock } from "../fakes/test-clock.ts";

function scene(watchdogEvery: number | undefined) {
  const clock = new TestClock();
  const progress = new Progress();
  const stop = new AbortController();
  const sent: string[] = [];
  const errors: object[] = [];
  let standing = "fine";
  const done = feedWatchdog(
    {
      clock,
      progress,
      log: { error: (fields) => void errors.push(fields) },
      notify: { watchdogEvery, send: async (...assignments) => void sent.push(assignments.join(" ")) },
      describe: () => standing,
      standing: () => standing,
    },
    stop.signal,
  );
  return {
    clock,
    progress,
    sent,
    errors,
    stands(words: string) {
      standing = words;
    },
    async end() {
      stop.abort();
      await done;
    },
  };
}

test("the watchdog is fed at its pace while every loop comes round", async () => {
  const { clock, progress, sent, end } = scene(30_000);
  const loop = progress.loop("forward");
  for (let minute = 0; minute < 2; minute++) {
    loop.beat(clock.monotonic(), 70_000);
    await clock.advance(60_000);
  }
  expect(sent).toEqual(Array(5).fill("STATUS=fine WATCHDOG=1"));
  await end();
});

test("a loop that hangs starves the watchdog, is named once, and feeds it again when it comes round", async () => {
  const { clock, progress, sent, errors, end } = scene(30_000);
  const loop = progress.loop("camera gate");
  loop.beat(clock.monotonic(), 45_000);
  await clock.advance(120_000);
  expect(sent.slice(2)).toEqual(["STATUS=fine", "STATUS=fine", "STATUS=fine"]);
  expect(errors).toEqual([{ loops: ["camera gate"] }]);
  loop.beat(clock.monotonic(), 45_000);
  await clock.advance(30_000);
  expect(sent.at(-1)).toBe("STATUS=fine WATCHDOG=1");
  await end();
});

test("a loop that ended as it should is not waited for", async () => {
  const { clock, progress, sent, end } = scene(30_000);
  const loop = progress.loop("camera gate");
  loop.beat(clock.monotonic(), 1_000);
  loop.end();
  await clock.advance(60_000);
  expect(sent.at(-1)).toBe("STATUS=fine WATCHDOG=1");
  await end();
});

test("what changes is told within seconds, a storm of changes every three seconds at most", async () => {
  const { clock, sent, stands, end } = scene(30_000);
  await clock.advance(1_000);
  stands("connected");
  await clock.advance(2_000);
  expect(sent).toEqual(["STATUS=fine WATCHDOG=1", "STATUS=connected WATCHDOG=1"]);
  await clock.advance(29_000);
  expect(sent).toHaveLength(2);
  for (let ms = 0; ms < 30_000; ms += 100) {
    stands(`change ${ms}`);
    await clock.advance(100);
  }
  expect(sent.length).toBeLessThanOrEqual(2 + 30_000 / 3_000);
  stands("at last");
  await clock.advance(3_000);
  expect(sent.at(-1)).toBe("STATUS=at last WATCHDOG=1");
  await end();
});

test("a change feeds no watchdog while a loop hangs", async () => {
  const { clock, progress, sent, stands, end } = scene(30_000);
  progress.loop("camera gate").beat(clock.monotonic(), 1_000);
  stands("connected");
  await clock.advance(3_000);
  expect(sent).toEqual(["STATUS=fine WATCHDOG=1", "STATUS=connected"]);
  await end();
});

test("a unit with a short watchdog is fed at its pace, one without a watchdog told every half minute", async () => {
  const short = scene(500);
  await short.clock.advance(5_000);
  expect(short.sent).toHaveLength(11);
  await short.end();
  const none = scene(undefined);
  await none.clock.advance(60_000);
  expect(none.sent).toHaveLength(3);
  await none.end();
});
