import { copyFileSync } from "node:fs";
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import type { Journal, Range } from "../../agent/model/journal.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { testSigner } from "../fakes/signer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

function journalFile(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.file("journal.db");
}

/** Twenty events behind the one that begins the epoch: positions, and seqs, 1 to 21. */
async function twentyEvents(path = journalFile()): Promise<Journal> {
  const journal = await openTestJournal({ path });
  await appendMotion(journal, 20);
  return journal;
}

/** What is delivered and has no receipt; the one epoch's seqs are positions. */
const inDoubt = (journal: Journal) => journal.receiptStandings(1)[0]?.unreceipted ?? [];

/** Takes events out as eviction does. */
function drop(path: string, { from, to }: Range): void {
  const database = new Database(path);
  database.prepare("INSERT INTO dropped SELECT ?, ?, hash FROM event WHERE position = ?").run(from, to, to);
  database.prepare("DELETE FROM event WHERE position BETWEEN ? AND ?").run(from, to);
  database.close();
}

test("a receipt settles what it covers, counts what is new and is known after the next start", async () => {
  const path = journalFile();
  const journal = await twentyEvents(path);
  journal.settle({ from: 2, to: 15 });
  expect(journal.receipt(journal.epoch, 8)).toEqual({ kind: "taken", first: 1, newly: 8 });
  expect(journal.receipt(journal.epoch, 18)).toEqual({ kind: "taken", first: 1, newly: 10 });
  expect(journal.receipt(journal.epoch, 18)).toEqual({ kind: "taken", first: 1, newly: 0 });
  expect(journal.undelivered()).toEqual([{ from: 19, to: 21 }]);
  journal.settle({ from: 19, to: 20 });
  expect(journal.receiptStandings(20)).toEqual([
    { epoch: journal.epoch, receipted: 18, unreceipted: [{ from: 20, to: 20 }] },
  ]);
  await journal.close();
  const again = await openTestJournal({ path });
  expect(inDoubt(again)).toEqual([{ from: 19, to: 20 }]);
  expect(again.receipt(again.epoch, 17)).toEqual({ kind: "backwards", first: 1, upTo: 18 });
});

test("a receipt of another epoch, beyond the head or behind the last one is refused and changes nothing", async () => {
  const journal = await twentyEvents();
  journal.receipt(journal.epoch, 10);
  const before = [journal.undelivered(), inDoubt(journal)];
  expect(journal.receipt("0".repeat(32), 5)).toEqual({ kind: "unknown-epoch" });
  expect(journal.receipt("", 5)).toEqual({ kind: "unknown-epoch" });
  for (const upTo of [22, Number.MAX_SAFE_INTEGER, 2 ** 60, Number.POSITIVE_INFINITY, Number.NaN])
    expect(journal.receipt(journal.epoch, upTo)).toEqual({ kind: "beyond-head", lastSeq: 21 });
  for (const upTo of [9, 0, -1, Number.NEGATIVE_INFINITY])
    expect(journal.receipt(journal.epoch, upTo)).toEqual({ kind: "backwards", first: 1, upTo: 10 });
  expect([journal.undelivered(), inDoubt(journal)]).toEqual(before);
});

test("each epoch has receipts of its own, also where one's end meets the next one's beginning", async () => {
  const path = journalFile();
  const first = await twentyEvents(path);
  const { epoch } = first;
  await first.close();
  // Positions 22 and up are seqs 1 and up of another epoch.
  const journal = await openTestJournal({ path, signer: testSigner(8) });
  await appendMotion(journal, 9);
  journal.settle({ from: 1, to: 31 });
  expect(journal.receipt(journal.epoch, 4)).toEqual({ kind: "taken", first: 22, newly: 4 });
  expect(journal.receipt(epoch, 21)).toEqual({ kind: "taken", first: 1, newly: 21 });
  expect(journal.receipt(epoch, 21)).toEqual({ kind: "taken", first: 1, newly: 0 });
  expect(journal.receipt(epoch, 22)).toEqual({ kind: "beyond-head", lastSeq: 21 });
  expect(journal.receipt(epoch, 20)).toEqual({ kind: "backwards", first: 1, upTo: 21 });
  expect(journal.receipt(journal.epoch, 3)).toEqual({ kind: "backwards", first: 22, upTo: 4 });
  expect(journal.receiptStandings(1)).toEqual([
    { epoch, receipted: 21, unreceipted: [] },
    { epoch: journal.epoch, receipted: 4, unreceipted: [{ from: 5, to: 10 }] },
  ]);
  expect(journal.receiptStandings(25)).toEqual([
    { epoch: journal.epoch, receipted: 4, unreceipted: [{ from: 5, to: 10 }] },
  ]);
  expect(journal.epochPositions(epoch)).toEqual({ from: 1, to: 21 });
  expect(journal.seqsOf({ from: 20, to: 24 })).toEqual([
    { epoch, from: 20, to: 21 },
    { epoch: journal.epoch, from: 1, to: 3 },
  ]);
});

test("what is asked for again is undelivered, has no receipt, and is told to who sends; all of it is accounted for", async () => {
  const path = journalFile();
  const first = await twentyEvents(path);
  await first.close();
  drop(path, { from: 5, to: 7 });
  const journal = await openTestJournal({ path });
  journal.receipt(journal.epoch, 12);
  journal.settle({ from: 14, to: 15 });
  const told: Range[] = [];
  const forget = journal.onRedeliver((range) => told.push(range));
  expect(journal.redeliver({ from: 3, to: 30 })).toEqual({
    again: 9,
    waiting: 7,
    gone: [
      { from: 5, to: 7, why: "dropped" },
      { from: 22, to: 30, why: "not-yet" },
    ],
  });
  expect(told).toEqual([
    { from: 3, to: 4 },
    { from: 8, to: 21 },
  ]);
  expect(journal.undelivered()).toEqual(told);
  expect(journal.receipt(journal.epoch, 2)).toMatchObject({ kind: "taken", newly: 0 });
  forget();
  await journal.close();
  expect((await openTestJournal({ path })).undelivered()).toEqual(told);
});

test("what was delivered and then dropped is in doubt no more", async () => {
  const path = journalFile();
  const first = await twentyEvents(path);
  first.settle({ from: 1, to: 10 });
  await first.close();
  drop(path, { from: 2, to: 5 });
  const journal = await openTestJournal({ path });
  expect(inDoubt(journal)).toEqual([
    { from: 1, to: 1 },
    { from: 6, to: 10 },
  ]);
});

test("a request to send again is in the file with the next commit, not a second later", async () => {
  const path = journalFile();
  const journal = await twentyEvents(path);
  journal.settle({ from: 1, to: 21 });
  await journal.close();
  const again = await openTestJournal({ path });
  again.redeliver({ from: 4, to: 6 });
  await appendMotion(again, 1);
  // As after a SIGKILL: the file and its log, without a word from the process.
  copyFileSync(path, `${path}.copy`);
  copyFileSync(`${path}-wal`, `${path}.copy-wal`);
  const copy = await openTestJournal({ path: `${path}.copy` });
  expect(copy.undelivered()).toEqual([
    { from: 4, to: 6 },
    { from: 22, to: 22 },
  ]);
});

test("events that the broker will never take stay undelivered, with the reason, until they are asked for or arrive", async () => {
  const path = journalFile();
  const journal = await twentyEvents(path);
  journal.settle({ from: 1, to: 2 });
  journal.giveUp({ from: 5, to: 6, reason: "0x95" });
  journal.giveUp({ from: 3, to: 3, reason: "too-large" });
  journal.giveUp({ from: 9, to: 9, reason: "0x99" });
  await journal.close();
  const again = await openTestJournal({ path });
  expect(again.undelivered()).toEqual([{ from: 3, to: 21 }]);
  expect(again.redeliver({ from: 6, to: 8 })).toEqual({ again: 1, waiting: 2, gone: [] });
  expect(again.deadLetters()).toEqual([
    { from: 3, to: 3, reason: "too-large" },
    { from: 5, to: 5, reason: "0x95" },
    { from: 9, to: 9, reason: "0x99" },
  ]);
  again.settle({ from: 9, to: 9 });
  again.receipt(again.epoch, 4);
  expect(again.deadLetters()).toEqual([{ from: 5, to: 5, reason: "0x95" }]);
});

test("an epoch's positions are found by its name, and nothing by another", async () => {
  const journal = await twentyEvents();
  expect(journal.epochPositions(journal.epoch)).toEqual({ from: 1, to: 21 });
  expect(journal.epochPositions("ffffffffffffffffffffffffffffffff")).toBeUndefined();
});

test("however receipts, deliveries and requests interleave, every event is undelivered, in doubt or receipted, and a restart keeps that", async () => {
  const seq = fc.integer({ min: 0, max: 24 });
  const action = fc.oneof(
    fc.record({ receipt: seq }),
    fc.record({ settle: fc.tuple(seq, seq) }),
    fc.record({ again: fc.tuple(seq, seq) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 12 }), async (actions) => {
      const path = journalFile();
      const journal = await twentyEvents(path);
      const receipted = new Set<number>();
      const delivered = new Set([1]);
      for (const act of actions) {
        if ("receipt" in act) {
          const taken = journal.receipt(journal.epoch, act.receipt).kind === "taken";
          for (let n = 1; taken && n <= act.receipt; n++) receipted.add(n);
          for (const n of receipted) delivered.add(n);
        } else {
          const [from, to] = "settle" in act ? act.settle : act.again;
          const range = { from: Math.max(from, 1), to: Math.min(to, 21) };
          if ("settle" in act) journal.settle(range);
          else journal.redeliver({ from, to });
          for (let n = range.from; n <= range.to; n++) {
            if ("settle" in act) delivered.add(n);
            else for (const set of [delivered, receipted]) set.delete(n);
          }
        }
      }
      await journal.close();
      const again = await openTestJournal({ path });
      const members = (ranges: readonly Range[]) =>
        ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
      const all = Array.from({ length: 21 }, (_, i) => i + 1);
      expect(members(again.undelivered())).toEqual(all.filter((n) => !delivered.has(n)));
      expect(members(inDoubt(again))).toEqual(all.filter((n) => delivered.has(n) && !receipted.has(n)));
      await again.close();
    }),
    { numRuns: 15 },
  );
});
