import { BitReader, type PictureSize, plausibleSize } from "./nal-bits.ts";

/** Profiles whose SPS names its chroma format (H.264 7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/**
 * Picture size from a sequence parameter set (H.264 7.3.2.1.1), from `start`, the byte after the NAL header.
 * Undefined where the bytes are none. What follows the cropping (VUI, and the trailing bytes that Reolink's doorbell
 * adds, scottlamb/retina #102) is not read.
 */
export function parseH264Sps(bytes: Uint8Array, start: number, end: number): PictureSize | undefined {
  const reader = new BitReader(bytes, start, end);
  const profile = reader.bits(8);
  reader.skip(16);
  reader.unsigned();
  const chroma = HIGH_PROFILES.has(profile) ? readChroma(reader) : 1;
  reader.unsigned();
  skipPictureOrder(reader);
  reader.unsigned();
  reader.skip(1);
  const widthInMacroblocks = reader.unsigned() + 1;
  const heightInMapUnits = reader.unsigned() + 1;
  const frameOnly = reader.flag();
  if (!frameOnly) reader.skip(1);
  reader.skip(1);
  const fields = frameOnly ? 1 : 2;
  let width = widthInMacroblocks * 16;
  let height = heightInMapUnits * 16 * fields;
  if (reader.flag()) {
    const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
    const unitY = (chroma === 1 ? 2 : 1) * fields;
    width -= (reader.unsigned() + reader.unsigned()) * unitX;
    height -= (reader.unsigned() + reader.unsigned()) * unitY;
  }
  return reader.exhausted ? undefined : plausibleSize(width, height);
}

/** ChromaArrayType: 0 where the colour planes are coded apart. */
function readChroma(reader: BitReader): number {
  const format = reader.unsigned();
  const separatePlanes = format === 3 && reader.flag();
  reader.unsigned();
  reader.unsigned();
  reader.skip(1);
  if (reader.flag()) {
    const lists = format === 3 ? 12 : 8;
    for (let list = 0; list < lists; list++) if (reader.flag()) skipScalingList(reader, list < 6 ? 16 : 64);
  }
  return separatePlanes ? 0 : format;
}

function skipScalingList(reader: BitReader, size: number): void {
  let last = 8;
  for (let at = 0; at < size && !reader.exhausted; at++) {
    const next = (last + reader.signed() + 256) & 0xff;
    if (next === 0) return;
    last = next;
  }
}

function skipPictureOrder(reader: BitReader): void {
  const type = reader.unsigned();
  if (type === 0) reader.unsigned();
  if (type !== 1) return;
  reader.skip(1);
  reader.signed();
  reader.signed();
  const frames = Math.min(reader.unsigned(), 255);
  for (let frame = 0; frame < frames && !reader.exhausted; frame++) reader.signed();
}
