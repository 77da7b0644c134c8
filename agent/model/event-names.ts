/**
 * Names and sizes of events, apart from their schemas: the running agent writes events and state and reads none, so it
 * need not build the schemas of `event.ts` and `wire.ts` at every start and hold them.
 */

export const eventType = <K extends string>(kind: K) => `vn.camera.${kind}.v1` as const;

/** Why a new journal took the place of one that could not be gone on with. */
export const recoveryReasons = ["recovered", "foreign", "newer"] as const;

/**
 * Why events are gone that were never sent. size, rows: the journal's own limits; disk-full: the disk's;
 * damaged: the file was damaged. unreceipted: at one of the limits, and the broker had acknowledged them, but the unit,
 * which sends receipts, had not said to have them.
 */
export const gapReasons = ["size", "rows", "disk-full", "damaged", "unreceipted"] as const;
export type GapReason = (typeof gapReasons)[number];
/** Most ranges that one event of a gap tells of. */
export const GAP_RANGES = 64;
/** Most events of one such event of which it gives the hash of each. */
export const GAP_HASHES = 256;

/** Most events, and most bytes, of one segment of backlog. */
export const SEGMENT_EVENTS = 64;
export const SEGMENT_BYTES = 65_536;
