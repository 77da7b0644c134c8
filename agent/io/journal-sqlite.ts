import { fail, ok, type Result } from "../base/result.ts";
import type { Journal, JournalFault } from "../model/journal.ts";
import { beginEpoch, claim } from "./journal-sqlite-begin.ts";
import { brokenTail } from "./journal-sqlite-chain.ts";
import { Epochs } from "./journal-sqlite-epochs.ts";
import { openingFault } from "./journal-sqlite-faults.ts";
import { type JournalOptions, SqliteJournal } from "./journal-sqlite-log.ts";
import { openDatabase } from "./journal-sqlite-open.ts";

/** Opens the journal, or says why it cannot; a new file, or another key, begins an epoch. */
export async function openJournal(options: JournalOptions): Promise<Result<Journal, JournalFault>> {
  const opened = openDatabase(options.path);
  if (!opened.ok) return opened;
  const database = opened.value;
  try {
    const owner = claim(database, options.site);
    if (owner !== options.site) {
      database.close();
      return fail({ kind: "other-site", path: options.path, evidence: `it is of site ${owner}` });
    }
    const broken = brokenTail(database, options.site);
    if (broken !== undefined) {
      database.close();
      return fail({ kind: "damaged", path: options.path, evidence: broken });
    }
    beginEpoch(database, { ...options, wall: options.clock.wall(), stamp: options.stamp() });
    return ok(new SqliteJournal(database, options, new Epochs(database)));
  } catch (error) {
    database.close();
    return fail(openingFault(options.path, error));
  }
}
