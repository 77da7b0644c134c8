import { expect, test } from "vitest";
import { Progress } from "../../agent/core/progress.ts";
import type { Journal } from "../../agent/model/journal.ts";
import { Checkpoints } from "../../agent/run/checkpoints.ts";
import { journalCommands } from "../../agent/run/journal-commands.ts";
import { Receipts } from "../../agent/run/receipts.ts";
import { Recorder } from "../../agent/run/recorder.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { testSigner } from "../fakes/signer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { TestClock } from "../fakes/test-clock.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** A journal of 21 events, seqs 1 to 21, and what the unit may ask of it. */
async function scene(recording?: Pick<Journal, "append">) {
  const journal = await openTestJournal();
  await appendMotion(journal, 20);
  return { journal, ...commandsOf(journal, recording) };
}

function commandsOf(journal: Journal, recording: Pick<Journal, "append"> = journal) {
  const clock = new TestClock();
  const receipts = new Receipts({ journal, clock, unit: "unit-1", timeout: 60_000 });
  const checkpoints = new Checkpoints({
    clock,
    journal,
    recorder: new Recorder(recording, quiet, clock),
    signer: testSigner(),
    site: "site-1",
    progress: new Progress().loop("checkpoints"),
    policy: () => ({ checkpointEvery: 60_000, checkpointEvents: 256 }),
  });
  const kinds = journalCommands({
    journal,
    receipts: () => receipts,
    checkpoints: () => checkpoints,
  });
  const ask = (kind: keyof typeof kinds, given: unknown) => kinds[kind].read(given)?.();
  return { clock, kinds, ask };
}

const HUGE = Number.MAX_SAFE_INTEGER;

test("each of them needs a signature, and receipts are audited as a count", async () => {
  const { kinds } = await scene();
  expect(Object.values(kinds).map(({ signed, frequent }) => [signed, frequent])).toEqual([
    [true, true],
    [true, false],
    [true, false],
  ]);
});

test("a receipt says how many events it is the first for", async () => {
  const { journal, ask } = await scene();
  const { epoch } = journal;
  expect(await ask("receipt", { epoch, upTo: 5 })).toEqual({ outcome: "done", data: { newly: 5 } });
  expect(await ask("receipt", { epoch, upTo: 5 })).toEqual({ outcome: "done", data: { newly: 0 } });
  expect(journal.undelivered()).toEqual([{ from: 6, to: 21 }]);
});

test("a receipt that cannot be is refused by its own name, with what would be right, and changes nothing", async () => {
  const { journal, ask } = await scene();
  const { epoch } = journal;
  await ask("receipt", { epoch, upTo: 5 });
  for (const upTo of [22, HUGE])
    expect(await ask("receipt", { epoch, upTo })).toEqual({
      outcome: "refused",
      reason: "beyond-head",
      data: { lastSeq: 21 },
    });
  expect(await ask("receipt", { epoch, upTo: 4 })).toEqual({
    outcome: "refused",
    reason: "backwards",
    data: { upTo: 5 },
  });
  const other = { epoch: "f".repeat(32), upTo: 1 };
  expect(await ask("receipt", other)).toEqual({ outcome: "refused", reason: "unknown-epoch" });
  expect(journal.undelivered()).toEqual([{ from: 6, to: 21 }]);
});

test("what is asked for again is counted, and what is not there is named with the reason", async () => {
  const { journal, ask } = await scene();
  const { epoch } = journal;
  journal.settle({ from: 1, to: 15 });
  expect(await ask("resend", { epoch, from: 10, to: 30 })).toEqual({
    outcome: "done",
    data: { again: 6, waiting: 6, gone: [{ from: 22, to: 30, why: "not-yet" }], goneCount: 9 },
  });
  expect(journal.undelivered()).toEqual([{ from: 10, to: 21 }]);
  expect(await ask("resend", { epoch, from: HUGE - 1, to: HUGE })).toEqual({
    outcome: "refused",
    reason: "gone",
    data: { again: 0, waiting: 0, gone: [{ from: HUGE - 1, to: HUGE, why: "not-yet" }], goneCount: 2 },
  });
  expect(await ask("resend", { epoch, from: 1, to: HUGE })).toMatchObject({
    outcome: "done",
    data: { again: 9, waiting: 12, gone: [{ from: 22, to: HUGE, why: "not-yet" }] },
  });
});

test("an epoch that has ended gives no more: seqs behind its end are never there, and none of the next is sent for them", async () => {
  using folder = temporaryFolder();
  const path = folder.file("journal.db");
  const before = await openTestJournal({ path });
  await appendMotion(before, 20);
  await before.close();
  const journal = await openTestJournal({ path, signer: testSigner(8) });
  await appendMotion(journal, 5);
  journal.settle({ from: 1, to: journal.head() });
  const { ask } = commandsOf(journal);
  expect(await ask("resend", { epoch: before.epoch, from: 20, to: 24 })).toEqual({
    outcome: "done",
    data: { again: 2, waiting: 0, gone: [{ from: 22, to: 24, why: "never" }], goneCount: 3 },
  });
  expect(await ask("resend", { epoch: before.epoch, from: 22, to: HUGE })).toMatchObject({ reason: "gone" });
  expect(await ask("resend", { epoch: journal.epoch, from: HUGE, to: HUGE })).toMatchObject({
    reason: "gone",
  });
  expect(journal.undelivered()).toEqual([{ from: 20, to: 21 }]);
  await journal.close();
});

test("a request that says nothing, or of another site's journal, is refused and sends nothing", async () => {
  const { journal, ask } = await scene();
  const { epoch } = journal;
  journal.settle({ from: 1, to: 21 });
  expect(await ask("resend", { epoch, from: 9, to: 8 })).toEqual({ outcome: "refused", reason: "malformed" });
  expect(await ask("resend", { epoch: "0".repeat(32), from: 1, to: 8 })).toEqual({
    outcome: "refused",
    reason: "unknown-epoch",
  });
  expect(journal.undelivered()).toEqual([]);
});

test.each([
  { epoch: "e", upTo: 1 },
  { epoch: `${"0".repeat(31)}g`, upTo: 1 },
  { upTo: 1 },
  { epoch: "0".repeat(32), upTo: 0 },
  { epoch: "0".repeat(32), upTo: -1 },
  { epoch: "0".repeat(32), upTo: 1.5 },
  { epoch: "0".repeat(32), upTo: 2 ** 53 },
  { epoch: "0".repeat(32), upTo: Number.NaN },
  { epoch: "0".repeat(32), upTo: "1" },
  { epoch: "0".repeat(32), upTo: 1, from: 1 },
  null,
  [],
  7,
])("what is no receipt is not read as one: %j", async (given) => {
  const { ask } = await scene();
  expect(ask("receipt", given)).toBeUndefined();
  const { epoch, upTo } = (given ?? {}) as { epoch?: unknown; upTo?: unknown };
  if (upTo !== 1 || epoch !== "0".repeat(32))
    expect(ask("resend", { epoch, from: upTo, to: upTo })).toBeUndefined();
});

test("a checkpoint is in the journal when it is answered, and the answer is what it vouches for", async () => {
  const { journal, ask } = await scene();
  const head = journal.chainHead();
  expect(await ask("checkpoint", {})).toEqual({ outcome: "done", data: { ...head } });
  const [event] = journal.read({ from: 22, to: 22 }, 1, 1e6);
  expect(event?.kind).toBe("checkpoint");
  expect(JSON.parse(event?.body ?? "{}").data).toMatchObject({ seq: head.seq, hash: head.hash });
});

test("a checkpoint that the disk did not take is not told as one", async () => {
  const { ask } = await scene({ append: () => Promise.reject(new Error("disk full")) });
  expect(await ask("checkpoint", {})).toEqual({ outcome: "refused", reason: "not-written" });
});
