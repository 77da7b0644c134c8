/** Reading of raw Annex B byte streams (ITU-T H.264 and H.265, Annex B) into NAL units and access units. */

export type Codec = "h264" | "h265";

export const h264Nal = { idr: 5, sps: 7, pps: 8, stapA: 24, fuA: 28 } as const;
export const h265Nal = { idrWRadl: 19, idrNLp: 20, vps: 32, sps: 33, pps: 34, ap: 48, fu: 49 } as const;

/** One picture: the NAL units of its slices with the parameter sets that precede it. */
export interface AccessUnit {
  readonly keyframe: boolean;
  readonly nals: readonly Buffer[];
}

export function nalType(codec: Codec, nal: Buffer): number {
  const first = nal.readUInt8(0);
  return codec === "h264" ? first & 0x1f : (first >> 1) & 0x3f;
}

/** NAL units between start codes (three or four bytes), without them and without trailing zero bytes. */
export function splitAnnexB(stream: Buffer): Buffer[] {
  const startCode = Buffer.from([0, 0, 1]);
  const nals: Buffer[] = [];
  let begin = stream.indexOf(startCode);
  while (begin !== -1) {
    const next = stream.indexOf(startCode, begin + 3);
    let end = next === -1 ? stream.length : next;
    while (end > begin + 3 && stream[end - 1] === 0) end--;
    if (end > begin + 3) nals.push(stream.subarray(begin + 3, end));
    begin = next;
  }
  return nals;
}

export function isParameterSet(codec: Codec, type: number): boolean {
  return codec === "h264"
    ? type === h264Nal.sps || type === h264Nal.pps
    : type >= h265Nal.vps && type <= h265Nal.pps;
}

/** Groups NAL units by picture: a slice whose first bit says "first in the picture" begins one. */
export function accessUnits(codec: Codec, nals: readonly Buffer[]): AccessUnit[] {
  const units: { keyframe: boolean; nals: Buffer[] }[] = [];
  let leading: Buffer[] = [];
  for (const nal of nals) {
    const type = nalType(codec, nal);
    const last = units.at(-1);
    if (!isSlice(codec, type)) leading.push(nal);
    else if (last === undefined || leading.length > 0 || isFirstSlice(codec, nal)) {
      units.push({ keyframe: isKeyframeSlice(codec, type), nals: [...leading, nal] });
      leading = [];
    } else last.nals.push(nal);
  }
  return units;
}

function isSlice(codec: Codec, type: number): boolean {
  return codec === "h264" ? type >= 1 && type <= h264Nal.idr : type < h265Nal.vps;
}

function isKeyframeSlice(codec: Codec, type: number): boolean {
  return codec === "h264" ? type === h264Nal.idr : type >= 16 && type <= 21;
}

/** H.264 first_mb_in_slice is ue(v), and ue(0) is a single 1 bit; H.265 first_slice_segment_in_pic_flag is one bit. */
function isFirstSlice(codec: Codec, nal: Buffer): boolean {
  return (nal.readUInt8(codec === "h264" ? 1 : 2) & 0x80) !== 0;
}
