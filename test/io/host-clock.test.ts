import { chmodSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openClockState, parseSynced, untilNextQuestion } from "../../agent/io/host-clock.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { TestClock } from "../fakes/test-clock.ts";

test("the clock is synchronised, is not, or nobody says", () => {
  expect([parseSynced("yes\n"), parseSynced("no\n"), parseSynced("")]).toEqual([true, false, null]);
});

test("it is asked again soon until the answer is yes, and less and less often where it never is", () => {
  const seconds = [0, 1, 2, 3, 4, 5, 6, 2_000].map((doubts) => untilNextQuestion(doubts) / 1_000);
  expect(seconds).toEqual([300, 15, 30, 60, 120, 240, 300, 300]);
});

test("a timedated that does not answer after a start is asked again soon, and then as seldom as ever", async () => {
  using answers = timedatectl();
  const clock = new TestClock();
  const synced = openClockState(clock);
  answers.become("exit 1");
  expect(await synced()).toBeNull();
  answers.become("echo no");
  expect(await synced()).toBeNull();
  await clock.advance(15_000);
  expect(await synced()).toBe(false);
  answers.become("echo yes");
  await clock.advance(30_000);
  expect(await synced()).toBe(true);
  answers.become("echo no");
  await clock.advance(299_000);
  expect(await synced()).toBe(true);
  await clock.advance(1_000);
  expect(await synced()).toBe(false);
});

test("a clock that was set since is asked about at once", async () => {
  using answers = timedatectl();
  const clock = new TestClock();
  const synced = openClockState(clock);
  answers.become("echo yes");
  expect(await synced()).toBe(true);
  answers.become("echo no");
  await clock.advance(5_000);
  expect(await synced()).toBe(true);
  clock.stepWall(-3_600_000);
  expect(await synced()).toBe(false);
});

/** What is found as `timedatectl` until the end of the test: a script. */
function timedatectl() {
  const folder = temporaryFolder();
  const { PATH } = process.env;
  process.env.PATH = `${folder.path}:${PATH}`;
  return {
    become(script: string) {
      writeFileSync(folder.file("timedatectl"), `#!/bin/sh\n${script}\n`);
      chmodSync(folder.file("timedatectl"), 0o755);
    },
    [Symbol.dispose]() {
      process.env.PATH = PATH;
      folder[Symbol.dispose]();
    },
  };
}
