import { rmSync } from "node:fs";
import Database from "better-sqlite3";
import { fail, ok, type Result } from "../base/result.ts";
import type { JournalFault, JournalFaultKind } from "../model/journal.ts";
import { isCommitted, suspectFile, systemFiles } from "./journal-recover-files.ts";
import { openingFault } from "./journal-sqlite-faults.ts";
import { inspectJournal } from "./journal-sqlite-inspect.ts";
import { checkPlace } from "./journal-sqlite-place.ts";
import { journalSchema } from "./journal-sqlite-schema.ts";
import { identify, migrate } from "./schema-steps.ts";

/** How long a process that is being replaced may still hold the lock. */
const LOCK_WAIT_MS = 1_000;

/** Pages in the WAL after which a commit also checkpoints: 4 MB. */
export const CHECKPOINT_PAGES = 1_000;
/** The WAL file is cut back to this after a checkpoint. */
const WAL_BYTES = 16 * 1_024 * 1_024;
/** Page cache in KiB. Appends touch the last page and a drain reads each page once: a larger one buys nothing. */
const CACHE_KIB = 2_048;

/** Values of the pragmas auto_vacuum and synchronous. */
const INCREMENTAL = 2;
const FULL = 2;

/**
 * Looks through the file for damage, opens it for this process alone, brings its schema up to date and makes sure
 * that COMMIT means the disk.
 *
 * The lock is SQLite's own (fcntl), held until close by locking_mode=EXCLUSIVE. It would be lost if this process
 * opened and closed the file once more by any other way: nobody may do so while the journal is open.
 */
export function openDatabase(path: string): Result<Database.Database, JournalFault> {
  const fault = (kind: JournalFaultKind, evidence: string) => fail({ kind, path, evidence });
  const place = checkPlace(path);
  if (!place.ok) return fault(place.error.kind, place.error.evidence);
  if (isCommitted(path, systemFiles)) return fault("in-use", "a recovery of it is not finished");
  const inspected = inspectJournal(path, LOCK_WAIT_MS);
  if (!inspected.ok) return inspected;
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: LOCK_WAIT_MS });
    const prepared = prepare(database);
    if (prepared.ok) {
      // The index that reading alone has made: this connection keeps its own in memory, and no other is there.
      for (const file of [suspectFile(path), `${path}-shm`]) rmSync(file, { force: true });
      return ok(database);
    }
    database.close();
    return fault(prepared.error.kind, prepared.error.evidence);
  } catch (error) {
    database?.close();
    return fail(openingFault(path, error));
  }
}

function prepare(database: Database.Database): Result<void, Omit<JournalFault, "path">> {
  database.pragma("locking_mode = EXCLUSIVE");
  const known = identify(database, journalSchema);
  if (!known.ok) return known;
  // Takes effect only in a file that has no tables yet, but would be written into any.
  if (database.pragma("auto_vacuum", { simple: true }) !== INCREMENTAL)
    database.pragma("auto_vacuum = INCREMENTAL");
  const mode = database.pragma("journal_mode = WAL", { simple: true });
  if (mode !== "wal") return fail({ kind: "not-durable", evidence: `journal_mode stays ${mode}` });
  // better-sqlite3 is compiled with WAL meaning NORMAL, which loses acknowledged commits at a power cut. The
  // setting must follow journal_mode, and counts only once it can be read back after a write.
  database.pragma("synchronous = FULL");
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.pragma(`journal_size_limit = ${WAL_BYTES}`);
  database.pragma(`cache_size = -${CACHE_KIB}`);
  database
    .transaction(() => {
      migrate(database, journalSchema);
      database.exec("INSERT INTO meta VALUES ('opened', 1) ON CONFLICT DO UPDATE SET value = value + 1");
    })
    .immediate();
  const synchronous = database.pragma("synchronous", { simple: true });
  if (synchronous === FULL) return ok(undefined);
  return fail({ kind: "not-durable", evidence: `synchronous is ${synchronous} after a write, not FULL` });
}
