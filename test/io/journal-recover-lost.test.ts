import { expect, test } from "vitest";
import { RangeSet } from "../../agent/core/ranges.ts";
import { isOfOneEpoch, lostIn } from "../../agent/io/journal-recover-lost.ts";

const hashOf = (position: number) => Uint8Array.of(position);
const gone = { from: 10, to: 40, epoch: "a".repeat(32), base: 0, before: hashOf(9), hash: hashOf(40) };
const hole = (from: number, to: number) => ({ from, to, hash: hashOf(to) });
const NONE = new RangeSet();
const found = (holes: Parameters<typeof lostIn>[1], delivered = NONE) =>
  lostIn(gone, holes, delivered).map(({ from, to, before, hash }) => [from, to, before[0], hash?.[0]]);

test("what nothing was known of is lost, between the hashes that are left", () => {
  expect(found([])).toEqual([[10, 40, 9, 40]]);
});

test("what was known to be gone is not told again, and its hash divides", () => {
  expect(found([hole(10, 19)])).toEqual([[20, 40, 19, 40]]);
  expect(found([hole(10, 19), hole(20, 40)])).toEqual([]);
  expect(found([hole(1, 9), hole(50, 60)])).toEqual([[10, 40, 9, 40]]);
});

test("in front of what was known to be gone no hash is left: that is told with it", () => {
  expect(found([hole(20, 29)])).toEqual([
    [10, 29, 9, 29],
    [30, 40, 29, 40],
  ]);
});

test("what had been delivered is not lost to the unit", () => {
  expect(found([], new RangeSet([{ from: 1, to: 40 }]))).toEqual([]);
  expect(found([hole(20, 29)], new RangeSet([{ from: 1, to: 19 }]))).toEqual([[30, 40, 29, 40]]);
  expect(found([], new RangeSet([{ from: 1, to: 39 }]))).toEqual([[10, 40, 9, 40]]);
});

test("an end without a hash is told of where nothing is known to have stood between it and what follows", () => {
  const ended = { ...gone, base: 4, hash: undefined };
  const epochs = (...others: readonly number[]) =>
    new Map([[gone.epoch, { base: 4 }], ...others.map((base) => [`b${base}`, { base }] as const)]);
  expect(isOfOneEpoch(ended, epochs(40))).toBe(true);
  expect(isOfOneEpoch(ended, epochs(40, 90, 2))).toBe(true);
  expect(isOfOneEpoch(ended, epochs(30, 40))).toBe(false);
  expect(isOfOneEpoch(ended, epochs(50))).toBe(false);
  expect(isOfOneEpoch(ended, epochs())).toBe(false);
  expect(isOfOneEpoch(ended, new Map([["b40", { base: 40 }]]))).toBe(false);
  expect(isOfOneEpoch({ ...ended, base: 3 }, epochs(40))).toBe(false);
});

test("an end without a hash is told of unless the unit has it and what followed", () => {
  const ended = { ...gone, hash: undefined };
  const told = (to: number) => lostIn(ended, [], new RangeSet([{ from: 1, to }])).length;
  expect([told(39), told(40), told(41)]).toEqual([1, 1, 0]);
});
