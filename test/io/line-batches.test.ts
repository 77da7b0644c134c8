import fc from "fast-check";
import { expect, test } from "vitest";
import { lineBatches } from "../../agent/io/line-batches.ts";

async function linesOf(chunks: readonly Buffer[]): Promise<(string | undefined)[]> {
  const lines: (string | undefined)[] = [];
  async function* stream() {
    yield* chunks;
  }
  for await (const batch of lineBatches(stream()))
    lines.push(...batch.map((line) => line?.toString("latin1")));
  return lines;
}

test("lines are the same however the bytes come in", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom("a", "\n", "\r", "\0", "é") }), { maxLength: 12 }),
      async (parts) => {
        const whole = parts.join("");
        const expected = whole.split("\n");
        if (expected.at(-1) === "") expected.pop();
        expect(await linesOf(parts.map((part) => Buffer.from(part, "latin1")))).toEqual(expected);
      },
    ),
  );
});

test("a line that is too long is told as such, and the next one is whole again", async () => {
  const half = Buffer.alloc(600_000, "x");
  expect(await linesOf([Buffer.from("a\n"), half, half, Buffer.from("y\nb\n")])).toEqual([
    "a",
    undefined,
    "b",
  ]);
  expect(await linesOf([half, half])).toEqual([undefined]);
  const exact = Buffer.alloc(1_048_576, "x");
  expect(await linesOf([exact, Buffer.from("\nb")])).toEqual([exact.toString(), "b"]);
});
