import {
  KEYFRAME_SLICE_BEGINS,
  KEYFRAME_SLICE_ENDS,
  KEYFRAME_SLICE_GOES_ON,
  type OnSps,
  type ScanPayload,
  WHOLE_KEYFRAME_SLICE,
} from "./nal-payload.ts";

const FIRST_KEYFRAME = 16;
const LAST_KEYFRAME = 21;
const SPS = 33;
const AGGREGATION = 48;
const FRAGMENTATION = 49;

/** H.265 over RTP (RFC 7798): single NAL units, aggregation packets and fragmentation units, without DON fields. */
export const scanH265: ScanPayload = (bytes, start, end, onSps) => {
  if (end - start < 3) return 0;
  const type = unitType(bytes, start);
  if (type === AGGREGATION) return scanAggregate(bytes, start + 2, end, onSps);
  if (type === FRAGMENTATION) return scanFragment(bytes[start + 2] ?? 0);
  return scanUnit(bytes, start, end, onSps);
};

const unitType = (bytes: Uint8Array, start: number) => ((bytes[start] ?? 0) >> 1) & 0x3f;

/** BLA, IDR and CRA pictures (H.265 table 7-1): each can be decoded from. */
const isKeyframe = (type: number) => type >= FIRST_KEYFRAME && type <= LAST_KEYFRAME;

function scanUnit(bytes: Uint8Array, start: number, end: number, onSps: OnSps): number {
  const type = unitType(bytes, start);
  if (type === SPS) onSps(bytes, start + 2, end);
  return isKeyframe(type) ? WHOLE_KEYFRAME_SLICE : 0;
}

function scanAggregate(bytes: Uint8Array, start: number, end: number, onSps: OnSps): number {
  let found = 0;
  for (let at = start; at + 4 <= end; ) {
    const next = at + 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    if (next > end || next < at + 4) break;
    found |= scanUnit(bytes, at + 2, next, onSps);
    at = next;
  }
  return found;
}

function scanFragment(header: number): number {
  if (!isKeyframe(header & 0x3f)) return 0;
  return (
    ((header & 0x80) !== 0 ? KEYFRAME_SLICE_BEGINS : KEYFRAME_SLICE_GOES_ON) |
    ((header & 0x40) !== 0 ? KEYFRAME_SLICE_ENDS : 0)
  );
}
