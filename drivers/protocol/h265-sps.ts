import { BitReader, type PictureSize, plausibleSize } from "./nal-bits.ts";

/**
 * Picture size from a sequence parameter set (H.265 7.3.2.2.1), from `start`, the byte after the two of the NAL
 * header. Undefined where the bytes are none.
 */
export function parseH265Sps(bytes: Uint8Array, start: number, end: number): PictureSize | undefined {
  const reader = new BitReader(bytes, start, end);
  reader.skip(4);
  const subLayers = reader.bits(3);
  reader.skip(1);
  skipProfileTierLevel(reader, subLayers);
  reader.unsigned();
  const chroma = reader.unsigned();
  if (chroma === 3) reader.skip(1);
  let width = reader.unsigned();
  let height = reader.unsigned();
  if (reader.flag()) {
    width -= (reader.unsigned() + reader.unsigned()) * (chroma === 1 || chroma === 2 ? 2 : 1);
    height -= (reader.unsigned() + reader.unsigned()) * (chroma === 1 ? 2 : 1);
  }
  return reader.exhausted || chroma > 3 ? undefined : plausibleSize(width, height);
}

/** H.265 7.3.3: 88 bits of profile and 8 of level, then both again for each sub-layer that says it has them. */
function skipProfileTierLevel(reader: BitReader, subLayers: number): void {
  reader.skip(96);
  if (subLayers === 0) return;
  const present = reader.bits(16);
  for (let layer = 0; layer < subLayers; layer++) {
    const flags = present >> (14 - 2 * layer);
    if ((flags & 2) !== 0) reader.skip(88);
    if ((flags & 1) !== 0) reader.skip(8);
  }
}
