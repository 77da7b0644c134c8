import { statSync } from "node:fs";
import { dirname } from "node:path";
import { fail, ok, type Result } from "../base/result.ts";
import type { JournalFault, JournalRecovery } from "../model/journal.ts";
import { NewJournal } from "./journal-recover-build.ts";
import {
  asideName,
  commitRecovery,
  finishRecovery,
  isCommitted,
  lockRecovery,
  type RecoveryFiles,
  unfinished,
} from "./journal-recover-files.ts";
import { ChainProof } from "./journal-recover-proof.ts";
import { readRemains } from "./journal-recover-remains.ts";
import { rowsInOrder } from "./journal-recover-rows.ts";
import type { Beginning } from "./journal-sqlite-begin.ts";
import { sqliteCode } from "./journal-sqlite-faults.ts";
import { SqliteFile } from "./sqlite-file.ts";

/** How long another process may still be at the same recovery. */
const LOCK_WAIT_MS = 1_000;
/** Room for what a new database has besides the events of the old one. */
const SPARE_BYTES = 4 * 1_024 * 1_024;

const BEING_RECOVERED = "another process recovers it";

/** Names of what is set aside, and what the new epoch says. */
const REASONS = {
  damaged: { aside: "damaged", reason: "recovered" },
  "not-a-journal": { aside: "foreign", reason: "foreign" },
  "newer-version": { aside: "newer", reason: "newer" },
} as const;

export interface RecoveryOptions extends Beginning {
  readonly path: string;
  readonly files: RecoveryFiles;
}

/** Whether a new journal can take the place of the one that could not be opened for this. */
export function isRecoverable(fault: JournalFault): fault is Recoverable {
  return fault.kind in REASONS;
}
type Recoverable = JournalFault & { readonly kind: keyof typeof REASONS };

/**
 * Puts a new journal in the place of one that cannot be gone on with: with every event that the chain proves, at the
 * position and with the hash that it had, and with an epoch that says what happened. The old one is set aside, whole.
 *
 * Nothing of the old one changes before the new one is complete and on the disk; from then on each step is one that
 * the next start goes on with. `found`: what lay in the journal's place when the fault was seen. Fails with `in-use`
 * where another process is at it or has done it, with `other-site` where nothing in it is of this site, and with
 * `not-recovered`, everything as it was, where the disk does not take the new one.
 */
export async function recoverJournal(
  fault: Recoverable,
  found: string | undefined,
  options: RecoveryOptions,
): Promise<Result<void, JournalFault>> {
  const { path } = options;
  try {
    using lock = lockRecovery(path, LOCK_WAIT_MS);
    if (!lock || identityOf(path) !== found) return fail({ kind: "in-use", path, evidence: BEING_RECOVERED });
    return await recover(fault, options);
  } catch (error) {
    const { evidence, ...rest } = notRecovered(path, error);
    return fail({ ...rest, evidence: `${fault.evidence}; ${evidence}` });
  }
}

/** What neither the system nor SQLite has thrown is a bug. */
function notRecovered(path: string, error: unknown): JournalFault {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  const evidence = sqliteCode(error) === undefined ? message : `${code}: ${message}`;
  return { kind: "not-recovered", path, evidence };
}

/** Goes on where an earlier recovery was stopped behind the point at which it counts. */
export function resumeRecovery({ path, wall, files }: RecoveryOptions): Result<void, JournalFault> {
  if (!isCommitted(path, files)) return ok(undefined);
  try {
    using lock = lockRecovery(path, LOCK_WAIT_MS);
    if (!lock) return fail({ kind: "in-use", path, evidence: BEING_RECOVERED });
    if (isCommitted(path, files)) finishRecovery(path, wall, files);
    return ok(undefined);
  } catch (error) {
    return fail(notRecovered(path, error));
  }
}

/** Names what lies at a path: another file there has another. */
export function identityOf(path: string): string | undefined {
  const info = statSync(path, { throwIfNoEntry: false });
  return info && `${info.dev}:${info.ino}`;
}

async function recover(fault: Recoverable, options: RecoveryOptions): Promise<Result<void, JournalFault>> {
  const { path, files, wall } = options;
  const made = unfinished(path, files);
  const needed = sizeOf(path) + sizeOf(`${path}-wal`) + SPARE_BYTES;
  const free = files.free(dirname(path));
  if (free < needed)
    return fail({ kind: "not-recovered", path, evidence: `${fault.evidence}; ${free} B < ${needed} B` });
  let isComplete = false;
  try {
    const built = await build(made, fault, options);
    if (!built.ok) return built;
    commitRecovery(path, files);
    isComplete = true;
  } finally {
    if (!isComplete) unfinished(path, files);
  }
  finishRecovery(path, wall, files);
  return ok(undefined);
}

/** Writes the new database, under a name of its own. */
async function build(
  name: string,
  fault: Recoverable,
  options: RecoveryOptions,
): Promise<Result<void, JournalFault>> {
  const { path, site, files } = options;
  const remains = readRemains(path);
  const proof = new ChainProof(site, remains.holes);
  using journal = new NewJournal(name, remains, files);
  using old = new SqliteFile(path);
  for (const found of rowsInOrder(old)) await journal.add(proof.take(found));
  if (proof.proven === 0 && remains.site !== "" && remains.site !== site)
    return fail({ kind: "other-site", path, evidence: `it is of site ${remains.site}; ${fault.evidence}` });
  journal.complete(proof, recoveryOf(fault, proof, options), options);
  return ok(undefined);
}

function recoveryOf(
  { kind, evidence }: Recoverable,
  proof: ChainProof,
  { path, wall, files }: RecoveryOptions,
): JournalRecovery {
  // Events prove a journal, whatever has become of the bytes that name the program and the version.
  const { aside, reason } = REASONS[kind === "not-a-journal" && proof.proven > 0 ? "damaged" : kind];
  return {
    reason,
    setAside: asideName(path, aside, wall, files),
    salvaged: proof.proven,
    lost: proof.lost,
    evidence,
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
