import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3";
import { sqliteCode } from "./journal-sqlite-faults.ts";

/** What a recovery does to the disk besides writing its new database; each throws the system's errors. */
export interface RecoveryFiles {
  exists(path: string): boolean;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Has the disk keep a file, or the names in a folder. */
  sync(path: string): void;
  /** Bytes that a file may grow by in this folder. */
  free(folder: string): number;
  /** Called after each batch of events: other work has its turn. */
  turn(): Promise<void>;
}

export const systemFiles: RecoveryFiles = {
  exists: existsSync,
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  sync(path) {
    const file = openSync(path, "r");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  },
  free(folder) {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  },
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

/** The files of a database, its first one last: while that one is there, the set is. */
const SET = ["-shm", "-wal", "-journal", ""];
/** Being written; of no worth until it is complete. */
const unfinishedFile = (path: string) => `${path}.recovering`;
/** Complete and on the disk: from here on it takes the journal's place, whatever happens. */
const finishedFile = (path: string) => `${path}.recovered`;
/** Says that damage was met in a journal; see journal-sqlite-inspect.ts. */
export const suspectFile = (path: string) => `${path}.suspect`;

/** Key in `meta` of the new journal: name of the old one, once it is set aside. */
export const SET_ASIDE = "set-aside";
/** Key in `meta` of the recovery as JSON, as long as it has not been told. */
export const RECOVERY = "recovery";

/**
 * Holds off other processes that would recover the same journal, for as long as it is not disposed. The file stays: one
 * that is removed could be locked twice. Undefined where another process holds it.
 */
export function lockRecovery(path: string, waitMs: number): Disposable | undefined {
  const lock = new Database(`${path}.lock`, { timeout: waitMs });
  try {
    // Without a journal on the disk it locks and writes nothing: the file stays empty.
    lock.pragma("journal_mode = MEMORY");
    lock.exec("BEGIN EXCLUSIVE");
    return { [Symbol.dispose]: () => void lock.close() };
  } catch (error) {
    lock.close();
    if (sqliteCode(error)?.startsWith("SQLITE_BUSY")) return undefined;
    throw error;
  }
}

/** Takes away what an earlier recovery did not finish, and gives the name for a new one. */
export function unfinished(path: string, files: RecoveryFiles): string {
  const name = unfinishedFile(path);
  for (const suffix of SET) files.remove(`${name}${suffix}`);
  return name;
}

/** `journal.db.damaged-20261124T071500Z`, or that with a number behind it where there is one already. */
export function asideName(path: string, kind: string, wall: number, files: RecoveryFiles): string {
  const time = new Date(wall).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return firstFree(`${path}.${kind}-${time}`, (name) =>
    SET.some((suffix) => files.exists(`${name}${suffix}`)),
  );
}

/** The database that was written is complete: it will take the journal's place even if this process is killed now. */
export function commitRecovery(path: string, files: RecoveryFiles): void {
  const name = unfinishedFile(path);
  files.sync(name);
  files.rename(name, finishedFile(path));
  files.sync(dirname(path));
}

export function isCommitted(path: string, files: RecoveryFiles): boolean {
  return files.exists(finishedFile(path));
}

/**
 * Sets the old journal aside and puts the new one in its place, from wherever an earlier process was stopped at it. As
 * the new one is there under its other name until the last step, what lies in the journal's place is the old one's. A
 * log must be gone before: SQLite would read it into the new file.
 */
export function finishRecovery(path: string, wall: number, files: RecoveryFiles): void {
  const finished = finishedFile(path);
  const aside = plannedName(finished, path) ?? asideName(path, "damaged", wall, files);
  for (const suffix of SET) {
    if (!files.exists(`${path}${suffix}`)) continue;
    const target = firstFree(aside, (name) => files.exists(`${name}${suffix}`));
    files.rename(`${path}${suffix}`, `${target}${suffix}`);
  }
  files.sync(dirname(path));
  files.rename(finished, path);
  files.sync(dirname(path));
  files.remove(suspectFile(path));
}

/** Where the old journal is to go; undefined where the new one no longer says so, and is damaged itself. */
function plannedName(finished: string, path: string): string | undefined {
  const database = new Database(finished, { readonly: true });
  try {
    const name = database.prepare("SELECT value FROM meta WHERE key = ?").pluck().get(SET_ASIDE);
    return typeof name === "string" && isAsideName(path, name) ? join(dirname(path), name) : undefined;
  } catch (error) {
    if (sqliteCode(error) === undefined) throw error;
    return undefined;
  } finally {
    database.close();
  }
}

const ASIDE = /^\.(?:damaged|foreign|newer)-\d{8}T\d{6}Z(?:-\d+)?$/;

function isAsideName(path: string, name: string): boolean {
  const own = basename(path);
  return name.startsWith(own) && ASIDE.test(name.slice(own.length));
}

function firstFree(name: string, isTaken: (name: string) => boolean): string {
  let free = name;
  for (let number = 2; isTaken(free); number++) free = `${name}-${number}`;
  return free;
}

/** The journals that were set aside: how many, and their size with their logs. Nothing where the folder is not read. */
export function setAside(path: string): { readonly journals: number; readonly bytes: number } {
  let journals = 0;
  let bytes = 0;
  try {
    for (const name of readdirSync(dirname(path))) {
      const suffix = SET.find((end) => name.endsWith(end)) ?? "";
      if (!isAsideName(path, name.slice(0, name.length - suffix.length))) continue;
      if (suffix === "") journals += 1;
      bytes += statSync(join(dirname(path), name), { throwIfNoEntry: false })?.size ?? 0;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
  return { journals, bytes };
}
