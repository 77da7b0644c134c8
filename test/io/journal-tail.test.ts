import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { openJournal } from "../../agent/io/journal-sqlite.ts";
import { brokenTail } from "../../agent/io/journal-sqlite-chain.ts";
import { inspectJournal } from "../../agent/io/journal-sqlite-inspect.ts";
import type { JournalFault } from "../../agent/model/journal.ts";
import { appendMotion } from "../fakes/open-journal.ts";
import { testSigner } from "../fakes/signer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

/** What no page check sees: a journal in which all is well-formed, and not what was written. */

interface Written {
  readonly path: string;
  /** Its epochs, oldest first. */
  readonly epochs: readonly string[];
}

/** A closed journal with an epoch for each of `events`: the event that begins it, and that many more. */
async function written(...events: readonly number[]): Promise<Written> {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const path = folder.file("journal.db");
  const epochs: string[] = [];
  for (const [index, count] of events.entries()) {
    const opened = await openAs(path, index + 1);
    if (!opened.ok) throw new Error(opened.error.evidence);
    epochs.push(opened.value.epoch);
    await appendMotion(opened.value, count);
    await opened.value.close();
  }
  return { path, epochs };
}

/** Another key is another epoch. */
const openAs = (path: string, key: number) =>
  openJournal({
    path,
    site: "site-1",
    clock: systemClock,
    stamp: () => ({ bootId: "boot-1", clockSynced: true }),
    random: randomBytes,
    signer: testSigner(key),
  });

function change(path: string, ...statements: readonly string[]): void {
  const raw = new Database(path);
  for (const statement of statements) raw.exec(statement);
  raw.close();
}

/** Rewrites the text of the table `event`, which SQLite believes. */
function changeSchema(path: string, sql: string): void {
  const raw = new Database(path);
  raw.unsafeMode();
  raw.pragma("writable_schema = ON");
  raw.exec(`UPDATE sqlite_schema SET sql = ${sql} WHERE name = 'event'`);
  raw.close();
}

function faultOf(path: string): JournalFault | undefined {
  const inspected = inspectJournal(path, 0);
  return inspected.ok ? undefined : inspected.error;
}

const SWAP = `UPDATE event SET body = CASE position
  WHEN 30 THEN (SELECT body FROM event WHERE position = 31) ELSE (SELECT body FROM event WHERE position = 30) END
  WHERE position IN (30, 31)`;

test.each([
  ["a changed body", "UPDATE event SET body = replace(body, 'motion', 'Motion') WHERE position = 30", 30],
  ["a body that is no JSON", "UPDATE event SET body = 'no JSON any more' WHERE position = 51", 51],
  ["a byte more", "UPDATE event SET body = body || CAST(x'ff' AS TEXT) WHERE position = 30", 30],
  ["two bodies that changed places", SWAP, 30],
  ["a changed hash", "UPDATE event SET hash = zeroblob(32) WHERE position = 30", 30],
  ["a hash cut short", "UPDATE event SET hash = substr(hash, 1, 31) WHERE position = 51", 51],
  ["a missing event", "DELETE FROM event WHERE position = 30", 30],
  ["a newest event that moved", "UPDATE event SET position = 60 WHERE position = 51", 51],
  ["a missing beginning", "DELETE FROM event WHERE position < 30", 1],
  ["a changed first event", "UPDATE event SET body = '{}' WHERE position = 1", 1],
  ["another epoch's id", `UPDATE epoch SET id = '${"c".repeat(32)}'`, 1],
])(
  "%s among the newest events is damage, and the first one concerned is named",
  async (_, statement, seq) => {
    const { path } = await written(50);
    change(path, statement);
    expect(faultOf(path)).toMatchObject({
      kind: "damaged",
      evidence: expect.stringMatching(new RegExp(`^event ${seq} of epoch [0-9a-f]{32} is not what`)),
    });
  },
);

test.each([
  "DELETE FROM event",
  "DELETE FROM epoch",
  "UPDATE epoch SET id = 'none'",
  "UPDATE epoch SET base = 51",
  "UPDATE epoch SET base = -9000000000000000000",
])("a journal whose events and epochs do not belong together is damaged: %s", async (statement) => {
  const { path } = await written(50);
  change(path, statement);
  expect(faultOf(path)).toMatchObject({ kind: "damaged" });
});

test.each(["body = 5", "body = NULL", "body = 0.5", "hash = 5", "hash = NULL", "hash = 'text'"])(
  "a value of another type is a broken link like any other, also where no page check was made: %s",
  async (value) => {
    const { path } = await written(50);
    const loosen =
      "replace(replace(replace(sql, 'STRICT', ''), 'hash BLOB NOT NULL', 'hash'), 'body TEXT NOT NULL', 'body')";
    changeSchema(path, loosen);
    change(path, `UPDATE event SET ${value} WHERE position = 30`);
    const raw = new Database(path);
    onTestFinished(() => void raw.close());
    expect(brokenTail(raw, "site-1")).toMatch(/^event 30 of epoch/);
  },
);

test("each epoch among the newest events is a chain of its own, and the one concerned is named", async () => {
  const { path, epochs } = await written(20, 0, 30);
  expect(faultOf(path)).toBeUndefined();
  change(path, "UPDATE event SET body = '{}' WHERE position = 25");
  expect(faultOf(path)).toMatchObject({
    kind: "damaged",
    evidence: `event 3 of epoch ${epochs[2]} is not what was written there`,
  });
  change(path, "UPDATE event SET hash = zeroblob(32) WHERE position = 22");
  expect(faultOf(path)).toMatchObject({
    evidence: `event 1 of epoch ${epochs[1]} is not what was written there`,
  });
});

test("a hole that the journal knows of is none in the chain, whichever epochs it is in", async () => {
  const { path, epochs } = await written(20, 30);
  change(
    path,
    "INSERT INTO dropped SELECT 10, 12, hash FROM event WHERE position = 12",
    "INSERT INTO dropped SELECT 19, 25, hash FROM event WHERE position = 25",
    "DELETE FROM event WHERE position BETWEEN 10 AND 12 OR position BETWEEN 19 AND 25",
  );
  expect(faultOf(path)).toBeUndefined();
  change(path, "UPDATE dropped SET hash = zeroblob(32) WHERE first = 19");
  expect(faultOf(path)).toMatchObject({ evidence: expect.stringContaining(`event 5 of epoch ${epochs[1]}`) });
  change(path, "DELETE FROM dropped");
  expect(faultOf(path)).toMatchObject({
    evidence: expect.stringContaining(`event 10 of epoch ${epochs[0]}`),
  });
});

test("the newest 1,000 are looked at, in a journal of any length", async () => {
  const { path } = await written(3_000);
  change(path, "UPDATE event SET body = '{}' WHERE position = 2001");
  expect(faultOf(path)).toBeUndefined();
  const intact = readFileSync(path);
  change(path, "UPDATE event SET body = '{}' WHERE position = 2002");
  expect(faultOf(path)).toMatchObject({ evidence: expect.stringMatching(/^event 2002 of epoch/) });
  writeFileSync(path, intact);
  change(path, "UPDATE event SET hash = zeroblob(32) WHERE position = 2001");
  expect(faultOf(path)).toMatchObject({ evidence: expect.stringMatching(/^event 2002 of epoch/) });
  change(path, "UPDATE event SET hash = zeroblob(1000) WHERE position = 2001");
  expect(faultOf(path)).toMatchObject({ kind: "damaged" });
});
