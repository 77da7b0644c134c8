import fc from "fast-check";
import { expect, test } from "vitest";
import { RangeSet } from "../../agent/core/ranges.ts";

const range = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 12 }))
  .map(([from, length]) => ({ from, to: from + length }));
const step = fc.record({ remove: fc.boolean(), range });

function numbersOf(set: RangeSet): number[] {
  return set.ranges().flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
}

test("a range set holds what a plain set of numbers holds, as few ranges as can be", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const set = new RangeSet();
      const naive = new Set<number>();
      for (const { remove, range } of steps) {
        if (remove) set.remove(range);
        else set.add(range);
        for (let n = range.from; n <= range.to; n++) {
          if (remove) naive.delete(n);
          else naive.add(n);
        }
        expect(numbersOf(set)).toEqual([...naive].sort((a, b) => a - b));
        expect(set.count).toBe(naive.size);
        const ranges = set.ranges();
        for (let i = 1; i < ranges.length; i++) {
          expect(ranges[i]?.from).toBeGreaterThan((ranges[i - 1]?.to ?? 0) + 1);
        }
      }
      for (let n = 0; n <= 80; n++) expect(set.has(n)).toBe(naive.has(n));
    }),
  );
});

test("the complement and the set cover everything once", () => {
  fc.assert(
    fc.property(
      fc.array(range, { maxLength: 20 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 0, max: 80 }),
      (ranges, from, to) => {
        const set = new RangeSet(ranges);
        const missing = new RangeSet(set.complement(from, to));
        const within = new RangeSet(set.within(from, to));
        for (let n = 0; n <= 80; n++) expect(within.has(n)).toBe(n >= from && n <= to && set.has(n));
        for (let n = from; n <= to; n++) expect(missing.has(n)).toBe(!set.has(n));
        expect(missing.has(from - 1) || missing.has(to + 1)).toBe(false);
      },
    ),
  );
});

test("taking from the front empties the set in order, in pieces of neighbours", () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 20 }), fc.integer({ min: 1, max: 9 }), (ranges, limit) => {
      const set = new RangeSet(ranges);
      const all = numbersOf(set);
      const taken: number[] = [];
      for (let piece = set.takeFirst(limit); piece; piece = set.takeFirst(limit)) {
        expect(piece.to - piece.from + 1).toBeLessThanOrEqual(limit);
        for (let n = piece.from; n <= piece.to; n++) taken.push(n);
      }
      expect(taken).toEqual(all);
      expect(set.count).toBe(0);
    }),
  );
});

test("a bounded set never grows past its limit and holds nothing that was not added", () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (ranges, limit) => {
      const set = new RangeSet([], limit);
      const naive = new Set<number>();
      for (const added of ranges) {
        set.add(added);
        for (let n = added.from; n <= added.to; n++) naive.add(n);
        expect(set.ranges().length).toBeLessThanOrEqual(limit);
        expect(set.count).toBe(numbersOf(set).length);
      }
      for (const n of numbersOf(set)) expect(naive.has(n)).toBe(true);
    }),
  );
});
