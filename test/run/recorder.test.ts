import { expect, test } from "vitest";
import type { Journal } from "../../agent/model/journal.ts";
import { AppendError } from "../../agent/model/journal.ts";
import { Recorder } from "../../agent/run/recorder.ts";
import { motionDraft } from "../fakes/drafts.ts";
import { TestClock } from "../fakes/test-clock.ts";

function scene() {
  const clock = new TestClock();
  const lines: string[] = [];
  const disk: { refuses: string | undefined } = { refuses: undefined };
  const append: Journal["append"] = async () => {
    if (disk.refuses) throw new AppendError("not-written", disk.refuses);
    return { epoch: "e", seq: 1, position: 1 };
  };
  const recorder = new Recorder(
    { append },
    {
      info: (fields, message) => void lines.push(`${message} ${JSON.stringify(fields)}`),
      error: (fields, message) => void lines.push(`${message}: ${(fields as { err: Error }).err.message}`),
    },
    clock,
  );
  return { clock, lines, disk, recorder, record: () => recorder.record(motionDraft(1)) };
}

test.each([
  "SQLITE_FULL: database or disk is full",
  "SQLITE_IOERR_WRITE: disk I/O error",
  "SQLITE_READONLY: read-only",
])(
  "a disk that takes no events is told once with its error and once when it is over: %s",
  async (refusal) => {
    const { clock, lines, disk, recorder, record } = scene();
    await record();
    disk.refuses = refusal;
    for (let n = 0; n < 50; n++) await record();
    expect(lines).toEqual([`journal takes no events: ${refusal}`]);
    expect(recorder.refused).toBe(50);
    disk.refuses = undefined;
    await clock.advance(60_000);
    for (let n = 0; n < 50; n++) await record();
    expect(lines.slice(1)).toEqual(['journal takes events again {"refused":50}']);
    disk.refuses = refusal;
    await record();
    expect(lines).toHaveLength(3);
  },
);

test("a disk on which one event in two finds room is one trouble, and not two lines an event", async () => {
  const { clock, lines, disk, record } = scene();
  for (let n = 0; n < 100; n++) {
    disk.refuses = n % 2 === 0 ? "SQLITE_FULL" : undefined;
    await record();
    await clock.advance(1_000);
  }
  expect(lines).toEqual(["journal takes no events: SQLITE_FULL"]);
});
