/** What one RTP payload holds of a keyframe; a set of these bits. */
export const WHOLE_KEYFRAME_SLICE = 1;
export const KEYFRAME_SLICE_BEGINS = 2;
export const KEYFRAME_SLICE_GOES_ON = 4;
export const KEYFRAME_SLICE_ENDS = 8;

/** Told where a sequence parameter set lies: from after its NAL header to before `end`. */
export type OnSps = (bytes: Uint8Array, start: number, end: number) => void;

/** Reads the NAL units of one RTP payload, from `start` to before `end`; gives the bits above. */
export type ScanPayload = (bytes: Uint8Array, start: number, end: number, onSps: OnSps) => number;
