import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { fail, ok, type Result } from "../base/result.ts";
import type { JournalFault } from "../model/journal.ts";
import { type CopyFault, copyJournal } from "./journal-copy.ts";
import { openingFault } from "./journal-sqlite-faults.ts";
import { journalSchema } from "./journal-sqlite-schema.ts";
import { identify } from "./schema-steps.ts";

/** Why a journal cannot be read. */
export type ReadFault =
  | JournalFault
  | CopyFault
  | { readonly kind: "absent" | "unreadable"; readonly path: string; readonly evidence: string };

/** A journal's file opened for reading alone. */
export interface OpenedForReading extends Disposable {
  readonly database: Database.Database;
  /** Whether the agent runs, so that this is a copy of what it had written when the command began. */
  readonly isCopy: boolean;
}

/**
 * Opens a stopped agent's journal where it lies, for reading alone: nothing in it changes (SQLite leaves an empty -wal
 * and a -shm beside it), and an agent that is started meanwhile finds it in use and is started again. A running agent holds the only lock on its file, which cannot be shared; then a copy
 * is read that is made below `folder` and gone afterwards. Reading and copying touch no lock of the agent's.
 */
export async function openForReading(
  path: string,
  folder: string,
): Promise<Result<OpenedForReading, ReadFault>> {
  if (!existsSync(path)) return fail({ kind: "absent", path, evidence: "ENOENT" });
  const direct = open(path);
  if (direct.ok) {
    const database = direct.value;
    return ok({ database, isCopy: false, [Symbol.dispose]: () => void database.close() });
  }
  if (direct.error.kind !== "in-use") return direct;
  const copied = await copyJournal(path, folder);
  if (!copied.ok) return copied;
  const copy = copied.value;
  const opened = open(copy.path);
  if (!opened.ok) {
    copy[Symbol.dispose]();
    return fail({ ...opened.error, path });
  }
  const database = opened.value;
  return ok({
    database,
    isCopy: true,
    [Symbol.dispose]: () => {
      database.close();
      copy[Symbol.dispose]();
    },
  });
}

/** Whether a process has the journal open, which only a running agent does for long. */
export function isInUse(path: string): boolean {
  const opened = open(path);
  if (opened.ok) opened.value.close();
  return !opened.ok && opened.error.kind === "in-use";
}

function open(path: string): Result<Database.Database, ReadFault> {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true, timeout: 0 });
    const known = identify(database, journalSchema);
    if (known.ok && Number(database.pragma("user_version", { simple: true })) > 0) return ok(database);
    database.close();
    const { kind, evidence } = known.ok
      ? { kind: "not-a-journal" as const, evidence: "an empty database" }
      : known.error;
    return fail({ kind, path, evidence });
  } catch (error) {
    database?.close();
    const fault = openingFault(path, error);
    return fail(fault.kind === "not-writable" ? { ...fault, kind: "unreadable" } : fault);
  }
}
