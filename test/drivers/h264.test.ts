import fc from "fast-check";
import { expect, test } from "vitest";
import { scanH264 } from "../../drivers/protocol/h264-payload.ts";
import { parseH264Sps } from "../../drivers/protocol/h264-sps.ts";
import {
  KEYFRAME_SLICE_BEGINS,
  KEYFRAME_SLICE_ENDS,
  KEYFRAME_SLICE_GOES_ON,
  WHOLE_KEYFRAME_SLICE,
} from "../../drivers/protocol/nal-payload.ts";
import { aggregate, fragments, h264Pps, h264Sps, idrSlice, plainSlice } from "./rtp-bytes.ts";

const sizeOf = (hex: string) => {
  const size = parseH264Sps(Buffer.from(hex, "hex"), 1, hex.length / 2);
  return size && `${size.width}x${size.height}`;
};

/** Made with x264; sizes as ffmpeg was told to encode. */
const made: Readonly<Record<string, string>> = {
  "67640028acd940780227e5c044000003000400000300c83c60c658": "1920x1080",
  "67f40015919b282e12f0856022000003000200000300641e2c5b2c": "353x287",
  "677a0020bcd9405005df8fc044000003000400000300c83c60c658": "1280x722",
  "6764001eacd940b424d8088000000300800000190f8a14cb": "720x576",
  "6764001eacd940a02ff97011000003000100000300320f162d96": "640x360",
  "6742c00bd902c4ec0440000003004000000c83c50a92": "176x144",
  "6764000af3651cfe323b016c800000030080000019078912cb": "101x99",
};

test("sizes are read cropped: baseline to 4:4:4, monochrome, interlaced", () => {
  for (const [hex, size] of Object.entries(made)) expect(sizeOf(hex)).toBe(size);
});

/** Bits of a High-profile SPS with the parts that encoders seldom write. */
function rareSps(): Uint8Array {
  let bits = "";
  const u = (value: number, count: number) => {
    bits += value.toString(2).padStart(count, "0");
  };
  const ue = (value: number) => {
    const code = (value + 1).toString(2);
    bits += "0".repeat(code.length - 1) + code;
  };
  const se = (value: number) => ue(value > 0 ? 2 * value - 1 : -2 * value);
  u(100, 8);
  u(0, 8);
  u(40, 8);
  for (const value of [0, 3]) ue(value);
  u(1, 1);
  for (const value of [2, 2]) ue(value);
  u(0, 1);
  u(1, 1);
  for (let list = 0; list < 12; list++) {
    u(list % 2, 1);
    if (list % 2 === 0) continue;
    // The 4×4 lists and one 8×8 say all their values, the other 8×8 ones stop at once (next scale 0).
    const values = list < 6 ? 16 : 64;
    if (list < 8) for (let at = 0; at < values; at++) se(at % 3);
    else se(-8);
  }
  ue(0);
  ue(1);
  u(0, 1);
  for (const value of [-3, 5]) se(value);
  ue(3);
  for (const value of [1, -1, 7]) se(value);
  ue(4);
  u(0, 1);
  for (const value of [39, 29]) ue(value);
  u(1, 1);
  u(1, 1);
  u(1, 1);
  for (const value of [2, 3, 1, 4]) ue(value);
  bits += "1";
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0").match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}

test("scaling lists, separate colour planes and order type 1 are passed over", () => {
  const sps = rareSps();
  expect(parseH264Sps(sps, 0, sps.length)).toEqual({ width: 640 - 5, height: 480 - 5 });
});

test("a parameter set that is cut or nonsense has no size", () => {
  expect(parseH264Sps(h264Sps, 1, 6)).toBeUndefined();
  expect(parseH264Sps(h264Sps, h264Sps.length, h264Sps.length)).toBeUndefined();
  expect(parseH264Sps(new Uint8Array(64), 0, 64)).toBeUndefined();
});

test("any parameter set is read into a size that exists, or none", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(h264Sps.length - 1), (noise, keep) => {
      const bytes = Buffer.concat([h264Sps.subarray(0, keep), noise]);
      const size = parseH264Sps(bytes, 1, bytes.length);
      if (!size) return;
      for (const side of [size.width, size.height]) expect(side).toBeGreaterThan(0);
      for (const side of [size.width, size.height]) expect(side).toBeLessThanOrEqual(16_384);
    }),
  );
});

const scan = (payload: Uint8Array) => {
  const sets: string[] = [];
  const found = scanH264(payload, 0, payload.length, (bytes, start, end) =>
    sets.push(Buffer.from(bytes.subarray(start, end)).toString("hex")),
  );
  return { found, sets };
};
const spsHex = h264Sps.subarray(1).toString("hex");

test("keyframe slices are found alone, in STAP-A and in FU-A", () => {
  expect(scan(idrSlice()).found).toBe(WHOLE_KEYFRAME_SLICE);
  expect(scan(plainSlice()).found).toBe(0);
  expect(scan(aggregate([h264Sps, h264Pps, idrSlice()]))).toEqual({
    found: WHOLE_KEYFRAME_SLICE,
    sets: [spsHex],
  });
  expect(scan(aggregate([h264Sps, h264Pps]))).toEqual({ found: 0, sets: [spsHex] });
  expect(fragments(idrSlice(100), 40).map((piece) => scan(piece).found)).toEqual([
    KEYFRAME_SLICE_BEGINS,
    KEYFRAME_SLICE_GOES_ON,
    KEYFRAME_SLICE_GOES_ON | KEYFRAME_SLICE_ENDS,
  ]);
  expect(fragments(plainSlice(100), 40).map((piece) => scan(piece).found)).toEqual([0, 0, 0]);
});

test("a keyframe behind start codes inside a parameter set's NAL unit is found", () => {
  const startCode = Buffer.from([0, 0, 0, 1]);
  const unit = Buffer.concat([h264Sps, startCode, h264Pps, startCode, idrSlice(200)]);
  expect(scan(unit)).toMatchObject({ found: WHOLE_KEYFRAME_SLICE });
  expect(fragments(unit, 100).map((piece) => scan(piece).found)).toEqual([
    KEYFRAME_SLICE_BEGINS,
    0,
    KEYFRAME_SLICE_ENDS,
  ]);
});

test("any payload is scanned within its bounds", () => {
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.concat([Buffer.from([24]), bytes])),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.concat([Buffer.from([28]), bytes])),
  );
  fc.assert(
    fc.property(payload, (bytes) => {
      scanH264(bytes, 0, bytes.length, (_bytes, start, end) => {
        expect(start).toBeLessThanOrEqual(end);
        expect(end).toBeLessThanOrEqual(bytes.length);
      });
    }),
  );
});
