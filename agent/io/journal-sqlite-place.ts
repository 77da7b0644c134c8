import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  type Stats,
  statfsSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { fail, ok, type Result } from "../base/result.ts";
import { networkDisk } from "../core/network-disk.ts";
import type { JournalFault } from "../model/journal.ts";

/**
 * The directory must be there already: made on the fly, it would put the journal of an unmounted disk on the system
 * disk, and the disk must be one of this machine. The file is for the agent's own eyes. `diskType`: as of statfs(2).
 */
export function checkPlace(
  path: string,
  diskType: (directory: string) => number = (directory) => statfsSync(directory).type,
): Result<void, Omit<JournalFault, "path">> {
  const directory = dirname(path);
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    return fail({ kind: "directory-missing", evidence: directory });
  }
  try {
    const network = networkDisk(diskType(directory));
    if (network !== undefined) return fail({ kind: "network-disk", evidence: `${network}: ${directory}` });
    accessSync(directory, constants.W_OK | constants.X_OK);
    const there = statSync(path, { throwIfNoEntry: false });
    if (there && !there.isFile()) return fail({ kind: "not-a-file", evidence: typeOf(there) });
    if (!there) closeSync(openSync(path, "wx", 0o600));
    else accessSync(path, constants.R_OK | constants.W_OK);
    return ok(undefined);
  } catch (error) {
    return fail({ kind: "not-writable", evidence: (error as Error).message });
  }
}

function typeOf(there: Stats): string {
  if (there.isDirectory()) return "a directory";
  return there.isFIFO() ? "a pipe" : "a device or socket";
}

/**
 * Remembers which files a database that was just opened consists of. The returned function says what a path leads to
 * that led elsewhere then; undefined while all is as it was. Looks at names only: the files are not opened, because
 * closing them again would lose SQLite's lock.
 */
export function watchPlace(path: string): () => string | undefined {
  const files = [path, `${path}-wal`].map((file) => ({ file, opened: identity(file) }));
  return () => {
    for (const { file, opened } of files) {
      const now = identity(file);
      if (now !== opened) return `${file}: ${now}; opened as ${opened}`;
    }
    return undefined;
  };
}

function identity(file: string): string {
  try {
    const { dev, ino } = statSync(file);
    return `inode ${ino} of device ${dev}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
