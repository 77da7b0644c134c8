import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { takeHangups } from "../../agent/io/hangups.ts";
import { eventually } from "../fakes/eventually.ts";

const never = new AbortController().signal;

test("a SIGHUP before anyone waits is kept, and many are one", async () => {
  using hangups = takeHangups();
  let seen = 0;
  const count = () => {
    seen += 1;
  };
  process.on("SIGHUP", count);
  process.kill(process.pid, "SIGHUP");
  await eventually("the first", () => seen === 1);
  process.kill(process.pid, "SIGHUP");
  await eventually("the second", () => seen === 2);
  process.off("SIGHUP", count);
  expect(await hangups.next(never)).toBe(true);

  const stop = new AbortController();
  const next = hangups.next(stop.signal);
  stop.abort();
  expect(await next).toBe(false);
});

test("a SIGHUP wakes whoever waits, and nothing of it stays behind", async () => {
  const stop = new AbortController();
  {
    using hangups = takeHangups();
    const next = hangups.next(stop.signal);
    process.kill(process.pid, "SIGHUP");
    expect(await next).toBe(true);
    stop.abort();
    expect(await hangups.next(stop.signal)).toBe(false);
  }
  expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  expect(process.listeners("SIGHUP")).toEqual([]);
});
