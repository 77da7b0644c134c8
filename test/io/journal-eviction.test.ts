import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { readPublicKeys } from "../../agent/core/signed-text.ts";
import { Verifier } from "../../agent/core/verify.ts";
import type { JournalLimits } from "../../agent/io/journal-sqlite-room.ts";
import { eventSchema } from "../../agent/model/event.ts";
import type { Journal, Range } from "../../agent/model/journal.ts";
import { Checkpoints } from "../../agent/run/checkpoints.ts";
import { motionDraft } from "../fakes/drafts.ts";
import { eventually } from "../fakes/eventually.ts";
import { heldBy } from "../fakes/journal-file.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { testSigner } from "../fakes/signer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { TestClock } from "../fakes/test-clock.ts";

const MIB = 1_048_576;
const limits = (changes: Partial<JournalLimits>): JournalLimits => ({
  maxSize: 1_024 * MIB,
  maxEvents: 1_000_000,
  keepFree: 0,
  ...changes,
});

async function scene(changes: Partial<JournalLimits>, prepare: (path: string) => void = () => {}) {
  const folder = temporaryFolder();
  const path = folder.file("journal.db");
  prepare(path);
  const clock = new TestClock();
  const journal = await openTestJournal({ path, limits: limits(changes), clock });
  const checkpoints = new Checkpoints({
    clock,
    journal,
    recorder: { record: async (draft) => void (await journal.append(draft)) },
    signer: testSigner(),
    site: "site-1",
    progress: { beat: () => {}, end: () => {} },
    policy: () => ({ checkpointEvery: 60_000, checkpointEvents: 256 }),
  });
  return { folder, path, journal, clock, checkpoints };
}

const wholeRange = (journal: Journal): Range => ({ from: 1, to: journal.head() });
const read = (journal: Journal, range = wholeRange(journal)) => journal.read(range, 1e6, 1e9);
const seqs = ({ from, to }: Range) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

function toldGone(bodies: readonly string[]): number[] {
  return bodies.flatMap((body) => {
    const event = eventSchema.parse(JSON.parse(body));
    return event.type === "vn.camera.gap.v1" ? event.data.ranges.flatMap(seqs) : [];
  });
}

function verdict(bodies: readonly string[], now: number) {
  const verifier = new Verifier(readPublicKeys(testSigner().publicKey) ?? new Map());
  for (const body of bodies) verifier.take(Buffer.from(body));
  return verifier.report(now).epochs[0];
}

test("beyond the limit of events the oldest motion that was never sent goes, and exactly that is told", async () => {
  const { journal, checkpoints, clock, path } = await scene({ maxEvents: 3_000 });
  await checkpoints.write();
  for (let n = 0; n < 12; n++) {
    await appendMotion(journal, 512);
    await checkpoints.write();
  }
  await eventually("there is room", () => journal.stats().events <= 3_000);
  await checkpoints.write();
  const there = read(journal);
  const gone = new Set(toldGone(there.map(({ body }) => body)));
  const kept = new Set(there.map(({ seq }) => seq));
  expect(seqs(wholeRange(journal)).filter((seq) => kept.has(seq) === gone.has(seq))).toEqual([]);
  // Of its own account: only motion, and the oldest of it.
  const motion = there.filter(({ kind }) => kind === "motion");
  expect(Math.max(...gone)).toBeLessThan(motion[0]?.seq ?? 0);
  expect(there.filter(({ kind }) => kind === "checkpoint")).toHaveLength(14);
  expect(gone.size).toBeLessThan(6_144 - 3_000 + 100);
  const received = there.map(({ body }) => body);
  expect(verdict(received, clock.wall())).toMatchObject({
    ok: true,
    missing: 0,
    toldGone: { rows: gone.size },
    tail: { unvouched: 1 },
  });
  expect(journal.undelivered().flatMap(seqs)).toEqual([...kept].filter((seq) => seq > 1));
  await journal.close();
  const { report } = heldBy(path);
  expect(report.epochs[0]).toMatchObject({ ok: true, missing: 0, changedCount: 0, toldGone: gone.size });
});

test("what was delivered goes first, and is not told", async () => {
  const { journal, checkpoints, path } = await scene({ maxEvents: 3_000 });
  await appendMotion(journal, 2_500);
  journal.settle({ from: 1, to: 2_400 });
  await appendMotion(journal, 2_500);
  await eventually("there is room", () => journal.stats().events <= 3_000);
  expect(journal.stats().unsent).toBeUndefined();
  await checkpoints.write();
  const undelivered = journal.undelivered();
  expect(undelivered).toEqual([{ from: 2_401, to: journal.head() }]);
  expect(toldGone(read(journal).map(({ body }) => body))).toEqual([]);
  await journal.close();
  expect(heldBy(path).report).toMatchObject({ ok: true, epochs: [{ toldGone: 0 }] });
});

test("the file stays within its size, whatever comes, and so does its log", async () => {
  const { journal, path } = await scene({ maxSize: 4 * MIB });
  const text = randomBytes(600).toString("base64");
  for (let n = 0; n < 40; n++) {
    const made = Array.from({ length: 256 }, (_, at) => {
      const draft = motionDraft(n * 256 + at);
      return draft.kind === "motion" ? { ...draft, data: { ...draft.data, fields: { text } } } : draft;
    });
    await Promise.all(made.map((draft) => journal.append(draft)));
    expect(statSync(`${path}-wal`).size).toBeLessThan(16 * MIB);
  }
  await eventually("there is room", () => {
    const { used = 0 } = journal.stats();
    return used <= 4 * MIB;
  });
  expect(journal.stats().bytes).toBeLessThan(6 * MIB);
  expect(journal.stats().unsent).toMatchObject({ reason: "size" });
  expect(read(journal).findLast(({ kind }) => kind === "motion")?.body).toContain(text);
});

/** What SIGKILL leaves of an open journal, opened by the next process. */
async function killed({ path }: Awaited<ReturnType<typeof scene>>, changes: Partial<JournalLimits>) {
  const next = await scene(changes, (other) => {
    for (const end of ["", "-wal"]) copyFileSync(path + end, other + end);
  });
  return next;
}

/** Fills a journal until the oldest of it is dropped; what the unit has in the end, with what it had received before. */
async function dropped({ journal, checkpoints, clock }: Awaited<ReturnType<typeof scene>>, before: string[]) {
  await appendMotion(journal, 3_000);
  await eventually("there is room", () => journal.stats().events <= 2_000);
  await checkpoints.write();
  const there = read(journal).map(({ body }) => body);
  expect(toldGone(there)).toEqual(expect.arrayContaining([10, 73, 90, 800]));
  return verdict([...new Set([...before, ...there])], clock.wall());
}

test.each(["goes on", "is killed"])(
  "an event that was sent and dropped before anybody acknowledged it is proven if it arrived; the agent %s",
  async (what) => {
    const few = { maxEvents: 2_000 };
    const first = await scene(few);
    const { journal, checkpoints } = first;
    await appendMotion(journal, 1_000);
    await checkpoints.write();
    const received: string[] = [];
    for (const sent of [
      { from: 10, to: 73 },
      { from: 90, to: 90 },
      { from: 800, to: 863 },
    ]) {
      journal.handOver(sent);
      received.push(...read(journal, sent).map(({ body }) => body));
    }
    // Of a segment that was lost with its connection nothing arrived; of another one, all.
    const arrived = received.filter((_, index) => index < 70 || index > 100);
    const next = what === "is killed" ? await killed(first, few) : first;
    const report = await dropped(next, arrived);
    expect(report).toMatchObject({ ok: true, unproven: [], missing: 0 });
    const forged = received.with(3, (received[3] ?? "").replace("boot-1", "boot-2"));
    const others = arrived.filter((body) => body !== received[3]);
    expect(await dropped(next, [forged[3] ?? "", ...others])).toMatchObject({ ok: false });
  },
);

test("what had been delivered and is sent again is proven where it is dropped instead", async () => {
  const first = await scene({ maxEvents: 2_000 });
  const { journal, checkpoints } = first;
  await appendMotion(journal, 1_000);
  await checkpoints.write();
  journal.settle({ from: 1, to: 1_000 });
  const received = read(journal, { from: 1, to: 1_000 }).map(({ body }) => body);
  journal.redeliver({ from: 2, to: 900 });
  const next = await killed(first, { maxEvents: 2_000 });
  const had = received.filter((_, index) => index < 300 || index % 7 === 0 || index > 890);
  expect(await dropped(next, had)).toMatchObject({ ok: true, unproven: [], missing: 0 });
});

test("what nothing may be dropped of stays: beginnings, the newest checkpoint and each camera's newest state", async () => {
  const { journal, checkpoints, path } = await scene({ maxEvents: 1_100 });
  const since = "2026-11-24T01:00:00.000Z";
  const state = (camera: string) =>
    journal.append({
      kind: "health",
      camera,
      at: Date.parse(since),
      data: { from: "online", to: "offline", since, flapping: false },
    });
  for (const camera of ["gate", "yard", "gate"]) await state(camera);
  await checkpoints.write();
  const checkpoint = journal.head();
  journal.settle({ from: 1, to: journal.head() });
  for (let n = 0; n < 3; n++) {
    await appendMotion(journal, 1_024);
    journal.settle({ from: 1, to: journal.head() });
  }
  await eventually("there is room", () => journal.stats().events <= 1_100);
  expect(read(journal, { from: 1, to: checkpoint }).map(({ position }) => position)).toEqual([
    1,
    3,
    4,
    checkpoint,
  ]);
  expect(journal.lastHealth("gate")).toMatchObject({ to: "offline" });
  await journal.close();
  expect(heldBy(path).report.epochs[0]).toMatchObject({ missing: 0, changedCount: 0 });
});

test("thousands of holes between what is sent later do not make thousands of ranges", async () => {
  const { journal, path } = await scene({ maxEvents: 5_000 });
  for (let n = 0; n < 10_000; n += 500) {
    const drafts = Array.from({ length: 500 }, (_, at) => {
      const draft = motionDraft(n + at);
      return at % 2 === 0 || draft.kind !== "motion" ? draft : ({ ...draft, kind: "tamper" } as const);
    });
    await Promise.all(drafts.map((draft) => journal.append(draft)));
  }
  await eventually("there is room", () => journal.stats().events <= 5_000);
  const waiting = journal.undelivered();
  expect(waiting.length).toBeGreaterThan(4_096);
  for (const range of waiting.slice(0, -1)) journal.settle(range);
  expect(journal.undelivered()).toEqual(waiting.slice(-1));
  await journal.close();
  const database = new Database(path, { readonly: true });
  expect(database.prepare("SELECT count(*) FROM delivered").pluck().get()).toBeLessThan(3);
  database.close();
  expect(heldBy(path).report.epochs[0]).toMatchObject({ missing: 0, changedCount: 0 });
});

test("a running sender is told what is gone", async () => {
  const { journal } = await scene({ maxEvents: 1_500 });
  const told: Range[] = [];
  journal.onDropped((ranges) => told.push(...ranges));
  await appendMotion(journal, 3_000);
  await eventually("there is room", () => journal.stats().events <= 1_500);
  const kept = new Set(read(journal).map(({ position }) => position));
  expect(told.flatMap(seqs)).toEqual(seqs(wholeRange(journal)).filter((position) => !kept.has(position)));
});

test("the ballast is made beside the journal, of as many blocks as it has bytes", async () => {
  const { journal, path } = await scene({});
  await eventually("there is ballast", () => {
    journal.stats();
    return existsSync(`${path}.ballast`);
  });
  expect(statSync(`${path}.ballast`).size).toBe(16 * MIB);
  expect(statSync(`${path}.ballast`).blocks * 512).toBeGreaterThanOrEqual(16 * MIB);
});

/** A journal that a unit sends receipts to, filled and acknowledged until the oldest of it is dropped. */
async function acknowledged(rounds: number) {
  const made = await scene({ maxEvents: 2_000 });
  const { journal, checkpoints } = made;
  journal.sendsTo("unit-1");
  journal.expectReceipts(1);
  const sent = new Map<number, string>();
  for (let n = 0; n < rounds; n++) {
    await appendMotion(journal, 500);
    await checkpoints.write();
    for (const { seq, body } of read(journal)) sent.set(seq, body);
    journal.settle({ from: 1, to: journal.head() });
    journal.receipt(journal.epoch, 600);
    await eventually("there is room", () => journal.stats().events <= 2_000);
  }
  await checkpoints.write();
  for (const { seq, body } of read(journal)) sent.set(seq, body);
  return { ...made, sent };
}

test("what the broker acknowledged and the unit has no receipt for is told when it is dropped, and each is proven that it has", async () => {
  const { sent, clock, journal } = await acknowledged(8);
  expect(journal.stats().unsent).toBeUndefined();
  const kept = new Set(read(journal).map(({ seq }) => seq));
  const gone = new Set(toldGone([...sent.values()]));
  const [last] = sent.size > 0 ? [...sent.keys()].toSorted((a, b) => b - a) : [];
  const all = seqs({ from: 601, to: last ?? 0 });
  expect(all.filter((seq) => gone.has(seq) === kept.has(seq))).toEqual([]);
  expect([...gone].filter((seq) => seq <= 600)).toEqual([]);
  // The broker lost most of it: of what was dropped the unit has some here and there.
  const has = [...sent].filter(([seq]) => seq <= 600 || kept.has(seq) || seq % 11 === 0 || seq % 500 < 40);
  const bodies = has.map(([, body]) => body);
  const report = verdict(bodies, clock.wall());
  expect(report).toMatchObject({ ok: true, missing: 0, unproven: [], brokenLinks: [] });
  expect(report?.toldGone.unreceipted).toBeGreaterThan(1_000);
});

test("a report of gone events that is dropped itself without a receipt is told once more", async () => {
  const { sent, clock, journal } = await acknowledged(14);
  const there = read(journal).map(({ body }) => body);
  const reports = [...sent.values()].filter((body) => body.includes("vn.camera.gap.v1"));
  const isThere = new Set(there);
  expect(reports.filter((body) => !isThere.has(body)).length).toBeGreaterThan(2);
  const first = [...sent].filter(([seq]) => seq <= 600).map(([, body]) => body);
  expect(verdict([...first, ...there], clock.wall())).toMatchObject({ ok: true, missing: 0, unproven: [] });
});

test("what is dropped without a receipt is not told to a unit that never sent one", async () => {
  const { journal } = await scene({ maxEvents: 2_000 });
  journal.sendsTo("unit-1");
  journal.expectReceipts(1);
  expect(journal.sendsTo("unit-2")).toBeUndefined();
  await appendMotion(journal, 1_900);
  journal.settle({ from: 1, to: journal.head() });
  await appendMotion(journal, 1_000);
  await eventually("there is room", () => journal.stats().events <= 2_000);
  expect(toldGone(read(journal).map(({ body }) => body))).toEqual([]);
});
