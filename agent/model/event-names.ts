/**
 * Names and sizes of events, apart from their schemas: the running agent writes events and state and reads none, so it
 * need not build the schemas of `event.ts` and `wire.ts` at every start and hold them.
 */

export const eventType = <K extends string>(kind: K) => `vn.camera.${kind}.v1` as const;

/** Why a new journal took the place of one that could not be gone on with. */
export const recoveryReasons = ["recovered", "foreign", "newer"] as const;

/** Most events, and most bytes, of one segment of backlog. */
export const SEGMENT_EVENTS = 64;
export const SEGMENT_BYTES = 65_536;
