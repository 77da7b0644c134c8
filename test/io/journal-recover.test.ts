import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { readPublicKeys } from "../../agent/core/signed-text.ts";
import { Verifier } from "../../agent/core/verify.ts";
import { markSuspect } from "../../agent/io/journal-sqlite-inspect.ts";
import { eventSchema } from "../../agent/model/event.ts";
import type { Journal } from "../../agent/model/journal.ts";
import { Checkpoints } from "../../agent/run/checkpoints.ts";
import {
  change,
  heldBy,
  journalAt,
  killedJournal,
  overwrite,
  PAGE,
  tryJournal,
  writtenJournal,
} from "../fakes/journal-file.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { testSigner } from "../fakes/signer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

/** What a start makes of a journal that cannot be gone on with. */

function folder() {
  const made = temporaryFolder();
  onTestFinished(() => made[Symbol.dispose]());
  return made;
}

const aside = (path: string) => readdirSync(path).filter((name) => /\.(damaged|foreign|newer)-/.test(name));
const asideJournals = (path: string) => aside(path).filter((name) => !/-(wal|shm|journal)$/.test(name));
const garbage = Buffer.alloc(PAGE, 0xa5);

/** What the journal says of the present epoch, by the unit's own schema. */
function beginning(journal: Journal) {
  const { seq } = journal.chainHead();
  const position = journal.head() - seq + 1;
  const [event] = journal.read({ from: position, to: position }, 1, 1_000_000);
  return eventSchema.parse(JSON.parse(event?.body ?? ""));
}

test("a journal with a torn page is set aside as it is, and what is intact is gone on with where it stood", async () => {
  const { file, path: directory } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 500);
  const before = heldBy(path);
  overwrite(path, 40 * PAGE, garbage);
  const damaged = readFileSync(path);
  const journal = await journalAt(path);
  const recovery = journal.recovery();
  expect(recovery).toMatchObject({ reason: "recovered", evidence: expect.stringContaining("page 41") });
  expect(readFileSync(recovery?.setAside ?? "").equals(damaged)).toBe(true);
  expect(journal.stats().setAside).toMatchObject({ journals: 1 });
  expect(beginning(journal)).toMatchObject({
    data: {
      reason: "recovered",
      previous: { seq: 501 },
      recovery: { salvaged: recovery?.salvaged, lost: recovery?.lost, setAside: asideJournals(directory)[0] },
    },
  });
  await appendMotion(journal, 5);
  await journal.close();
  const { bodies, report } = heldBy(path);
  const told: unknown = JSON.parse(bodies.get(503) ?? "");
  expect(told).toMatchObject({
    type: "vn.camera.gap.v1",
    data: { reason: "damaged", epoch: report.epochs[0]?.epoch, count: recovery?.lost, ranges: [{}] },
  });
  expect(report.epochs[0]).toMatchObject({ toldGone: recovery?.lost });
  const kept = [...bodies].filter(([position]) => position <= 501);
  expect(kept.length).toBe(recovery?.salvaged);
  expect(kept.length + (recovery?.lost ?? 0)).toBe(501);
  expect(recovery?.lost).toBeLessThan(12);
  for (const [position, body] of kept) expect(body).toBe(before.bodies.get(position));
  expect(report.epochs).toMatchObject([
    { ok: true, missing: 0, changedCount: 0, dropped: recovery?.lost },
    // Its beginning, what tells of the lost ones, and five more.
    { missing: 0, changedCount: 0, events: 7, follows: true },
  ]);
});

test("what was not delivered is sent, what was is not sent again, and there is nothing to send of what is lost", async () => {
  const { file } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 500);
  overwrite(path, 60 * PAGE, garbage);
  const journal = await journalAt(path);
  const head = journal.head();
  let sent = 0;
  for (const range of journal.undelivered()) {
    expect(range.from).toBeGreaterThan(100);
    for (let { from } = range; from <= range.to; ) {
      const events = journal.read({ from, to: range.to }, 1_000, 10_000_000);
      expect(events[0]?.position).toBe(from);
      from += events.length;
      sent += events.length;
    }
  }
  expect(sent).toBe(head - 100 - (journal.recovery()?.lost ?? 0));
});

test("what the unit has said to have stored is not in doubt behind a recovery, unless the file contradicts itself", async () => {
  for (const [receipts, receipted] of [
    ["INSERT INTO receipted VALUES (1, 90)", 90],
    ["INSERT INTO receipted VALUES (1, 400)", 100],
    ["INSERT INTO receipted VALUES (7, -3)", 0],
  ] as const) {
    const path = folder().file("journal.db");
    await writtenJournal(path, 500);
    change(path, receipts);
    overwrite(path, 60 * PAGE, garbage);
    const journal = await journalAt(path);
    expect(journal.receiptStandings(1)[0]).toMatchObject({ receipted });
  }
});

test("deliveries of positions that are given anew are not taken over", async () => {
  const { file } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 500);
  change(path, "UPDATE delivered SET last = 501");
  truncateSync(path, 50 * PAGE);
  const journal = await journalAt(path);
  const head = journal.head();
  expect(head).toBeLessThan(501);
  await appendMotion(journal, 20);
  expect(journal.undelivered()).toEqual([{ from: head, to: head + 20 }]);
});

test.each([
  "UPDATE delivered SET last = -5",
  "INSERT INTO delivered VALUES (50, 400)",
  "INSERT INTO delivered VALUES (-7, 2)",
])("deliveries that contradict themselves are not believed, and all is sent again: %s", async (statement) => {
  const { file } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 500);
  change(path, statement, "UPDATE event SET body = '{}' WHERE position = 501");
  const journal = await journalAt(path);
  expect(journal.undelivered()).toEqual([{ from: 1, to: 501 }]);
});

test("the session's number and the notes live on; what the recovery was is kept until it was told", async () => {
  const { file } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 200);
  const first = await journalAt(path);
  for (let session = 1; session <= 7; session++) expect(first.nextSession()).toBe(session);
  first.keep("mqtt-5", "mqtt://a");
  await first.close();
  overwrite(path, 20 * PAGE, garbage);
  await (await journalAt(path)).close();
  const second = await journalAt(path);
  expect(second.recovery()).toMatchObject({ reason: "recovered" });
  second.recoveryTold();
  expect(second.nextSession()).toBe(8);
  expect(second.kept("mqtt-5")).toBe("mqtt://a");
  await second.close();
  const third = await journalAt(path);
  expect(third.recovery()).toBeUndefined();
});

test("a second damage at the next start is met as the first was, and both files are kept", async () => {
  const { file, path: directory } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 300);
  for (let start = 1; start <= 3; start++) {
    overwrite(path, (10 + start) * PAGE, garbage);
    const journal = await journalAt(path);
    expect(journal.recovery()?.salvaged).toBeGreaterThan(250);
    await appendMotion(journal, 10);
    await journal.close();
    expect(asideJournals(directory)).toHaveLength(start);
  }
  const { report } = heldBy(path);
  expect(report.epochs.map(({ missing, changedCount }) => missing + changedCount)).toEqual([0, 0, 0, 0]);
});

test("an event whose hash alone was changed is proven by the event behind it, and its hash mended", async () => {
  const { file } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 50);
  const before = heldBy(path).bodies;
  change(path, "UPDATE event SET hash = zeroblob(32) WHERE position = 20");
  const journal = await journalAt(path);
  expect(journal.recovery()).toMatchObject({ salvaged: 51, lost: 0 });
  await journal.close();
  expect(heldBy(path).bodies.get(20)).toBe(before.get(20));
});

test("two events that changed places are lost and told, and none stands where it was not written", async () => {
  const { file } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 50);
  const before = heldBy(path).bodies;
  change(
    path,
    "UPDATE event SET position = 1000 WHERE position = 20",
    "UPDATE event SET position = 20 WHERE position = 30",
    "UPDATE event SET position = 30 WHERE position = 1000",
  );
  const journal = await journalAt(path);
  const lost = journal.recovery()?.lost ?? 0;
  expect(lost).toBeGreaterThanOrEqual(2);
  expect(lost).toBeLessThanOrEqual(4);
  await journal.close();
  const { bodies } = heldBy(path);
  expect(bodies.has(20) || bodies.has(30)).toBe(false);
  for (const [position, body] of bodies) if (position <= 51) expect(body).toBe(before.get(position));
});

test("events too large for a page are salvaged from the pages that they go on to", async () => {
  const { file } = folder();
  const path = file("journal.db");
  const first = await journalAt(path);
  for (const bytes of [3_000, 4_000, 4_061, 5_000, 20_000, 60_000])
    await first.append({
      kind: "audit",
      at: 1_000,
      data: { action: "x".repeat(bytes), request: "r", outcome: "done" },
    });
  await first.close();
  const before = heldBy(path).bodies;
  change(path, "UPDATE event SET body = '{}' WHERE position = 1");
  const journal = await journalAt(path);
  expect(journal.recovery()).toMatchObject({ salvaged: 6, lost: 1 });
  await journal.close();
  for (let position = 2; position <= 7; position++)
    expect(heldBy(path).bodies.get(position)).toBe(before.get(position));
});

test("commits behind a damaged one in the log are not lost with it, as SQLite would have them", async () => {
  const { file } = folder();
  const path = file("copy.db");
  await killedJournal(file("journal.db"), path, 300);
  const frame = 24 + PAGE;
  const { length } = readFileSync(`${path}-wal`);
  overwrite(`${path}-wal`, 32 + frame * Math.floor(length / frame / 3) + 2_000, Buffer.from("!"));
  const journal = await journalAt(path);
  expect(journal.recovery()).toMatchObject({ evidence: expect.stringContaining("commits stand in the log") });
  expect(journal.recovery()?.salvaged).toBeGreaterThanOrEqual(300);
  expect(journal.head()).toBe(302);
});

test("a log whose header was changed is read all the same", async () => {
  const { file } = folder();
  const path = file("copy.db");
  await killedJournal(file("journal.db"), path, 300);
  overwrite(`${path}-wal`, 20, Buffer.from("!"));
  const journal = await journalAt(path);
  expect(journal.recovery()).toMatchObject({ salvaged: 301, lost: 0 });
});

test("a torn last commit, as a power cut leaves it, is no damage", async () => {
  const { file } = folder();
  const path = file("copy.db");
  await killedJournal(file("journal.db"), path, 300);
  const { length } = readFileSync(`${path}-wal`);
  overwrite(`${path}-wal`, length - 100, Buffer.alloc(100, 0));
  const journal = await journalAt(path);
  expect(journal.recovery()).toBeUndefined();
  expect(journal.head()).toBeGreaterThan(280);
});

test.each(["empty", "gone"])("a journal whose file is %s is salvaged from its log", async (state) => {
  const { file } = folder();
  const path = file("copy.db");
  await killedJournal(file("journal.db"), path, 300);
  if (state === "gone") rmSync(path);
  else truncateSync(path, 0);
  const journal = await journalAt(path);
  expect(journal.recovery()).toMatchObject({ reason: "recovered", salvaged: 301, lost: 0 });
});

test("a file of no length, without a log, is a new journal", async () => {
  const { file, path: directory } = folder();
  writeFileSync(file("journal.db"), "");
  const journal = await journalAt(file("journal.db"));
  expect(beginning(journal)).toMatchObject({ data: { reason: "created", previous: null } });
  expect(aside(directory)).toEqual([]);
});

test("a text in the journal's place is set aside, and the unit is told that it was another's file", async () => {
  const { file, path: directory } = folder();
  const text = "Kính gửi đội kỹ thuật,\n".repeat(400);
  writeFileSync(file("journal.db"), text);
  const journal = await journalAt(file("journal.db"));
  expect(beginning(journal)).toMatchObject({
    data: { reason: "foreign", previous: null, recovery: { salvaged: 0, lost: 0 } },
  });
  const [kept = ""] = asideJournals(directory);
  expect(kept).toMatch(/^journal\.db\.foreign-\d{8}T\d{6}Z$/);
  expect(readFileSync(file(kept), "utf8")).toBe(text);
});

test("another program's database is set aside as it is", async () => {
  const { file, path: directory } = folder();
  const path = file("journal.db");
  change(path, "CREATE TABLE recordings (id); INSERT INTO recordings VALUES (5)");
  const before = readFileSync(path);
  expect(beginning(await journalAt(path))).toMatchObject({ data: { reason: "foreign" } });
  expect(readFileSync(file(asideJournals(directory)[0] ?? "")).equals(before)).toBe(true);
});

test("a journal that lost the mark of this program is one by its events", async () => {
  const { file } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 200);
  change(path, "PRAGMA application_id = 99");
  expect((await journalAt(path)).recovery()).toMatchObject({ reason: "recovered", salvaged: 201, lost: 0 });
});

test("a later version's journal is set aside, and its events are gone on with", async () => {
  const { file, path: directory } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 200);
  change(path, "ALTER TABLE event ADD COLUMN class INTEGER; PRAGMA user_version = 9");
  change(path, "UPDATE event SET class = position % 5 WHERE position > 100");
  const journal = await journalAt(path);
  expect(journal.recovery()).toMatchObject({ reason: "newer", salvaged: 201, lost: 0 });
  expect(asideJournals(directory)[0]).toContain("journal.db.newer-");
});

test.each([
  [1, undefined],
  [2, "newer"],
  ["1", "newer"],
] as const)(
  "a later version's journal that says to be readable by version %j is opened or not",
  async (by, reason) => {
    const { file } = folder();
    const path = file("journal.db");
    await writtenJournal(path, 200);
    const raw = new Database(path);
    raw.exec("ALTER TABLE event ADD COLUMN class INTEGER");
    raw.prepare("INSERT INTO meta VALUES ('readable-by', ?)").run(typeof by === "number" ? BigInt(by) : by);
    raw.pragma("user_version = 2");
    raw.close();
    const journal = await journalAt(path);
    expect(journal.recovery()?.reason).toBe(reason);
    await appendMotion(journal, 3);
    await journal.close();
    const after = new Database(path, { readonly: true });
    expect(after.pragma("user_version", { simple: true })).toBe(reason ? 1 : 2);
    after.close();
  },
);

test("a damaged journal of another site is left where it is", async () => {
  const { file, path: directory } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 200);
  overwrite(path, 20 * PAGE, garbage);
  const before = readFileSync(path);
  const opened = await tryJournal(path, undefined, "site-2");
  expect(opened).toMatchObject({ ok: false, error: { kind: "other-site" } });
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(directory).filter((name) => /recover|damaged/.test(name))).toEqual([]);
});

test("a journal in which only the site's name was changed is this site's by its events", async () => {
  const { file } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 200);
  change(path, "UPDATE meta SET value = 'site-2' WHERE key = 'site'");
  expect((await journalAt(path)).recovery()).toMatchObject({ salvaged: 201, lost: 0 });
});

test("the unit proves the epoch before and the one behind, from what it received of both", async () => {
  const { file } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 200);
  const received = [...heldBy(path).bodies.values()];
  change(path, "UPDATE event SET body = '{}' WHERE position = 100");
  const journal = await journalAt(path);
  await journal.close();
  received.push(...[...heldBy(path).bodies.values()].slice(-1));
  const verifier = new Verifier(readPublicKeys(testSigner().publicKey) ?? new Map());
  for (const body of received) verifier.take(Buffer.from(body));
  const { epochs } = verifier.report(Date.now());
  expect(epochs).toMatchObject([
    { ok: true, events: 201, tail: { closed: true } },
    { previous: "matches", checkpoints: { bad: 0 } },
  ]);
});

test("damage that a start does not look for in a large file is met once, told, and found by the next start", async () => {
  const { file } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 8_000);
  overwrite(path, 300 * PAGE, Buffer.concat([garbage, garbage]));
  // SQLite goes by the number of pages in the header: the rest is a hole.
  truncateSync(path, 300 * 1_024 * 1_024);
  const journal = await journalAt(path);
  expect(journal.recovery()).toBeUndefined();
  for (let from = 1; from < 8_000; from += 100) journal.read({ from, to: from + 99 }, 100, 1_000_000);
  expect(journal.check()).toMatchObject({ kind: "damaged" });
  await journal.close();
  const next = await journalAt(path);
  expect(next.recovery()?.salvaged).toBeGreaterThan(7_900);
  await next.close();
  expect(readdirSync(folder().path).filter((name) => name.endsWith(".suspect"))).toEqual([]);
});

test("a journal that was suspected and is sound is no longer suspect", async () => {
  const { file, path: directory } = folder();
  const path = file("journal.db");
  await writtenJournal(path, 50);
  markSuspect(path);
  expect((await journalAt(path)).recovery()).toBeUndefined();
  expect(readdirSync(directory)).not.toContain("journal.db.suspect");
});

test.each([
  { gone: "an end", last: 301, lostEnd: null, previous: "matches" },
  { gone: "an end and the beginning behind it", last: 310, lostEnd: [289, 301], previous: "gone" },
])(
  "of two epochs the unit is told that $gone is gone, and verifies what it has",
  async ({ last, lostEnd, previous }) => {
    const { file } = folder();
    const path = file("journal.db");
    const other = testSigner(8);
    const first = await openTestJournal({ path, signer: other });
    await appendMotion(first, 300);
    await first.close();
    const second = await journalAt(path);
    await appendMotion(second, 300);
    await second.close();
    change(
      path,
      "PRAGMA secure_delete = ON",
      `DELETE FROM event WHERE position BETWEEN 289 AND ${last}`,
      "DELETE FROM delivered",
    );
    markSuspect(path);
    const third = await journalAt(path);
    expect(third.recovery()).toMatchObject({ reason: "recovered" });
    const checkpoints = new Checkpoints({
      clock: systemClock,
      journal: third,
      recorder: { record: async (draft) => void (await third.append(draft)) },
      signer: testSigner(),
      site: "site-1",
      progress: { beat: () => {}, end: () => {} },
      policy: () => ({ checkpointEvery: 60_000, checkpointEvents: 256 }),
    });
    await checkpoints.write();
    const keys = [testSigner(), other].map(({ publicKey }) => publicKey).join("\n");
    const verifier = new Verifier(readPublicKeys(keys) ?? new Map());
    for (let from = 1; from <= third.head(); ) {
      const events = third.read({ from, to: third.head() }, 10_000, 1e9);
      for (const { body } of events) verifier.take(Buffer.from(body));
      from = events.length > 0 ? (events.at(-1)?.position ?? 0) + 1 : from + 1;
    }
    const report = verifier.report(Date.now());
    expect(report).toMatchObject({ ok: true, epochs: [{ lostEnd }, { previous }, { previous: "matches" }] });
    expect(report.epochs[0]).toMatchObject({ missing: 0, tail: { closed: true } });
  },
);
