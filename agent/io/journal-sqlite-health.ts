import type Database from "better-sqlite3";
import type { HealthData } from "../model/event.ts";
import { HEALTH_SUBJECT } from "./journal-sqlite-schema.ts";

export const LAST_HEALTH = `SELECT CASE WHEN json_valid(body) THEN json_extract(body, '$.data') END FROM event
  WHERE kind = 'health' AND ${HEALTH_SUBJECT} = ? ORDER BY position DESC LIMIT 1`;

/** Gives what the newest health event of a camera says. */
export function lastHealthIn(
  database: Database.Database,
): (camera: string) => Partial<HealthData> | undefined {
  const newest = database.prepare<[string], string | null>(LAST_HEALTH).pluck();
  return (camera) => {
    const data = newest.get(camera);
    return data ? (JSON.parse(data) as Partial<HealthData>) : undefined;
  };
}
