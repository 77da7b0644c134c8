import { expect, onTestFinished, test } from "vitest";
import { Progress } from "../../agent/core/progress.ts";
import { checkpointText, isSigned, readPublicKeys } from "../../agent/core/signed-text.ts";
import { type Event, eventSchema } from "../../agent/model/event.ts";
import type { Journal } from "../../agent/model/journal.ts";
import { Checkpoints } from "../../agent/run/checkpoints.ts";
import { Recorder } from "../../agent/run/recorder.ts";
import { eventually } from "../fakes/eventually.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { testSigner } from "../fakes/signer.ts";
import { TestClock } from "../fakes/test-clock.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

async function scene(checkpointEvents = 256) {
  const journal = await openTestJournal();
  const clock = new TestClock();
  const progress = new Progress();
  const stop = new AbortController();
  const checkpoints = new Checkpoints({
    clock,
    journal,
    recorder: new Recorder(journal, quiet, clock),
    signer: testSigner(),
    site: "site-1",
    progress: progress.loop("checkpoints"),
    policy: () => ({ checkpointEvery: 60_000, checkpointEvents }),
  });
  const done = checkpoints.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  await eventually("the first", () => written(journal).length === 1 && clock.waiting === 1);
  return { journal, clock, progress, stop, done };
}

type Checkpoint = Extract<Event, { readonly type: "vn.camera.checkpoint.v1" }>;

function written(journal: Journal): Checkpoint[] {
  return journal
    .read({ from: 1, to: journal.head() }, 10_000, 10_000_000)
    .filter(({ kind }) => kind === "checkpoint")
    .map(({ body }) => eventSchema.parse(JSON.parse(body)) as Checkpoint);
}

const vouched = (journal: Journal) => written(journal).map(({ data }) => data.seq);

test("a checkpoint is written at once and then every minute, also when nothing happens", async () => {
  const { journal, clock } = await scene();
  expect(vouched(journal)).toEqual([1]);
  for (let minute = 1; minute <= 3; minute++) {
    await clock.advance(59_999);
    expect(written(journal)).toHaveLength(minute);
    await clock.advance(1);
    await eventually("one more", () => written(journal).length === minute + 1 && clock.waiting === 1);
  }
  expect(vouched(journal)).toEqual([1, 2, 3, 4]);
});

test("256 events bring one before its time, and the minute begins anew", async () => {
  const { journal, clock } = await scene();
  await clock.advance(30_000);
  await appendMotion(journal, 255);
  await clock.advance(0);
  expect(written(journal)).toHaveLength(1);
  await appendMotion(journal, 1);
  await eventually("the second", () => written(journal).length === 2 && clock.waiting === 1);
  await clock.advance(59_999);
  expect(vouched(journal)).toEqual([1, 258]);
});

test("a checkpoint is no reason for another, however few events it takes", async () => {
  const { journal, clock } = await scene(1);
  await clock.advance(59_000);
  expect(written(journal)).toHaveLength(1);
  await appendMotion(journal, 1);
  await eventually("the second", () => written(journal).length === 2);
  await clock.advance(59_000);
  expect(written(journal)).toHaveLength(2);
});

test("it names the hash that the journal had then, signed with the site's key", async () => {
  const { journal, clock } = await scene();
  await appendMotion(journal, 5);
  const head = journal.chainHead();
  await clock.advance(60_000);
  await eventually("the second", () => written(journal).length === 2);
  const { data, time } = written(journal)[1] as Checkpoint;
  expect(data).toMatchObject({ seq: head.seq, hash: head.hash, time, keyId: testSigner().keyId });
  const keys = readPublicKeys(testSigner().publicKey);
  if (!keys) throw new Error("no key");
  const place = { site: "site-1", epoch: journal.epoch };
  expect(isSigned(checkpointText(place, data), data, keys)).toBe(true);
  for (const change of [
    { seq: data.seq + 1 },
    { hash: "0".repeat(64) },
    { time: "2030-01-01T00:00:00.000Z" },
  ])
    expect(isSigned(checkpointText(place, { ...data, ...change }), data, keys)).toBe(false);
  expect(isSigned(checkpointText({ ...place, site: "site-2" }, data), data, keys)).toBe(false);
});

test("it tells the watchdog while it runs, ends at once when told to, and leaves nothing behind", async () => {
  const { clock, progress, stop, done } = await scene();
  expect(progress.overdue(clock.monotonic() + 120_000)).toEqual([]);
  expect(progress.overdue(clock.monotonic() + 120_001)).toEqual(["checkpoints"]);
  stop.abort();
  await done;
  expect(clock.waiting).toBe(0);
  expect(progress.overdue(Number.MAX_SAFE_INTEGER)).toEqual([]);
});
