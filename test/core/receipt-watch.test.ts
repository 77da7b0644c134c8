import fc from "fast-check";
import { expect, test } from "vitest";
import { RangeSet } from "../../agent/core/ranges.ts";
import { ReceiptWatch } from "../../agent/core/receipt-watch.ts";
import type { Range } from "../../agent/model/journal.ts";

const MINUTE = 60_000;
const TIMEOUT = 5 * MINUTE;
const HOUR = 60 * MINUTE;

/** What is delivered up to `last` and has no receipt. */
const upTo = (receipted: number, last: number) => ({
  receipted,
  unreceipted: receipted < last ? [{ from: receipted + 1, to: last }] : [],
});
const count = (ranges: readonly Range[]) => ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);

test("what has no receipt is sent again once receipts have stood still for the time-out, not before", () => {
  const watch = new ReceiptWatch();
  expect(watch.look(upTo(10, 30), 0, TIMEOUT)).toEqual([]);
  expect(watch.look(upTo(10, 40), TIMEOUT - 1, TIMEOUT)).toEqual([]);
  expect(watch.look(upTo(10, 40), TIMEOUT, TIMEOUT)).toEqual([{ from: 11, to: 30 }]);
});

test("while receipts move, however slowly, nothing is in doubt", () => {
  const watch = new ReceiptWatch();
  for (let minute = 0; minute < 600; minute++)
    expect(watch.look(upTo(Math.floor(minute / 4), 100_000), minute * MINUTE, TIMEOUT)).toEqual([]);
});

test("a site at rest, and a unit that has all, wait for nothing", () => {
  const watch = new ReceiptWatch();
  for (let minute = 0; minute < 100; minute++)
    expect(watch.look(upTo(50, 50), minute * MINUTE, TIMEOUT)).toEqual([]);
  // What is delivered now is in doubt the time-out from now, not at once.
  expect(watch.look(upTo(50, 51), 100 * MINUTE, TIMEOUT)).toEqual([]);
  expect(watch.look(upTo(50, 51), 104 * MINUTE, TIMEOUT)).toEqual([]);
  expect(watch.look(upTo(50, 51), 105 * MINUTE, TIMEOUT)).toEqual([{ from: 51, to: 51 }]);
});

test("where the loss goes on behind what was sent again, more follows at once, and ever more", () => {
  const watch = new ReceiptWatch();
  const last = 100_000;
  watch.look(upTo(0, last), 0, TIMEOUT);
  let receipted = 0;
  let now = TIMEOUT;
  const batches: number[] = [];
  while (receipted < last) {
    const again = watch.look(upTo(receipted, last), now, TIMEOUT);
    batches.push(count(again));
    expect(again[0]?.from).toBe(receipted + 1);
    receipted = again.at(-1)?.to ?? last;
    now += 1_000;
  }
  expect(batches.slice(0, 5)).toEqual([1_024, 2_048, 4_096, 8_192, 16_384]);
  expect(Math.max(...batches)).toBe(16_384);
  expect(now).toBeLessThan(TIMEOUT + MINUTE);
});

test("once receipts have gone past what was sent again, the next loss has the time-out before it", () => {
  const watch = new ReceiptWatch();
  watch.look(upTo(10, 5_000), 0, TIMEOUT);
  expect(watch.look(upTo(10, 5_000), TIMEOUT, TIMEOUT)).toEqual([{ from: 11, to: 1_034 }]);
  expect(watch.look(upTo(2_000, 5_000), TIMEOUT + 1_000, TIMEOUT)).toEqual([]);
  expect(watch.look(upTo(2_000, 5_000), 2 * TIMEOUT, TIMEOUT)).toEqual([]);
  expect(count(watch.look(upTo(2_000, 5_000), 2 * TIMEOUT + 1_000, TIMEOUT))).toBe(1_024);
});

test("a day without any receipt from a site of many events is answered by little, ever more rarely", () => {
  const watch = new ReceiptWatch();
  let resent = 0;
  const at: number[] = [];
  const again = new RangeSet();
  for (let minute = 0; minute < 24 * 60; minute++) {
    // 500 events a minute; what was sent again is acknowledged by the next minute.
    const found = watch.look(upTo(1_000, 1_000 + 500 * minute), minute * MINUTE, TIMEOUT);
    if (found.length > 0) at.push(minute);
    resent += count(found);
    for (const range of found) again.add(range);
  }
  expect(at.slice(0, 5)).toEqual([6, 11, 21, 41, 81]);
  expect(resent).toBeLessThan(32 * 1_024);
  expect(again.ranges()[0]?.from).toBe(1_001);
  // The service is back and has all: nothing more.
  expect(watch.look(upTo(721_000, 721_000), 24 * HOUR, TIMEOUT)).toEqual([]);
});

test("looks in between, while what was sent again is on its way, change nothing", () => {
  const watch = new ReceiptWatch();
  watch.look(upTo(10, 30), 0, TIMEOUT);
  watch.look(upTo(10, 30), TIMEOUT, TIMEOUT);
  for (let second = 1; second < 300; second++)
    expect(watch.look({ receipted: 10, unreceipted: [] }, TIMEOUT + second * 1_000, TIMEOUT)).toEqual([]);
  expect(watch.look(upTo(10, 30), 2 * TIMEOUT, TIMEOUT)).toEqual([{ from: 11, to: 30 }]);
  expect(watch.look(upTo(10, 30), 3 * TIMEOUT, TIMEOUT)).toEqual([]);
  expect(watch.look(upTo(10, 30), 4 * TIMEOUT, TIMEOUT)).toEqual([{ from: 11, to: 30 }]);
});

test("whatever a broker loses, a unit that answers gets all of it in the end", () => {
  const losses = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 0, max: 20_000 })),
    {
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(losses, fc.integer({ min: 1, max: 50_000 }), (lost, last) => {
      const has = new RangeSet([{ from: 1, to: last }]);
      for (const [from, length] of lost) has.remove({ from, to: from + length });
      const watch = new ReceiptWatch();
      const receipted = () => (has.complement(1, last)[0]?.from ?? last + 1) - 1;
      for (let minute = 0; minute < 300 && receipted() < last; minute++) {
        for (const range of watch.look(upTo(receipted(), last), minute * MINUTE, TIMEOUT)) has.add(range);
      }
      expect(receipted()).toBe(last);
    }),
    { numRuns: 50 },
  );
});
