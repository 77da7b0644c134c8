import type { Schema } from "./schema-steps.ts";

/** The camera that a health event is of, as the index on them has it; not an error where a row was damaged. */
export const HEALTH_SUBJECT = "CASE WHEN json_valid(body) THEN json_extract(body, '$.subject') END";

/**
 * event.position counts over all epochs; seq = position - epoch.base. event.body is what goes out, byte for byte;
 * it is TEXT because a string costs a third of a Buffer to read and leaves no memory outside of the heap.
 * event.hash is its link in the chain of its epoch (core/chain.ts).
 *
 * delivered is what a broker acknowledged, receipted what the unit said to have stored: both as ranges of positions. dead_letter
 * is what a broker will never take, and why; it counts as undelivered.
 *
 * dropped are positions of which no event is left, and the hash of the last of them: the chain goes on from there.
 *
 * The newest health event of a camera is asked for at every start; motion between them may be millions of rows.
 */
const FIRST = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE epoch (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    base INTEGER NOT NULL,
    began INTEGER NOT NULL,
    reason TEXT NOT NULL
  ) STRICT;
  CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    recorded INTEGER NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL
  ) STRICT;
  CREATE INDEX event_health ON event (${HEALTH_SUBJECT}, position) WHERE kind = 'health';
  CREATE TABLE delivered (first INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
  CREATE TABLE receipted (first INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
  CREATE TABLE dead_letter (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
  CREATE TABLE dropped (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;`;

export const journalSchema: Schema = {
  // "CAJ1"
  application: 0x43_41_4a_31,
  steps: [FIRST],
  readableBy: "SELECT value FROM meta WHERE key = 'readable-by'",
};
