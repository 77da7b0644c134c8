import {
  KEYFRAME_SLICE_BEGINS,
  KEYFRAME_SLICE_ENDS,
  KEYFRAME_SLICE_GOES_ON,
  type OnSps,
  type ScanPayload,
  WHOLE_KEYFRAME_SLICE,
} from "./nal-payload.ts";

const IDR = 5;
const SPS = 7;
const PPS = 8;
const STAP_A = 24;
const FU_A = 28;

/** H.264 over RTP (RFC 6184): single NAL units, STAP-A and FU-A, the forms of packetization modes 0 and 1. */
export const scanH264: ScanPayload = (bytes, start, end, onSps) => {
  const type = (bytes[start] ?? 0) & 0x1f;
  if (end - start < 2) return 0;
  if (type === STAP_A) return scanAggregate(bytes, start + 1, end, onSps);
  if (type === FU_A) return scanFragment(bytes, start, end, onSps);
  return scanUnit(bytes, type, start + 1, end, onSps);
};

function scanUnit(bytes: Uint8Array, type: number, start: number, end: number, onSps: OnSps): number {
  if (type === IDR) return WHOLE_KEYFRAME_SLICE;
  if (type === SPS) onSps(bytes, start, end);
  return hidesKeyframe(bytes, type, start, end) ? WHOLE_KEYFRAME_SLICE : 0;
}

function scanAggregate(bytes: Uint8Array, start: number, end: number, onSps: OnSps): number {
  let found = 0;
  for (let at = start; at + 3 <= end; ) {
    const next = at + 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    if (next > end || next === at + 2) break;
    found |= scanUnit(bytes, (bytes[at + 2] ?? 0) & 0x1f, at + 3, next, onSps);
    at = next;
  }
  return found;
}

function scanFragment(bytes: Uint8Array, start: number, end: number, onSps: OnSps): number {
  const header = bytes[start + 1] ?? 0;
  const type = header & 0x1f;
  const begins = (header & 0x80) !== 0;
  const ends = (header & 0x40) !== 0 ? KEYFRAME_SLICE_ENDS : 0;
  if (type === IDR) return (begins ? KEYFRAME_SLICE_BEGINS : KEYFRAME_SLICE_GOES_ON) | ends;
  if (type !== SPS && type !== PPS) return 0;
  if (type === SPS && begins) onSps(bytes, start + 2, end);
  return (begins && hidesKeyframe(bytes, type, start + 2, end) ? KEYFRAME_SLICE_BEGINS : 0) | ends;
}

/**
 * Macro-Video's cameras send SPS, PPS and IDR slice with Annex B start codes between them as one NAL unit of the
 * first one's type (scottlamb/retina #68).
 */
function hidesKeyframe(bytes: Uint8Array, type: number, start: number, end: number): boolean {
  if (type !== SPS && type !== PPS) return false;
  for (let at = start; at + 3 < end; at++)
    if (
      bytes[at] === 0 &&
      bytes[at + 1] === 0 &&
      bytes[at + 2] === 1 &&
      ((bytes[at + 3] ?? 0) & 0x1f) === IDR
    )
      return true;
  return false;
}
