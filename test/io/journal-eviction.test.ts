import { randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
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

async function scene(changes: Partial<JournalLimits>) {
  const folder = temporaryFolder();
  const path = folder.file("journal.db");
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

test("an event that was sent and dropped before anybody acknowledged it can be proven if it arrived", async () => {
  const { journal, clock, checkpoints } = await scene({ maxEvents: 2_000 });
  await appendMotion(journal, 1_000);
  await checkpoints.write();
  const inFlight = [...read(journal, { from: 10, to: 73 }), ...read(journal, { from: 90, to: 90 })];
  await appendMotion(journal, 3_000);
  await eventually("there is room", () => journal.stats().events <= 2_000);
  await checkpoints.write();
  const received = read(journal).map(({ body }) => body);
  expect(toldGone(received)).toContain(10);
  const all = [...inFlight.map(({ body }) => body), ...received];
  expect(verdict(all, clock.wall())).toMatchObject({ ok: true, unproven: [], missing: 0 });
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
