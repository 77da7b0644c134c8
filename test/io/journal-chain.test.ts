import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { chainLinker, GENESIS } from "../../agent/core/chain.ts";
import { epochText, isSigned, readPublicKeys } from "../../agent/core/signed-text.ts";
import { openJournal } from "../../agent/io/journal-sqlite.ts";
import { type EpochData, eventSchema } from "../../agent/model/event.ts";
import type { Journal } from "../../agent/model/journal.ts";
import type { Signer } from "../../agent/model/signer.ts";
import { motionDraft } from "../fakes/drafts.ts";
import { testSigner } from "../fakes/signer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { TestClock } from "../fakes/test-clock.ts";

const SITE = "site-1";

function journalFile(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.file("journal.db");
}

async function open(path: string, signer: Signer = testSigner()): Promise<Journal> {
  const opened = await openJournal({
    path,
    site: SITE,
    clock: new TestClock(),
    stamp: () => ({ bootId: "boot-1", clockSynced: true }),
    random: randomBytes,
    signer,
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  onTestFinished(() => opened.value.close());
  return opened.value;
}

/** Hash of the newest event of an epoch, computed anew from the bytes of all. */
function recomputed(
  events: readonly { readonly epoch: string; readonly seq: number; readonly body: string }[],
) {
  const link = chainLinker(SITE, events[0]?.epoch ?? "");
  return events.reduce<Uint8Array>((hash, { seq, body }) => link(hash, seq, body), GENESIS);
}

const hex = (hash: Uint8Array) => Buffer.from(hash).toString("hex");

test("the head's hash is that of all events before it, over commits, restarts and refused events", async () => {
  const path = journalFile();
  const first = await open(path);
  await Promise.all(Array.from({ length: 300 }, (_, n) => first.append(motionDraft(n))));
  const poison = { ...motionDraft(0), at: Number.NaN };
  await Promise.allSettled([
    first.append(motionDraft(300)),
    first.append(poison),
    first.append(motionDraft(301)),
  ]);
  await first.close();
  const second = await open(path);
  await second.append(motionDraft(302));
  const events = second.read({ from: 1, to: 400 }, 400, 10_000_000);
  expect(second.chainHead()).toEqual({ epoch: first.epoch, seq: 304, hash: hex(recomputed(events)) });
});

test("every epoch begins with an event that says why and is signed", async () => {
  const signer = testSigner();
  const journal = await open(journalFile(), signer);
  const [first] = journal.read({ from: 1, to: 1 }, 1, 1_000_000);
  const event = eventSchema.parse(JSON.parse(first?.body ?? ""));
  const data = event.data as EpochData;
  expect(data).toMatchObject({ reason: "created", previous: null, keyId: signer.keyId });
  const keys = readPublicKeys(data.publicKey);
  const text = epochText({ site: SITE, epoch: journal.epoch }, data);
  expect(keys && isSigned(text, data, keys)).toBe(true);
  expect(keys && isSigned(`${text} `, data, keys)).toBe(false);
});

test("another key begins an epoch that names the head of the one before; the same key does not", async () => {
  const path = journalFile();
  const first = await open(path, testSigner(1));
  await first.append(motionDraft(0));
  const head = first.chainHead();
  await first.close();
  const same = await open(path, testSigner(1));
  expect(same.chainHead()).toEqual(head);
  await same.close();
  const second = await open(path, testSigner(2));
  expect(second.epoch).not.toBe(first.epoch);
  expect(second.chainHead().seq).toBe(1);
  const [begins] = second.read({ from: 3, to: 3 }, 1, 1_000_000);
  expect(eventSchema.parse(JSON.parse(begins?.body ?? "")).data).toMatchObject({
    reason: "new-key",
    previous: head,
    keyId: testSigner(2).keyId,
  });
  expect(await second.append(motionDraft(1))).toMatchObject({ seq: 2, position: 4 });
  expect(second.read({ from: 1, to: 9 }, 9, 1_000_000)).toHaveLength(2);
});
