import type Database from "better-sqlite3";
import { fail, ok, type Result } from "../base/result.ts";
import type { Journal, JournalFault } from "../model/journal.ts";
import { beginEpoch, claim } from "./journal-sqlite-begin.ts";
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
    beginEpoch(database, { ...options, wall: options.clock.wall(), stamp: options.stamp() });
    const epochs = new Epochs(database);
    const stray = strayTail(database, epochs);
    if (stray === undefined) return ok(new SqliteJournal(database, options, epochs));
    database.close();
    const evidence = `event ${stray} is not what was written there`;
    return fail({ kind: "damaged", path: options.path, evidence });
  } catch (error) {
    database.close();
    return fail(openingFault(options.path, error));
  }
}

/** Position of the newest event if it is no event any more, or not the one of that place. */
function strayTail(database: Database.Database, epochs: Epochs): number | undefined {
  const tail = database
    .prepare<[], { readonly position: number; readonly body: string }>(
      "SELECT position, body FROM event ORDER BY position DESC LIMIT 1",
    )
    .get();
  if (!tail) return undefined;
  const { id, base } = epochs.at(tail.position);
  try {
    const written: unknown = JSON.parse(tail.body);
    const place = `${id}-${tail.position - base}`;
    if (typeof written === "object" && written && "id" in written && written.id === place) return undefined;
  } catch {
    // Not JSON: damaged.
  }
  return tail.position;
}
