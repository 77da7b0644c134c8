import type Database from "better-sqlite3";
import { chainLinker, GENESIS } from "../core/chain.ts";

/** Position and hash of the newest event; undefined while there is none. */
export function lastLink(
  database: Database.Database,
): { readonly position: number; readonly hash: Buffer } | undefined {
  return database
    .prepare<[], { readonly position: number; readonly hash: Buffer }>(
      "SELECT position, hash FROM event ORDER BY position DESC LIMIT 1",
    )
    .get();
}

/** Rows that are held at a time. */
const BATCH = 1_000;

/** Computes the hash of every event, for a file from before there were any; inside the caller's transaction. */
export function hashStoredEvents(database: Database.Database): void {
  const site = database.prepare<[], string>("SELECT value FROM meta WHERE key = 'site'").pluck().get();
  if (site === undefined) return;
  const epochs = database
    .prepare<[], { readonly id: string; readonly base: number; readonly end: number | null }>(
      `SELECT id, base, (SELECT min(base) FROM epoch AS later WHERE later.number > epoch.number) AS "end"
       FROM epoch ORDER BY number`,
    )
    .all();
  const select = database.prepare<
    [number, number, number],
    { readonly position: number; readonly body: string }
  >("SELECT position, body FROM event WHERE position > ? AND position <= ? ORDER BY position LIMIT ?");
  const update = database.prepare<[Buffer, number]>("UPDATE event SET hash = ? WHERE position = ?");
  for (const { id, base, end } of epochs) {
    const link = chainLinker(site, id);
    let hash: Uint8Array = GENESIS;
    let last = base;
    for (;;) {
      const rows = select.all(last, end ?? Number.MAX_SAFE_INTEGER, BATCH);
      for (const { position, body } of rows) {
        const next = link(hash, position - base, body);
        update.run(next, position);
        hash = next;
        last = position;
      }
      if (rows.length < BATCH) break;
    }
  }
}
