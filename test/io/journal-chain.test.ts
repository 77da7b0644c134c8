import { randomBytes } from "node:crypto";
import Database from "better-sqlite3";
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

/** A file as version 1 of the schema made it. */
function versionOne(path: string, events: number): string {
  const epoch = "c".repeat(32);
  const database = new Database(path);
  database.exec(`
    CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE epoch (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, base INTEGER NOT NULL,
      began INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
    CREATE TABLE event (position INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL,
      recorded INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
    CREATE TABLE delivered (first INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
    INSERT INTO meta VALUES ('site', '${SITE}'), ('opened', 1);
    INSERT INTO epoch VALUES (1, '${epoch}', 0, 0, 'created');
    INSERT INTO delivered VALUES (1, 10);
    PRAGMA application_id = ${0x43_41_4a_31};
    PRAGMA user_version = 1;`);
  const insert = database.prepare("INSERT INTO event VALUES (?, 'motion', 0, 0, ?)");
  for (let n = 1; n <= events; n++) insert.run(n, `{"sự kiện":${n}}`);
  database.close();
  return epoch;
}

test("a journal from before there were hashes gets them, keeps its epoch and goes on", async () => {
  const path = journalFile();
  const epoch = versionOne(path, 2_500);
  const journal = await open(path);
  expect(journal.read({ from: 1, to: 3 }, 3, 1_000).map(({ body }) => body)).toEqual([
    '{"sự kiện":1}',
    '{"sự kiện":2}',
    '{"sự kiện":3}',
  ]);
  const events = journal.read({ from: 1, to: 2_500 }, 2_500, 10_000_000);
  expect(journal.chainHead()).toEqual({ epoch, seq: 2_500, hash: hex(recomputed(events)) });
  expect(journal.undelivered()).toEqual([{ from: 11, to: 2_500 }]);
  expect(await journal.append(motionDraft(0))).toEqual({ epoch, seq: 2_501, position: 2_501 });
  await journal.close();
  const database = new Database(path);
  expect(database.pragma("user_version", { simple: true })).toBe(2);
  expect(database.prepare("SELECT count(*) FROM event WHERE length(hash) = 32").pluck().get()).toBe(2_501);
  database.close();
});

test("an earlier journal without any event begins its epoch as a new one does", async () => {
  const path = journalFile();
  const epoch = versionOne(path, 0);
  const journal = await open(path);
  expect(journal.chainHead()).toMatchObject({ epoch, seq: 1 });
  expect(journal.read({ from: 1, to: 1 }, 1, 1_000)).toMatchObject([{ kind: "epoch", seq: 1 }]);
});
