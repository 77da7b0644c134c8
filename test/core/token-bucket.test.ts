import { expect, test } from "vitest";
import { TokenBucket } from "../../agent/core/token-bucket.ts";

const takes = (bucket: TokenBucket, now: number, times: number) =>
  Array.from({ length: times }, () => bucket.take(now)).filter(Boolean).length;

test("a burst may happen at once, then so many a minute, and no more than a burst is saved up", () => {
  const bucket = new TokenBucket({ burst: 20, perMinute: 10 });
  expect(takes(bucket, 5, 100)).toBe(20);
  expect(takes(bucket, 6_005, 100)).toBe(1);
  expect(takes(bucket, 66_005, 100)).toBe(10);
  expect(takes(bucket, 86_400_000, 100)).toBe(20);
});

test("being asked often does not keep it empty", () => {
  const bucket = new TokenBucket({ burst: 1, perMinute: 10 });
  let taken = 0;
  for (let now = 0; now < 600_000; now += 7) if (bucket.take(now)) taken += 1;
  expect(taken).toBeGreaterThanOrEqual(99);
  expect(taken).toBeLessThanOrEqual(101);
});
