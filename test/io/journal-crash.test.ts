import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { openJournal } from "../../agent/io/journal-sqlite.ts";
import { killWriter, readAccepted, startEventWriter } from "../fakes/event-writer.ts";
import { eventually } from "../fakes/eventually.ts";
import { testSigner } from "../fakes/signer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const open = (path: string) =>
  openJournal({
    path,
    site: "site-1",
    clock: systemClock,
    stamp: () => ({ bootId: "boot", clockSynced: true }),
    random: randomBytes,
    signer: testSigner(),
  });

test("what was reported accepted survives SIGKILL, time after time, and no place is given twice", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const options = {
    journal: folder.file("journal.db"),
    site: "site-1",
    accepted: folder.file("accepted"),
    count: 1_000_000,
    burst: 20,
  };
  for (let round = 1; round <= 4; round++) {
    const writer = await startEventWriter(options);
    onTestFinished(() => killWriter(writer));
    await eventually(
      "accepted events",
      async () => (await readAccepted(options.accepted)).length > round * 150,
    );
    await killWriter(writer);
  }
  const accepted = await readAccepted(options.accepted);
  const opened = await open(options.journal);
  if (!opened.ok) throw new Error(opened.error.evidence);
  const journal = opened.value;
  onTestFinished(() => journal.close());
  const stored = new Map<number, string>();
  for (let from = 1; from <= journal.head(); from += 1_000) {
    for (const event of journal.read({ from, to: from + 999 }, 1_000, 10_000_000)) {
      stored.set(event.position, `${event.epoch}-${event.seq}`);
    }
  }
  expect(stored.size).toBe(journal.head());
  expect(new Set(accepted.map(({ seq }) => seq)).size).toBe(accepted.length);
  for (const { position, epoch, seq } of accepted) expect(stored.get(position)).toBe(`${epoch}-${seq}`);
});

test("a journal that another process holds is in use, and free once that one was killed", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const journal = folder.file("journal.db");
  const accepted = folder.file("accepted");
  const writer = await startEventWriter({ journal, site: "site-1", accepted, count: 10, burst: 1 });
  onTestFinished(() => killWriter(writer));
  await eventually("ten accepted events", async () => (await readAccepted(accepted)).length === 10);
  expect(await open(journal)).toMatchObject({ ok: false, error: { kind: "in-use" } });
  await killWriter(writer);
  const opened = await open(journal);
  if (!opened.ok) throw new Error(opened.error.evidence);
  expect(opened.value.head()).toBe(11);
  await opened.value.close();
});
