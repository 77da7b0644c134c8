import { fail, ok, type Result } from "../base/result.ts";
import type { Journal, JournalFault } from "../model/journal.ts";
import { Ballast } from "./ballast.ts";
import { identityOf, isRecoverable, recoverJournal, resumeRecovery } from "./journal-recover.ts";
import { type RecoveryFiles, systemFiles } from "./journal-recover-files.ts";
import { beginEpoch, claim } from "./journal-sqlite-begin.ts";
import { Epochs } from "./journal-sqlite-epochs.ts";
import { openingFault } from "./journal-sqlite-faults.ts";
import { type JournalOptions, SqliteJournal } from "./journal-sqlite-log.ts";
import { openDatabase } from "./journal-sqlite-open.ts";
import { checkPlace } from "./journal-sqlite-place.ts";
import { ballastFile } from "./journal-sqlite-room.ts";

/**
 * Opens the journal, or says why it cannot. A new file, another key, and a file that cannot be gone on with begin an
 * epoch; the last is set aside, and what the chain proves of it is taken over (journal-recover.ts). Where the disk takes
 * nothing, the ballast is given up for it.
 */
export async function openJournal(
  options: JournalOptions,
  files: RecoveryFiles = systemFiles,
): Promise<Result<Journal, JournalFault>> {
  const { path, site } = options;
  const beginning = { ...options, wall: options.clock.wall(), stamp: options.stamp() };
  const resumed = resumeRecovery({ ...beginning, files });
  if (!resumed.ok) return resumed;
  const place = checkPlace(path);
  if (!place.ok) return fail({ ...place.error, path });
  const found = identityOf(path);
  const ballast = new Ballast(ballastFile(path), 0);
  let opened = openDatabase(path);
  if (!opened.ok && isRecoverable(opened.error)) {
    const { error } = opened;
    const recover = () => recoverJournal(error, found, { ...beginning, files });
    let recovered = await recover();
    if (!recovered.ok && recovered.error.kind === "not-recovered" && ballast.giveUp())
      recovered = await recover();
    if (!recovered.ok) return recovered;
    opened = openDatabase(path);
  }
  if (!opened.ok && opened.error.kind === "not-writable" && ballast.giveUp()) opened = openDatabase(path);
  if (!opened.ok) return opened;
  const database = opened.value;
  try {
    const owner = claim(database, site);
    if (owner !== site) {
      database.close();
      return fail({ kind: "other-site", path, evidence: `it is of site ${owner}` });
    }
    beginEpoch(database, beginning);
    return ok(new SqliteJournal(database, options, new Epochs(database)));
  } catch (error) {
    database.close();
    return fail(openingFault(path, error));
  }
}
