import { expect, test } from "vitest";
import { eventually } from "../fakes/eventually.ts";
import { countTo, run, SEGMENT } from "../fakes/forwarding.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { ScriptedSession } from "../fakes/scripted-session.ts";

test("what a broker will never take is not tried again in the next session, until it is asked for", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 10);
  journal.giveUp({ from: 5, to: 7, reason: "0x95" });
  const session = new ScriptedSession(8);
  const { idle, numbers } = run({ journal, session });
  await idle();
  expect(numbers(SEGMENT)).toEqual([1, 2, 3, 7, 8, 9, 10]);
  journal.redeliver({ from: 6, to: 7 });
  await idle();
  expect(numbers(SEGMENT).slice(7)).toEqual([5, 6]);
  expect(journal.undelivered()).toEqual([{ from: 5, to: 5 }]);
  expect(journal.deadLetters()).toEqual([{ from: 5, to: 5, reason: "0x95" }]);
});

test("what is asked for again goes out in the running session, behind nothing but what is in flight", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 200);
  const session = new ScriptedSession(4);
  const { idle, numbers } = run({ journal, session });
  await idle();
  expect(journal.redeliver({ from: 11, to: 20 })).toEqual({ again: 10, waiting: 0, gone: [] });
  await idle();
  expect(numbers(SEGMENT)).toEqual([...countTo(200), ...countTo(19, 10)]);
  expect(journal.undelivered()).toEqual([]);
});

test("what the unit has stored already is not sent, also where it waits in the backlog of this session", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 1_000);
  const session = new ScriptedSession(4);
  session.silent = true;
  const { idle, numbers } = run({ journal, session });
  expect(numbers(SEGMENT)).toEqual(countTo(192));
  expect(journal.receipt(journal.epoch, 901)).toMatchObject({ kind: "taken" });
  session.silent = false;
  session.answerAll();
  await idle();
  expect(numbers(SEGMENT)).toEqual([...countTo(192), ...countTo(1_000, 901)]);
  expect(journal.undelivered()).toEqual([]);
});

test("what is asked for while it is in flight is sent once more when that is answered, and not before", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 64);
  const session = new ScriptedSession(8);
  session.silent = true;
  const { idle, numbers } = run({ journal, session });
  journal.redeliver({ from: 10, to: 12 });
  expect(numbers(SEGMENT)).toEqual(countTo(64));
  session.answerOldest();
  await eventually("sent once more", () => session.open === 1);
  expect(numbers(SEGMENT).slice(64)).toEqual([9, 10, 11]);
  expect(journal.undelivered()).toEqual([{ from: 10, to: 12 }]);
  session.answerAll();
  await idle();
  expect(journal.undelivered()).toEqual([]);
});

test("what is asked for while a session that was told to stop still has it in flight is not settled by its late answer", async () => {
  const journal = await openTestJournal();
  await appendMotion(journal, 64);
  const session = new ScriptedSession(8);
  session.silent = true;
  const { stop, done } = run({ journal, session });
  stop.abort();
  await done;
  journal.redeliver({ from: 10, to: 12 });
  session.answerAll();
  await eventually("settled", () => journal.undelivered()[0]?.from === 10);
  expect(journal.undelivered()).toEqual([{ from: 10, to: 12 }]);
  const next = new ScriptedSession(8);
  const { idle, numbers } = run({ journal, session: next });
  await idle();
  expect(numbers(SEGMENT)).toEqual([9, 10, 11]);
});
