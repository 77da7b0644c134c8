import type Database from "better-sqlite3";
import { fail, ok, type Result } from "../base/result.ts";

/**
 * The schema of a database file as numbered steps forward: step n takes a file from user_version n to n + 1. A step
 * that was released is never edited; a change of the schema is one more step.
 */
export interface Schema {
  /** Marks a file as this program's, so that another's database is never taken for it (application_id). */
  readonly application: number;
  readonly steps: readonly string[];
  /**
   * Selects from a file of a later version the lowest version that may open it all the same: its steps have changed
   * nothing that such a program reads or writes.
   */
  readonly readableBy?: string;
}

type SchemaFault = { readonly kind: "not-a-journal" | "newer-version"; readonly evidence: string };

/** Whether the file is new or one that this program knows. Reads only, so that another's file stays as it is. */
export function identify(database: Database.Database, schema: Schema): Result<void, SchemaFault> {
  const version = versionOf(database);
  const application = Number(database.pragma("application_id", { simple: true }));
  const objects = Number(database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get());
  const isNew = application === 0 && version === 0 && objects === 0;
  if (application !== schema.application && !isNew) {
    return fail({
      kind: "not-a-journal",
      evidence: `application_id ${application}, user_version ${version}, ${objects} schema objects`,
    });
  }
  if (version > schema.steps.length && !isReadable(database, schema)) {
    return fail({
      kind: "newer-version",
      evidence: `user_version ${version}, this program knows ${schema.steps.length}`,
    });
  }
  return ok(undefined);
}

function isReadable(database: Database.Database, { steps, readableBy }: Schema): boolean {
  if (readableBy === undefined) return false;
  try {
    const lowest = database.prepare(readableBy).pluck().get();
    return typeof lowest === "number" && lowest <= steps.length;
  } catch {
    // A file that lacks even the table is none that this program reads.
    return false;
  }
}

/** Brings an identified database to the present schema, inside the caller's transaction. */
export function migrate(database: Database.Database, { application, steps }: Schema): void {
  const version = versionOf(database);
  if (version >= steps.length) return;
  for (const step of steps.slice(version)) database.exec(step);
  database.pragma(`application_id = ${application}`);
  database.pragma(`user_version = ${steps.length}`);
}

function versionOf(database: Database.Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}
