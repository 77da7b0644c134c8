import fc from "fast-check";
import { expect, test } from "vitest";
import { scanH265 } from "../../drivers/protocol/h265-payload.ts";
import { parseH265Sps } from "../../drivers/protocol/h265-sps.ts";
import {
  KEYFRAME_SLICE_BEGINS,
  KEYFRAME_SLICE_ENDS,
  KEYFRAME_SLICE_GOES_ON,
  WHOLE_KEYFRAME_SLICE,
} from "../../drivers/protocol/nal-payload.ts";

/** Made with x265; sizes as ffmpeg was told to encode. */
const made: Readonly<Record<string, string>> = {
  "420101016000000300900000030000030078a003c08010e596566924caf0168080000003008000000c84": "1920x1080",
  "42010101600000030090000003000003003ca00a480f9c9265959a4932bc05a02000000300200000030321": "322x242",
  "4201010408000003009d0800000300005db00284802d1c9b65959a4932bc05a02000000300200000030321": "1282x720",
  "4201010408000003009e0800000300003c9001690094e688cb2b349265780b4040000003004000000642": "355x289",
};

test("sizes are read cropped, 4:2:0 to 4:4:4", () => {
  for (const [hex, expected] of Object.entries(made)) {
    const size = parseH265Sps(Buffer.from(hex, "hex"), 2, hex.length / 2);
    expect(size && `${size.width}x${size.height}`).toBe(expected);
  }
});

/** An SPS with `subLayers` sub-layers, each with the profile and level that its flags say. */
function layeredSps(subLayers: number, flags: readonly number[]): Uint8Array {
  let bits = "";
  const u = (value: number, count: number) => {
    bits += value.toString(2).padStart(count, "0");
  };
  const ue = (value: number) => {
    const code = (value + 1).toString(2);
    bits += "0".repeat(code.length - 1) + code;
  };
  u(0, 4);
  u(subLayers, 3);
  u(1, 1);
  bits += "01".repeat(48);
  if (subLayers > 0)
    for (let layer = 0; layer < 8; layer++) u(layer < subLayers ? (flags[layer] ?? 0) : 0, 2);
  for (let layer = 0; layer < subLayers; layer++) {
    if (((flags[layer] ?? 0) & 2) !== 0) bits += "10".repeat(44);
    if (((flags[layer] ?? 0) & 1) !== 0) bits += "1".repeat(8);
  }
  for (const value of [0, 1, 800, 608]) ue(value);
  u(1, 1);
  for (const value of [0, 4, 1, 3]) ue(value);
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8 + 8, "1").match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}

test("profiles and levels of sub-layers are passed over", () => {
  for (const [layers, flags] of [
    [0, []],
    [1, [3]],
    [2, [1, 2]],
    [6, [3, 0, 1, 2, 3, 3]],
  ] as const) {
    const sps = layeredSps(layers, flags);
    expect(parseH265Sps(sps, 0, sps.length)).toEqual({ width: 800 - 8, height: 608 - 8 });
  }
});

test("any parameter set is read into a size that exists, or none", () => {
  const [hex = ""] = Object.keys(made);
  const sps = Buffer.from(hex, "hex");
  expect(parseH265Sps(sps, 2, 10)).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(sps.length - 1), (noise, keep) => {
      const bytes = Buffer.concat([sps.subarray(0, keep), noise]);
      const size = parseH265Sps(bytes, 2, bytes.length);
      if (!size) return;
      for (const side of [size.width, size.height]) expect(side).toBeGreaterThan(0);
      for (const side of [size.width, size.height]) expect(side).toBeLessThanOrEqual(16_384);
    }),
  );
});

const scan = (...bytes: number[]) => {
  const sets: number[] = [];
  const found = scanH265(Uint8Array.from(bytes), 0, bytes.length, (_bytes, start, end) =>
    sets.push(end - start),
  );
  return { found, sets };
};
const header = (type: number) => [type << 1, 1];

test("BLA, IDR and CRA pictures are keyframes, other pictures are not", () => {
  const keyframes = Array.from({ length: 48 }, (_, type) => type).filter(
    (type) => scan(...header(type), 0x80, 1).found === WHOLE_KEYFRAME_SLICE,
  );
  expect(keyframes).toEqual([16, 17, 18, 19, 20, 21]);
});

test("keyframe slices are found in aggregation packets and fragmentation units", () => {
  expect(scan(...header(48), 0, 4, ...header(33), 1, 2, 0, 3, ...header(19), 9)).toEqual({
    found: WHOLE_KEYFRAME_SLICE,
    sets: [2],
  });
  expect(scan(...header(49), 0x80 | 20, 1).found).toBe(KEYFRAME_SLICE_BEGINS);
  expect(scan(...header(49), 20, 1).found).toBe(KEYFRAME_SLICE_GOES_ON);
  expect(scan(...header(49), 0x40 | 20, 1).found).toBe(KEYFRAME_SLICE_GOES_ON | KEYFRAME_SLICE_ENDS);
  expect(scan(...header(49), 0x80 | 1, 1).found).toBe(0);
});

test("any payload is scanned within its bounds", () => {
  const types = [48, 49, 33, 19].map((type) =>
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Uint8Array.from([...header(type), ...bytes])),
  );
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), ...types), (bytes) => {
      scanH265(bytes, 0, bytes.length, (_bytes, start, end) => {
        expect(start).toBeLessThanOrEqual(end);
        expect(end).toBeLessThanOrEqual(bytes.length);
      });
    }),
  );
});
