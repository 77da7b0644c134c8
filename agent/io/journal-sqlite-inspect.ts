import { existsSync, statSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { fail, ok, type Result } from "../base/result.ts";
import type { JournalFault, JournalFaultKind } from "../model/journal.ts";
import { suspectFile } from "./journal-recover-files.ts";
import { brokenTail } from "./journal-sqlite-chain.ts";
import { openingFault, sqliteCode } from "./journal-sqlite-faults.ts";
import { journalSchema } from "./journal-sqlite-schema.ts";
import { identify } from "./schema-steps.ts";
import { walBeside } from "./sqlite-file.ts";

/** Files up to this are looked through whole: a second or two on an SD card's 100 MB/s. */
const WHOLE_BYTES = 256 * 1_024 * 1_024;
/** Tables of a few pages, on which all else depends. */
const SMALL_TABLES = ["meta", "epoch", "delivered", "receipted", "dead_letter", "dropped"];

/**
 * Looks for damage in a journal that no other process holds, by reading alone: closing a connection that may write
 * would move the log into the file and delete it, which nobody should do who does not know yet what they hold.
 *
 * Every page of a file up to 256 MB is looked at. `quick_check` can be limited to a table and not in time or to the end
 * of one, so that of a larger file only the small tables are, and of its events those that the chain proves
 * (`brokenTail`); damage that is met further back ends the agent and leaves the file marked as suspect, so that the next
 * start looks at all of it.
 */
export function inspectJournal(path: string, lockWaitMs: number): Result<void, JournalFault> {
  const inspected = inspectFile(path, lockWaitMs);
  if (inspected !== "half-made") return inspected;
  const undone = undo(path, lockWaitMs);
  if (!undone.ok) return undone;
  const again = inspectFile(path, lockWaitMs);
  if (again !== "half-made") return again;
  return fail({ kind: "damaged", path, evidence: "its rollback journal cannot be played back" });
}

/** `half-made`: the power went before the new file was one with a log, and SQLite has yet to undo what it began. */
function inspectFile(path: string, lockWaitMs: number): Result<void, JournalFault> | "half-made" {
  const fault = (kind: JournalFaultKind, evidence: string) => fail({ kind, path, evidence });
  let database: Database.Database | undefined;
  try {
    if (statSync(path).size === 0) {
      // SQLite would delete the log of an empty file.
      return sizeOf(`${path}-wal`) > 0
        ? fault("damaged", "the file is empty, and its log is not")
        : ok(undefined);
    }
    database = new Database(path, { readonly: true, timeout: lockWaitMs });
    const known = identify(database, journalSchema);
    if (!known.ok) return fault(known.error.kind, known.error.evidence);
    const damage = logDamage(path) ?? pageDamage(database, path) ?? chainDamage(database);
    return damage === undefined ? ok(undefined) : fault("damaged", damage);
  } catch (error) {
    if (sqliteCode(error) === "SQLITE_READONLY_ROLLBACK") return "half-made";
    return fail(openingFault(path, error));
  } finally {
    database?.close();
  }
}

/** Lets SQLite play a rollback journal back, which a connection that only reads may not. There is no log then. */
function undo(path: string, lockWaitMs: number): Result<void, JournalFault> {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: lockWaitMs });
    database.pragma("schema_version");
    return ok(undefined);
  } catch (error) {
    return fail(openingFault(path, error));
  } finally {
    database?.close();
  }
}

/** Has the next start look at the whole file, whatever its size. Best effort: a disk may take nothing any more. */
export function markSuspect(path: string): void {
  try {
    writeFileSync(suspectFile(path), "", { mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

/**
 * SQLite ends a log before the first frame that is not right, as after a power cut, which may tear the last commit: the
 * one that the disk had not confirmed. Commits behind that are ones that it had confirmed, and lost if SQLite goes on.
 */
function logDamage(path: string): string | undefined {
  const { headless, looseCommits } = walBeside(path);
  if (headless) return "the log's header is not what was written";
  return looseCommits > 1 ? `${looseCommits} commits stand in the log behind a damaged one` : undefined;
}

function pageDamage(database: Database.Database, path: string): string | undefined {
  const isWhole = sizeOf(path) <= WHOLE_BYTES || existsSync(suspectFile(path));
  const checks = isWhole ? ["quick_check(1)"] : SMALL_TABLES.map((table) => `quick_check(${table})`);
  for (const check of checks) {
    const found = String(database.pragma(check, { simple: true }));
    if (found !== "ok") return found.replace(/^\*\*\*.*\n/, "");
  }
  return undefined;
}

/** Nothing where the file is new: its tables are made before its first epoch. */
function chainDamage(database: Database.Database): string | undefined {
  if (database.pragma("user_version", { simple: true }) === 0) return undefined;
  // Compiling it throws where a table is not there.
  for (const table of SMALL_TABLES) database.prepare(`SELECT 1 FROM ${table}`);
  const site = database.prepare("SELECT value FROM meta WHERE key = 'site'").pluck().get();
  return brokenTail(database, String(site));
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
