import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameWatch } from "../../agent/io/mqtt-frames.ts";

function frame(length: number): Buffer {
  const header = [0x30];
  let rest = length;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    header.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
}

test("packets within the limit pass however the bytes are cut; the first larger one is found", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 90 }),
      (lengths, step) => {
        const limit = 300;
        const stream = Buffer.concat(lengths.map(frame));
        const watch = new FrameWatch(limit);
        let found = false;
        for (let at = 0; at < stream.length && !found; at += step) {
          found = watch.oversize(stream.subarray(at, at + step));
        }
        expect(found).toBe(lengths.some((length) => length > limit));
      },
    ),
  );
});

test("a length field without end is found at once", () => {
  const watch = new FrameWatch(1_000_000);
  expect(watch.oversize(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))).toBe(true);
});
