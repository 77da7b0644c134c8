import type Database from "better-sqlite3";
import { fail, ok, type Result } from "../base/result.ts";
import { hashStoredEvents } from "./journal-sqlite-chain.ts";

/** Marks the file as ours ("CAJ1"), so that another program's database is never taken for a journal. */
const APPLICATION_ID = 0x43_41_4a_31;

/** The camera that a health event is of, as the index on them has it; not an error where a row was damaged. */
export const HEALTH_SUBJECT = "CASE WHEN json_valid(body) THEN json_extract(body, '$.subject') END";

/**
 * Forward migrations: step n takes a file from user_version n to n + 1. A step that was released is never edited;
 * a change of the schema is one more step.
 *
 * event.position counts over all epochs; seq = position - epoch.base. event.body is what goes out, byte for byte;
 * it is TEXT because a string costs a third of a Buffer to read and leaves no memory outside of the heap.
 * event.hash is its link in the chain of its epoch (core/chain.ts).
 */
const steps: readonly ((database: Database.Database) => void)[] = [
  sql(`CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
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
     body TEXT NOT NULL
   ) STRICT;
   CREATE TABLE delivered (first INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;`),
  // The newest health event of a camera is asked for at every start; motion between them may be millions of rows.
  sql(`CREATE INDEX event_health ON event (${HEALTH_SUBJECT}, position) WHERE kind = 'health';`),
  (database) => {
    database.exec("ALTER TABLE event ADD COLUMN hash BLOB");
    hashStoredEvents(database);
  },
];

function sql(statements: string) {
  return (database: Database.Database) => void database.exec(statements);
}

const SCHEMA_VERSION = steps.length;

type SchemaFault = { readonly kind: "not-a-journal" | "newer-version"; readonly evidence: string };

/** Whether the file is new or a journal that this program knows. Reads only, so that another's file stays as it is. */
export function identify(database: Database.Database): Result<void, SchemaFault> {
  const version = versionOf(database);
  const application = Number(database.pragma("application_id", { simple: true }));
  const objects = Number(database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get());
  const isNew = application === 0 && version === 0 && objects === 0;
  if (application !== APPLICATION_ID && !isNew) {
    return fail({
      kind: "not-a-journal",
      evidence: `application_id ${application}, user_version ${version}, ${objects} schema objects`,
    });
  }
  if (version > SCHEMA_VERSION) {
    return fail({
      kind: "newer-version",
      evidence: `user_version ${version}, this program knows ${SCHEMA_VERSION}`,
    });
  }
  return ok(undefined);
}

/** Brings an identified database to the present schema, inside the caller's transaction. */
export function migrate(database: Database.Database): void {
  const version = versionOf(database);
  if (version === SCHEMA_VERSION) return;
  for (const step of steps.slice(version)) step(database);
  database.pragma(`application_id = ${APPLICATION_ID}`);
  database.pragma(`user_version = ${SCHEMA_VERSION}`);
}

function versionOf(database: Database.Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}
