import Database from "better-sqlite3";
import type { JournalFault, JournalFaultKind } from "../model/journal.ts";

/** SQLite's own code ("SQLITE_FULL"), or undefined when the error is not SQLite's. */
export function sqliteCode(error: unknown): string | undefined {
  return error instanceof Database.SqliteError ? error.code : undefined;
}

/** Why the file could not be opened, from what SQLite threw; what is not SQLite's is a bug and thrown again. */
export function openingFault(path: string, error: unknown): JournalFault {
  const code = sqliteCode(error);
  if (code === undefined) throw error;
  return { kind: kindOf(code), path, evidence: `${code}: ${(error as Error).message}` };
}

/** Whether the error says that what is on the disk is not what was written, or cannot be read. */
export function meansDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== undefined && (code === "SQLITE_NOTADB" || kindOf(code) === "damaged");
}

function kindOf(code: string): JournalFaultKind {
  if (code.startsWith("SQLITE_BUSY")) return "in-use";
  if (code === "SQLITE_NOTADB") return "not-a-journal";
  return DAMAGE.test(code) ? "damaged" : "not-writable";
}

/** SQLITE_ERROR: a table that was there is not. The others are a page's content and the disk's refusal to read it. */
const DAMAGE = /^SQLITE_(ERROR$|CORRUPT|IOERR_(READ|SHORT_READ|CORRUPTFS|DATA)$)/;
