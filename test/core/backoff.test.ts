import fc from "fast-check";
import { expect, test } from "vitest";
import { pauseBefore } from "../../agent/core/backoff.ts";

const policy = { min: 1_000, max: 120_000, stableAfter: 60_000 };

test("the ceiling of the pause doubles from the shortest to the longest", () => {
  const almostOne = 1 - Number.EPSILON;
  expect([0, 1, 2, 6, 7, 1_000].map((attempt) => pauseBefore(policy, attempt, almostOne))).toEqual([
    1_000, 2_000, 4_000, 64_000, 120_000, 120_000,
  ]);
});

test("a pause is never shorter than the shortest nor longer than the longest, whatever the draw", () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, random) => {
        const pause = pauseBefore(policy, attempt, random);
        expect(pause).toBeGreaterThanOrEqual(policy.min);
        expect(pause).toBeLessThanOrEqual(policy.max);
      },
    ),
  );
});
