import type Database from "better-sqlite3";

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
