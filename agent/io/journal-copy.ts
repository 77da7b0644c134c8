import { constants, mkdtempSync, rmSync } from "node:fs";
import { copyFile, open, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Result } from "../base/result.ts";

export interface CopyFault {
  /**
   * no-room: the copy would leave too little of the disk free. moving: the agent wrote faster than its file could be
   * copied. not-copied: the system refused.
   */
  readonly kind: "no-room" | "moving" | "not-copied";
  readonly path: string;
  readonly evidence: string;
}

export interface JournalCopy extends Disposable {
  readonly path: string;
}

/** Stays free on the copy's disk, bytes: twice what the agent itself leaves free, below which it would drop events. */
const STAYS_FREE = 512 * 1_024 * 1_024;
const ATTEMPTS = 5;
/** magic, version, page size, checkpoint number, two salts, two checksums (SQLite file format, section 4.1). */
const WAL_HEADER_BYTES = 32;

/**
 * A copy of a journal that is being written, as it stood at one commit, in a folder of its own below `folder`.
 *
 * The file is copied before its WAL. Whatever a checkpoint moves into the file meanwhile stands in the WAL as well,
 * whose frames go before the file's pages, and an unfinished last frame fails its checksum: the copy is whole unless
 * the WAL began anew in between, which gives its header another salt. Then it is copied again.
 */
export async function copyJournal(path: string, folder: string): Promise<Result<JournalCopy, CopyFault>> {
  const fault = (kind: CopyFault["kind"], evidence: string) => fail({ kind, path, evidence });
  let made: string | undefined;
  try {
    const needed =
      (await stat(path)).size +
      (await stat(`${path}-wal`).then(
        ({ size }) => size,
        () => 0,
      ));
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    if (free < needed + STAYS_FREE)
      return fault("no-room", `${folder}: ${free} B, ${needed} B + ${STAYS_FREE} B`);
    const own = mkdtempSync(join(folder, ".journal-copy-"));
    made = own;
    const copy = join(own, "journal.db");
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const before = await walHeader(path);
      await copyFile(path, copy, constants.COPYFILE_FICLONE);
      await copyFile(`${path}-wal`, `${copy}-wal`, constants.COPYFILE_FICLONE);
      if (before.length > 0 && before.equals(await walHeader(path)))
        return ok({ path: copy, [Symbol.dispose]: () => rmSync(own, { recursive: true, force: true }) });
    }
    rmSync(own, { recursive: true, force: true });
    return fault("moving", `${ATTEMPTS} ×`);
  } catch (error) {
    if (made) rmSync(made, { recursive: true, force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return fault("not-copied", message);
  }
}

async function walHeader(path: string): Promise<Buffer> {
  const file = await open(`${path}-wal`, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(WAL_HEADER_BYTES), 0, WAL_HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
