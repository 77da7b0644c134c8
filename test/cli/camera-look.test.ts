import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { sideBySide } from "../../agent/cli/camera-look.ts";

test("work is done side by side, never more at once than told, and each piece once", async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  const work = async (item: number) => {
    running += 1;
    most = Math.max(most, running);
    await setImmediate();
    done.push(item);
    running -= 1;
  };
  const items = Array.from({ length: 50 }, (_, index) => index);
  await sideBySide(items, 16, work, new AbortController().signal);
  expect(most).toBe(16);
  expect(done.toSorted((a, b) => a - b)).toEqual(items);
});

test("once told to stop nothing more is begun, and what was begun is waited for", async () => {
  const stop = new AbortController();
  const ended: number[] = [];
  const work = async (item: number) => {
    if (item === 1) stop.abort();
    await setImmediate();
    ended.push(item);
  };
  await sideBySide([0, 1, 2, 3], 2, work, stop.signal);
  expect(ended).toEqual([0, 1]);
});
