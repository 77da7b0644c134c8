import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { identify, migrate, type Schema } from "../../agent/io/schema-steps.ts";

const FIRST = "CREATE TABLE a (n INTEGER) STRICT; INSERT INTO a VALUES (1);";
const SECOND = "ALTER TABLE a ADD COLUMN m INTEGER; UPDATE a SET m = 10 * n;";
const THIRD = "UPDATE a SET m = m + 1;";

const schema = (...steps: readonly string[]): Schema => ({ application: 7, steps });

function memory(): Database.Database {
  const database = new Database(":memory:");
  onTestFinished(() => void database.close());
  return database;
}

const migrated = (database: Database.Database, to: Schema) => {
  database.transaction(() => migrate(database, to)).immediate();
  return database;
};
const version = (database: Database.Database) => database.pragma("user_version", { simple: true });
const rows = (database: Database.Database) => database.prepare("SELECT * FROM a").raw().all();

test("a new file takes every step, in order, and carries the mark and the version", () => {
  const database = memory();
  expect(identify(database, schema(FIRST, SECOND))).toMatchObject({ ok: true });
  migrated(database, schema(FIRST, SECOND, THIRD));
  expect(rows(database)).toEqual([[1, 11]]);
  expect(version(database)).toBe(3);
  expect(database.pragma("application_id", { simple: true })).toBe(7);
});

test("an older file takes the steps that it has not had, each once, and keeps what is in it", () => {
  const database = migrated(memory(), schema(FIRST));
  database.exec("INSERT INTO a VALUES (2)");
  expect(identify(database, schema(FIRST, SECOND, THIRD))).toMatchObject({ ok: true });
  for (let start = 0; start < 3; start++) migrated(database, schema(FIRST, SECOND, THIRD));
  expect(rows(database)).toEqual([
    [1, 11],
    [2, 21],
  ]);
});

test("a file that has had more steps than this program knows is a newer one's", () => {
  const database = migrated(memory(), schema(FIRST, SECOND));
  expect(identify(database, schema(FIRST))).toMatchObject({ ok: false, error: { kind: "newer-version" } });
});

test("a file with another's mark, or with tables and no mark, is not a journal", () => {
  const marked = migrated(memory(), { application: 8, steps: [FIRST] });
  expect(identify(marked, schema(FIRST))).toMatchObject({ ok: false, error: { kind: "not-a-journal" } });
  const unmarked = memory();
  unmarked.exec("CREATE TABLE recordings (id)");
  expect(identify(unmarked, schema(FIRST))).toMatchObject({ ok: false, error: { kind: "not-a-journal" } });
});

test("a step that fails leaves the file at the version, and with the content, that it had", () => {
  const database = migrated(memory(), schema(FIRST));
  const failing = schema(FIRST, "UPDATE a SET n = 5;", "UPDATE nothing SET n = 1;");
  expect(() => migrated(database, failing)).toThrow("nothing");
  expect(rows(database)).toEqual([[1]]);
  expect(version(database)).toBe(1);
});
