import fc from "fast-check";
import { expect, test } from "vitest";
import { byteSize, formatSize, parseSize } from "../../agent/model/byte-size.ts";

test("sizes are a number and a unit", () => {
  expect(["512KiB", "256MiB", "8GiB", "1.5GiB"].map(parseSize)).toEqual([
    524_288, 268_435_456, 8_589_934_592, 1_610_612_736,
  ]);
});

test("anything else is no size", () => {
  for (const text of ["", "60", "8GB", "8 GiB", "8gib", "-1MiB", "8GiB ", ".5GiB", "1e3MiB", "8G"])
    expect(parseSize(text), text).toBeUndefined();
});

test("a size outside its bounds is refused; the bounds themselves are taken", () => {
  const bounded = byteSize("16MiB", "1GiB");
  expect(bounded.safeParse("16MiB").data).toBe(16_777_216);
  expect(bounded.safeParse("1024MiB").data).toBe(1_073_741_824);
  for (const text of ["15MiB", "1025MiB", `${"9".repeat(400)}GiB`])
    expect(bounded.safeParse(text).success, text).toBe(false);
});

test("a size that is written out reads back as itself", () => {
  expect([0, 8_589_934_592, 1_610_612_736].map(formatSize)).toEqual(["0KiB", "8GiB", "1536MiB"]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 }), (kib) => {
      expect(parseSize(formatSize(kib * 1_024))).toBe(kib * 1_024);
    }),
  );
});
