import { expect, onTestFinished, test } from "vitest";
import type { Journal } from "../../agent/model/journal.ts";
import { Receipts } from "../../agent/run/receipts.ts";
import { eventually } from "../fakes/eventually.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { TestClock } from "../fakes/test-clock.ts";

const MINUTE = 60_000;

/** A journal of 21 events, all acknowledged, and a connection of the agent's to this unit. */
async function scene(before?: Journal, unit = "unit-1") {
  const journal = before ?? (await openTestJournal());
  if (!before) await appendMotion(journal, 20);
  journal.settle({ from: 1, to: journal.head() });
  const clock = new TestClock();
  const receipts = new Receipts({ journal, clock, unit, timeout: 5 * MINUTE });
  const stop = new AbortController();
  const done = receipts.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  const pass = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      await eventually("it waits", () => clock.waiting === 1);
      await clock.advance(MINUTE);
    }
    await eventually("it has looked", () => clock.waiting === 1);
  };
  return { journal, clock, receipts, stop, done, pass, epoch: journal.epoch };
}

test("a unit that sends no receipts is trusted with what its broker acknowledged", async () => {
  const { journal, pass } = await scene();
  await pass(600);
  expect(journal.undelivered()).toEqual([]);
});

test("what the broker acknowledged and the unit does not have is sent again, and no more once it has it", async () => {
  const { journal, receipts, epoch, pass } = await scene();
  receipts.take(epoch, 8);
  await pass(4);
  expect(journal.undelivered()).toEqual([]);
  await pass(1);
  expect(journal.undelivered()).toEqual([{ from: 9, to: 21 }]);
  expect(receipts.take(epoch, 21)).toEqual({ kind: "taken", first: 1, newly: 13 });
  await pass(60);
  expect(journal.undelivered()).toEqual([]);
});

test("that the unit sends receipts is known to the next process, of the same unit alone", async () => {
  const { journal, receipts, epoch, stop } = await scene();
  receipts.take(epoch, 8);
  stop.abort();
  const other = await scene(journal, "unit-2");
  await other.pass(20);
  expect(journal.undelivered()).toEqual([]);
  other.stop.abort();
  const same = await scene(journal);
  await same.pass(5);
  expect(journal.undelivered()).toEqual([{ from: 9, to: 21 }]);
});

test("another unit that has less than the one before is taken at its word once, and then held to it", async () => {
  const { journal, receipts, epoch, stop } = await scene();
  receipts.take(epoch, 15);
  stop.abort();
  const other = await scene(journal, "unit-2");
  expect(other.receipts.take(epoch, 3)).toEqual({ kind: "taken", first: 1, newly: 0 });
  expect(other.receipts.take(epoch, 3)).toEqual({ kind: "backwards", first: 1, upTo: 15 });
  await other.pass(5);
  expect(journal.undelivered()).toEqual([{ from: 16, to: 21 }]);
});

test("a receipt that is refused says nothing of the unit", async () => {
  const { journal, receipts, epoch, pass } = await scene();
  expect(receipts.take(epoch, 22)).toEqual({ kind: "beyond-head", lastSeq: 21 });
  expect(receipts.take("0".repeat(32), 1)).toEqual({ kind: "unknown-epoch" });
  await pass(60);
  expect(journal.undelivered()).toEqual([]);
});

test("a note that is not one is no unit", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 5);
  for (const note of [
    "",
    "7",
    "null",
    "{",
    '{"unit":"unit-1"}',
    '{"unit":"unit-1","from":-3}',
    '{"unit":1,"from":1}',
  ]) {
    journal.keep("receipts", note);
    const { pass, stop } = await scene(journal);
    await pass(6);
    stop.abort();
    expect(journal.undelivered()).toEqual([]);
  }
});
