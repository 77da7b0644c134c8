import { copyFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { leafCells, SqliteFile, walBeside } from "../../agent/io/sqlite-file.ts";
import { blobType, readRecord, readVarint } from "../../agent/io/sqlite-file-record.ts";
import { overwrite } from "../fakes/journal-file.ts";
import { generator } from "../fakes/random.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

/** What is read without SQLite, against what SQLite wrote. */

function folder() {
  const made = temporaryFolder();
  onTestFinished(() => made[Symbol.dispose]());
  return made;
}

const INSERT = "INSERT INTO t VALUES (?, ?, ?, ?)";
const CREATE = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT, c BLOB)";
type Row = [number, number, string, Buffer];

/** Rows by rowid, of every image; later images of a page go before. */
function rowsOf(path: string): Map<number, unknown> {
  using file = new SqliteFile(path);
  const rows = new Map<number, unknown>();
  for (const { page } of file.images()) {
    for (const cell of leafCells(page)) {
      const payload = file.payload(cell);
      const [id, a, b, c] = (payload && readRecord(payload)) ?? [];
      if (id?.type !== "null" || a?.type !== "integer" || b?.type !== "text" || c?.type !== "blob") continue;
      rows.set(cell.rowid, [cell.rowid, a.value, Buffer.from(b.bytes).toString(), Buffer.from(c.bytes)]);
    }
  }
  return rows;
}

function someRows(count: number): Row[] {
  const random = generator(5);
  const edges = [
    0,
    1,
    -1,
    127,
    -128,
    32_767,
    -8_388_608,
    2 ** 31,
    -(2 ** 47),
    2 ** 52,
    Number.MIN_SAFE_INTEGER,
  ];
  return Array.from({ length: count }, (_, index) => [
    index * 7 + 1,
    edges[index % edges.length] ?? 0,
    "ệ".repeat(random.below(index % 50 === 0 ? 9_000 : 300)),
    Buffer.alloc(random.below(40), index),
  ]);
}

test.each([512, 1_024, 4_096, 65_536])(
  "rows of every size and integer are read as SQLite wrote them, in pages of %i bytes",
  (pageSize) => {
    const path = folder().file("a.db");
    const database = new Database(path);
    database.pragma(`page_size = ${pageSize}`);
    database.exec(CREATE);
    const insert = database.prepare(INSERT);
    const rows = someRows(600);
    database.transaction(() => {
      for (const [id, a, b, c] of rows) insert.run(id, BigInt(a), b, c);
    })();
    database.close();
    expect([...rowsOf(path).values()].sort((x, y) => (x as Row)[0] - (y as Row)[0])).toEqual(rows);
  },
);

/** A database with rows 1 to 100 in the file and 101 to 200 in the log, ten a commit, as it stands while it is open. */
function inLog() {
  const { file } = folder();
  const database = new Database(file("a.db"));
  database.pragma("journal_mode = WAL");
  database.exec(CREATE);
  const insert = database.prepare(INSERT);
  const add = (from: number) =>
    database.transaction(() => {
      for (let id = from; id < from + 10; id++) insert.run(id, id, "b", Buffer.from("c"));
    })();
  for (let from = 1; from <= 91; from += 10) add(from);
  database.pragma("wal_checkpoint(TRUNCATE)");
  for (let from = 101; from <= 191; from += 10) add(from);
  for (const suffix of ["", "-wal"]) copyFileSync(`${file("a.db")}${suffix}`, `${file("copy.db")}${suffix}`);
  database.close();
  return file("copy.db");
}

test("what is committed in the log counts, in place of the file's pages", () => {
  const path = inLog();
  expect([...rowsOf(path).keys()].length).toBe(200);
  const { headless, looseCommits, rest } = walBeside(path);
  expect({ headless, looseCommits, rest }).toEqual({ headless: false, looseCommits: 0, rest: [] });
});

test("behind a frame that is not right nothing is committed, as for SQLite, and it is counted what is not", () => {
  const path = inLog();
  const frame = 24 + 4_096;
  const frames = Math.floor(statSync(`${path}-wal`).size / frame);
  overwrite(`${path}-wal`, 32 + frame * Math.floor(frames / 2) + 3_000, Buffer.from("!"));
  const { committed, looseCommits, loose, headless } = walBeside(path);
  expect(looseCommits).toBe(frames - Math.floor(frames / 2));
  expect(headless).toBe(false);
  expect(loose.size).toBeGreaterThan(0);
  expect(committed.size).toBeGreaterThan(0);
  expect([...rowsOf(path).keys()].length).toBe(200);
});

test("frames of an earlier run of the log, or cut off, are not committed", () => {
  const path = inLog();
  const { size } = statSync(`${path}-wal`);
  truncateSync(`${path}-wal`, size - 1);
  expect(walBeside(path)).toMatchObject({ looseCommits: 0, headless: false });
  overwrite(`${path}-wal`, 32 + 8, Buffer.from("otherrun"));
  const { committed, rest } = walBeside(path);
  expect(committed.size).toBe(0);
  expect(rest.length).toBeGreaterThan(5);
});

test("a log without a header of its own is told, and one without frames is not", () => {
  const path = inLog();
  overwrite(`${path}-wal`, 16, Buffer.from("!"));
  expect(walBeside(path)).toMatchObject({ headless: true });
  truncateSync(`${path}-wal`, 32);
  expect(walBeside(path)).toMatchObject({ headless: false });
});

test("no bytes make it throw or run for ever, and a damaged page's rows are those that are left", () => {
  const path = inLog();
  const random = generator(11);
  for (let round = 0; round < 200; round++) {
    for (const suffix of ["", "-wal"]) {
      const { size } = statSync(`${path}${suffix}`);
      if (size > 0) overwrite(`${path}${suffix}`, random.below(size), Buffer.from([random.below(256)]));
    }
    expect(rowsOf(path).size).toBeLessThanOrEqual(400);
  }
  writeFileSync(path, Buffer.alloc(100_001, 0x0d));
  expect(() => rowsOf(path)).not.toThrow();
});

test("numbers that make no sense are none", () => {
  expect(readVarint(Buffer.from([0x81, 0x00]), 0)).toEqual([128, 2]);
  expect(readVarint(Buffer.from([0x81]), 0)).toBeUndefined();
  expect(readVarint(Buffer.alloc(9, 0xff), 0)).toBeUndefined();
  expect(readRecord(Buffer.from([]))).toBeUndefined();
  expect(readRecord(Buffer.from([2, blobType(5), 1, 2]))).toBeUndefined();
  expect(readRecord(Buffer.from([2, 10]))).toBeUndefined();
  expect(readRecord(Buffer.from([2, 1, 0xff]))).toEqual([{ type: "integer", value: -1 }]);
});
