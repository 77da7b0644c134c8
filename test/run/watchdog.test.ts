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
  const done = feedWatchdog(
    {
      clock,
      progress,
      log: { error: (fields) => void errors.push(fields) },
      notify: { watchdogEvery, send: async (...assignments) => void sent.push(assignments.join(" ")) },
      describe: () => "fine",
    },
    stop.signal,
  );
  return {
    clock,
    progress,
    sent,
    errors,
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
