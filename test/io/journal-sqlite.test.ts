import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import type { Clock } from "../../agent/base/clock.ts";
import { openJournal } from "../../agent/io/journal-sqlite.ts";
import { openDatabase } from "../../agent/io/journal-sqlite-open.ts";
import { eventSchema } from "../../agent/model/event.ts";
import type { Journal, JournalFault } from "../../agent/model/journal.ts";
import { motionDraft } from "../fakes/drafts.ts";
import { testSigner } from "../fakes/signer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { TestClock } from "../fakes/test-clock.ts";

function folder() {
  const made = temporaryFolder();
  onTestFinished(() => made[Symbol.dispose]());
  return made;
}

async function tryOpen(path: string, clock: Clock = new TestClock(), site = "site-1") {
  return openJournal({
    path,
    site,
    clock,
    stamp: () => ({ bootId: "boot-1", clockSynced: true }),
    random: randomBytes,
    signer: testSigner(),
  });
}

async function open(path: string, clock?: Clock): Promise<Journal> {
  const opened = await tryOpen(path, clock);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  onTestFinished(() => opened.value.close());
  return opened.value;
}

async function faultOf(path: string, site?: string): Promise<JournalFault> {
  const opened = await tryOpen(path, undefined, site);
  if (!opened.ok) return opened.error;
  await opened.value.close();
  throw new Error("opened");
}

const append = (journal: Journal, count: number, from = 0) =>
  Promise.all(Array.from({ length: count }, (_, index) => journal.append(motionDraft(from + index))));

/** Largest file that this process may write, bytes: a disk that takes no more. */
function limitFiles(bytes: string): void {
  execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]);
}

/** What a process that was killed now would leave: a copy, made from outside so that the lock is not disturbed. */
function deliveredOnDisk(path: string): unknown[] {
  const copy = folder().file("copy.db");
  execFileSync("cp", [path, copy]);
  execFileSync("cp", [`${path}-wal`, `${copy}-wal`]);
  const database = new Database(copy);
  const rows = database.prepare("SELECT first, last FROM delivered ORDER BY first").raw().all();
  database.close();
  return rows;
}

test("events get neighbouring places in the order of their appends, and read back as they were sealed", async () => {
  const journal = await open(folder().file("journal.db"));
  const accepted = await append(journal, 10);
  expect(accepted.map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(journal.head()).toBe(11);
  const read = journal.read({ from: 3, to: 6 }, 64, 1_000_000);
  expect(read.map(({ seq }) => seq)).toEqual([3, 4, 5, 6]);
  for (const event of read) {
    const parsed = eventSchema.parse(JSON.parse(event.body));
    expect(parsed.id).toBe(`${journal.epoch}-${event.seq}`);
    expect(Date.parse(parsed.time)).toBe(event.at);
  }
});

test("reading stops at the limit, before the bytes run out, and gives at least one", async () => {
  const journal = await open(folder().file("journal.db"));
  await append(journal, 10);
  const size = journal.read({ from: 2, to: 2 }, 1, 1)[0]?.bytes ?? 0;
  expect(journal.read({ from: 1, to: 10 }, 4, 1_000_000)).toHaveLength(4);
  expect(journal.read({ from: 2, to: 10 }, 64, size * 3)).toHaveLength(3);
  expect(journal.read({ from: 1, to: 10 }, 64, 1)).toHaveLength(1);
  expect(journal.read({ from: 12, to: 20 }, 64, 1_000)).toEqual([]);
});

test("events of one turn of the event loop share a commit", async () => {
  const journal = await open(folder().file("journal.db"));
  await append(journal, 100);
  expect(journal.stats()).toMatchObject({ accepted: 100, commits: 1 });
  await journal.append(motionDraft(100));
  expect(journal.stats()).toMatchObject({ accepted: 101, commits: 2 });
});

test("nothing is accepted before its commit", async () => {
  const journal = await open(folder().file("journal.db"));
  let heads: number[] = [];
  journal.onAccepted(() => heads.push(journal.head()));
  const accepted = append(journal, 3);
  await Promise.resolve();
  expect(journal.head()).toBe(1);
  heads = [];
  await accepted;
  expect(heads).toEqual([4]);
});

test("an event that cannot be written as JSON is refused alone; the others of its group are accepted", async () => {
  const journal = await open(folder().file("journal.db"));
  const poison = motionDraft(1);
  Object.assign(poison.data, { fields: { n: 1n } });
  const results = await Promise.allSettled([
    journal.append(motionDraft(0)),
    journal.append(poison),
    journal.append({ ...motionDraft(2), at: Number.NaN }),
    journal.append(motionDraft(3)),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
  expect(results[1]).toMatchObject({ reason: { kind: "not-representable" } });
  expect(results[3]).toMatchObject({ value: { seq: 3 } });
  expect(journal.read({ from: 2, to: 9 }, 64, 1_000_000)).toHaveLength(2);
});

test("an event beyond 4 MB is refused alone, in the midst of a large group", async () => {
  const path = folder().file("journal.db");
  const journal = await open(path);
  const huge = motionDraft(50);
  Object.assign(huge.data, { topic: "x".repeat(4 * 1_024 * 1_024) });
  const results = await Promise.allSettled(
    Array.from({ length: 100 }, (_, n) => journal.append(n === 50 ? huge : motionDraft(n))),
  );
  const refused = results.flatMap(({ status }, n) => (status === "rejected" ? [n] : []));
  expect(refused).toEqual([50]);
  expect(results[50]).toMatchObject({ reason: { kind: "not-representable" } });
  const stored = journal.read({ from: 2, to: 200 }, 200, 1_000_000);
  expect(stored.map(({ seq, body }) => [seq, JSON.parse(body).data.activity])).toEqual(
    Array.from({ length: 99 }, (_, n) => [n + 2, `activity-${n < 50 ? n : n + 1}`]),
  );
  await journal.close();
  // The chain of them is proven at every start.
  expect((await open(path)).recovery()).toBeUndefined();
});

test("a disk that takes no more refuses those events, and the journal goes on when it takes them again", async () => {
  const journal = await open(folder().file("journal.db"));
  await append(journal, 10);
  limitFiles("1024");
  onTestFinished(() => limitFiles("unlimited"));
  const results = await Promise.allSettled(
    Array.from({ length: 200 }, (_, n) => journal.append(motionDraft(n))),
  );
  expect(results.every(({ status }) => status === "rejected")).toBe(true);
  expect(results[0]).toMatchObject({ reason: { kind: "not-written" } });
  expect(journal.head()).toBe(11);
  limitFiles("unlimited");
  const [accepted] = await append(journal, 1);
  expect(accepted).toMatchObject({ seq: 12 });
});

test("appends beyond the waiting room are refused at once and the room empties", async () => {
  const journal = await open(folder().file("journal.db"));
  const results = await Promise.allSettled(
    Array.from({ length: 10_050 }, (_, n) => journal.append(motionDraft(n))),
  );
  const refused = results.filter(({ status }) => status === "rejected");
  expect(refused).toHaveLength(50);
  expect(refused[0]).toMatchObject({ reason: { kind: "queue-full" } });
  expect(journal.head()).toBe(10_001);
});

test("closing commits what waits; a closed journal refuses", async () => {
  const path = folder().file("journal.db");
  const journal = await open(path);
  const accepted = append(journal, 600);
  await journal.close();
  expect(await accepted).toHaveLength(600);
  await expect(journal.append(motionDraft(0))).rejects.toMatchObject({ kind: "closed" });
  expect((await open(path)).head()).toBe(601);
});

test("a journal that is opened again goes on in its epoch, after its last event", async () => {
  const path = folder().file("journal.db");
  const first = await open(path);
  await append(first, 5);
  await first.close();
  const second = await open(path);
  expect(second.epoch).toBe(first.epoch);
  expect(second.epoch).toMatch(/^[0-9a-f]{32}$/);
  expect(await second.append(motionDraft(5))).toEqual({ epoch: first.epoch, seq: 7, position: 7 });
});

test("delivered events are known at once, are durable within a second, and make no commit of their own kind before", async () => {
  const path = folder().file("journal.db");
  const clock = new TestClock();
  const journal = await open(path, clock);
  await append(journal, 100);
  journal.settle({ from: 1, to: 40 });
  journal.settle({ from: 61, to: 100 });
  expect(journal.undelivered()).toEqual([
    { from: 41, to: 60 },
    { from: 101, to: 101 },
  ]);
  expect(clock.waiting).toBe(1);
  await clock.advance(1_000);
  expect(clock.waiting).toBe(0);
  expect(deliveredOnDisk(path)).toEqual([
    [1, 40],
    [61, 100],
  ]);
  journal.settle({ from: 41, to: 60 });
  journal.settle({ from: 101, to: 101 });
  await journal.close();
  const again = await open(path);
  expect(again.undelivered()).toEqual([]);
});

test("deliveries ride along with an event's commit once a second has passed", async () => {
  const clock = new TestClock();
  const path = folder().file("journal.db");
  const journal = await open(path, clock);
  await clock.advance(5_000);
  await append(journal, 3);
  journal.settle({ from: 1, to: 2 });
  await append(journal, 1);
  expect(deliveredOnDisk(path)).toEqual([[1, 2]]);
  expect(clock.waiting).toBe(0);
  journal.settle({ from: 3, to: 3 });
  await append(journal, 1);
  expect(deliveredOnDisk(path)).toEqual([[1, 2]]);
  expect(clock.waiting).toBe(1);
});

test("stats count what is undelivered, since when, and by seq", async () => {
  const clock = new TestClock();
  const journal = await open(folder().file("journal.db"), clock);
  await append(journal, 10);
  const recorded = clock.wall();
  await clock.advance(10_000);
  await append(journal, 10);
  journal.settle({ from: 1, to: 10 });
  journal.settle({ from: 13, to: 20 });
  const stats = journal.stats();
  expect(stats).toMatchObject({
    epoch: journal.epoch,
    lastSeq: 21,
    undelivered: 3,
    undeliveredRanges: [
      [11, 12],
      [21, 21],
    ],
    oldestUndelivered: recorded,
  });
  expect(stats.bytes).toBeGreaterThan(8_192);
  journal.settle({ from: 1, to: 21 });
  expect(journal.stats()).toMatchObject({ undelivered: 0, oldestUndelivered: undefined });
});

test("the session number grows over restarts", async () => {
  const path = folder().file("journal.db");
  const first = await open(path);
  expect([first.nextSession(), first.nextSession()]).toEqual([1, 2]);
  await first.close();
  expect((await open(path)).nextSession()).toBe(3);
});

test("a note is kept over restarts, the latest under each name", async () => {
  const path = folder().file("journal.db");
  const first = await open(path);
  expect(first.kept("a")).toBeUndefined();
  first.keep("a", "one");
  first.keep("b", "two");
  first.keep("a", "three");
  expect(first.kept("a")).toBe("three");
  await first.close();
  const again = await open(path);
  expect([again.kept("a"), again.kept("b"), again.kept("site")]).toEqual(["three", "two", undefined]);
});

test("an idle journal keeps no timer", async () => {
  const clock = new TestClock();
  const journal = await open(folder().file("journal.db"), clock);
  await append(journal, 3);
  expect(clock.waiting).toBe(0);
});

test("every commit means the disk: WAL with synchronous FULL, as SQLite says after a write", async () => {
  const opened = openDatabase(folder().file("journal.db"));
  if (!opened.ok) throw new Error(opened.error.evidence);
  const database = opened.value;
  onTestFinished(() => void database.close());
  database.exec("INSERT INTO delivered VALUES (1, 1)");
  expect(database.pragma("synchronous", { simple: true })).toBe(2);
  expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
});

test("a second journal on the same file is told that it is in use", async () => {
  const path = folder().file("journal.db");
  await open(path);
  expect(await faultOf(path)).toMatchObject({ kind: "in-use", path });
});

test("the journal's file is for the agent alone", async () => {
  const path = folder().file("journal.db");
  await open(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a directory that is not there is a fault and is not made", async () => {
  const path = folder().file("disk/journal.db");
  expect(await faultOf(path)).toMatchObject({ kind: "directory-missing" });
  expect(() => statSync(path)).toThrow();
});

test("a path that is a directory is a fault", async () => {
  const path = folder().file("journal.db");
  mkdirSync(path);
  expect(await faultOf(path)).toMatchObject({ kind: "not-a-file" });
});

test("a pipe in the journal's place is a fault, and is not waited for", async () => {
  const path = folder().file("journal.db");
  execFileSync("mkfifo", [path]);
  expect(await faultOf(path)).toMatchObject({ kind: "not-a-file", evidence: "a pipe" });
});

test("a journal of another site is a fault", async () => {
  const path = folder().file("journal.db");
  await (await open(path)).close();
  expect(await faultOf(path, "site-2")).toMatchObject({ kind: "other-site" });
});
