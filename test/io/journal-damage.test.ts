import { randomBytes } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { openJournal } from "../../agent/io/journal-sqlite.ts";
import { openDatabase } from "../../agent/io/journal-sqlite-open.ts";
import type { Journal } from "../../agent/model/journal.ts";
import { motionDraft } from "../fakes/drafts.ts";
import { appendMotion } from "../fakes/open-journal.ts";
import { testSigner } from "../fakes/signer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

/** What a failing disk, a pulled cable or a hand makes of a real journal's file. */

const PAGE = 4_096;

function folder() {
  const made = temporaryFolder();
  onTestFinished(() => made[Symbol.dispose]());
  return made;
}

const tryOpen = (path: string) =>
  openJournal({
    path,
    site: "site-1",
    clock: systemClock,
    stamp: () => ({ bootId: "boot-1", clockSynced: true }),
    random: randomBytes,
    signer: testSigner(),
  });

async function open(path: string): Promise<Journal> {
  const opened = await tryOpen(path);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  onTestFinished(() => opened.value.close());
  return opened.value;
}

/** A journal of some 70 pages or more, closed, all of it in the one file. */
async function writeJournal(path: string, events = 500): Promise<void> {
  const journal = await open(path);
  await appendMotion(journal, events);
  journal.settle({ from: 1, to: 100 });
  await journal.close();
  expect(statSync(path).size).toBeGreaterThan(50 * PAGE);
}

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const content = readFileSync(path);
  content.set(bytes, at);
  writeFileSync(path, content);
}

/** Closing it loses SQLite's lock on the file, so that is left for the end. */
function openToWrite(path: string): Disposable & { readonly descriptor: number } {
  const descriptor = openSync(path, "r+");
  return { descriptor, [Symbol.dispose]: () => closeSync(descriptor) };
}

/** What a start sees in it before it does anything. */
function kindOfFault(path: string): string {
  const opened = openDatabase(path);
  if (!opened.ok) return opened.error.kind;
  opened.value.close();
  return "opened";
}

test("whichever page is torn, opening says that the journal is damaged, and changes nothing in it", async () => {
  const { file } = folder();
  await writeJournal(file("whole.db"));
  const pages = statSync(file("whole.db")).size / PAGE;
  for (const page of [1, 2, 3, 4, 5, 6, 7, 8, 20, Math.floor(pages / 2), pages - 2, pages - 1]) {
    const torn = file(`torn-${page}.db`);
    copyFileSync(file("whole.db"), torn);
    overwrite(torn, page * PAGE, Buffer.alloc(PAGE, 0xa5));
    const before = readFileSync(torn);
    expect(kindOfFault(torn), `page ${page + 1}`).toBe("damaged");
    expect(readFileSync(torn).equals(before), `page ${page + 1}`).toBe(true);
  }
});

test("a torn first page is told too, as a damaged journal or as none", async () => {
  const { file } = folder();
  await writeJournal(file("journal.db"));
  copyFileSync(file("journal.db"), file("header.db"));
  overwrite(file("header.db"), 0, Buffer.alloc(100, 0xa5));
  expect(kindOfFault(file("header.db"))).toBe("not-a-journal");
  overwrite(file("journal.db"), 100, Buffer.alloc(PAGE - 100, 0xa5));
  expect(kindOfFault(file("journal.db"))).toBe("damaged");
});

test("wherever bytes are flipped in the middle of it, opening it never throws", async () => {
  const { file } = folder();
  await writeJournal(file("whole.db"));
  const { size } = statSync(file("whole.db"));
  const kinds = new Set<string>();
  for (let round = 0; round < 60; round++) {
    const flipped = file(`flipped-${round}.db`);
    copyFileSync(file("whole.db"), flipped);
    // Spread over the file, in the pages' heads more often than not: that is where the structure is.
    const at = PAGE * (1 + Math.floor(((size / PAGE - 1) * round) / 60)) + (round % 3) * 7;
    overwrite(flipped, at, randomBytes(8));
    kinds.add(kindOfFault(flipped));
  }
  expect([...kinds].filter((kind) => kind !== "opened" && kind !== "damaged")).toEqual([]);
  expect(kinds).toContain("damaged");
});

test.each([100, PAGE - 1, 3 * PAGE, 40 * PAGE + 17])(
  "a journal that was cut off after %i bytes is told, not thrown",
  async (size) => {
    const { file } = folder();
    await writeJournal(file("journal.db"));
    truncateSync(file("journal.db"), size);
    expect(["damaged", "not-a-journal"]).toContain(kindOfFault(file("journal.db")));
  },
);

test("a file of no length is a new journal; a text and a directory are none", () => {
  const { file } = folder();
  writeFileSync(file("empty.db"), "");
  expect(kindOfFault(file("empty.db"))).toBe("opened");
  writeFileSync(file("text.db"), "Kính gửi đội kỹ thuật,\n".repeat(400));
  expect(kindOfFault(file("text.db"))).toBe("not-a-journal");
  mkdirSync(file("directory.db"));
  expect(kindOfFault(file("directory.db"))).toBe("not-a-file");
});

test("a journal that has lost a table is damaged", async () => {
  const { file } = folder();
  await writeJournal(file("journal.db"));
  const raw = new Database(file("journal.db"));
  raw.exec("DROP TABLE delivered");
  raw.close();
  expect(kindOfFault(file("journal.db"))).toBe("damaged");
});

test("pages that go bad under a running agent make nothing throw; the journal says so and takes no more", async () => {
  const { file } = folder();
  await writeJournal(file("journal.db"), 8_000);
  const journal = await open(file("journal.db"));
  expect(journal.check()).toBeUndefined();
  // In place, as a disk does it; what the page cache (2 MB) does not hold is read anew.
  using disk = openToWrite(file("journal.db"));
  const { size } = statSync(file("journal.db"));
  for (let at = PAGE; at < size; at += PAGE)
    writeSync(disk.descriptor, Buffer.alloc(PAGE, 0xa5), 0, PAGE, at);
  let read = 0;
  for (let from = 1; from <= 8_000; from += 50)
    read += journal.read({ from, to: from + 49 }, 64, 1_000_000).length;
  expect(read).toBeLessThan(8_000);
  expect(journal.stats()).toMatchObject({ lastSeq: 8_001, undelivered: 7_901 });
  expect(journal.check()).toMatchObject({
    kind: "damaged",
    evidence: expect.stringContaining("SQLITE_CORRUPT"),
  });
  await expect(journal.append(motionDraft(0))).rejects.toMatchObject({ kind: "lost" });
  await journal.close();
});

test("a journal whose file or directory was removed says so and takes no more", async () => {
  for (const remove of ["journal.db", "journal.db-wal", "."]) {
    const { file } = folder();
    mkdirSync(file("disk"));
    const journal = await open(file("disk/journal.db"));
    await appendMotion(journal, 3);
    expect(journal.check()).toBeUndefined();
    rmSync(file(`disk/${remove}`), { recursive: true });
    expect(journal.check(), remove).toMatchObject({
      kind: "replaced",
      evidence: expect.stringContaining("ENOENT"),
    });
    await expect(journal.append(motionDraft(0))).rejects.toMatchObject({ kind: "lost" });
    await journal.close();
  }
});

test("a journal that has taken another's place is told from it, and is not touched when that one is closed", async () => {
  const { file } = folder();
  mkdirSync(file("disk"));
  mkdirSync(file("restored"));
  const restored = await open(file("restored/journal.db"));
  await appendMotion(restored, 20);
  const journal = await open(file("disk/journal.db"));
  await appendMotion(journal, 3);
  const waiting = journal.append(motionDraft(3));
  renameSync(file("disk"), file("away"));
  renameSync(file("restored"), file("disk"));
  expect(journal.check()).toMatchObject({ kind: "replaced", evidence: expect.stringContaining("inode") });
  const refused = expect(waiting).rejects.toMatchObject({ kind: "lost" });
  await journal.close();
  await refused;
  expect(existsSync(file("disk/journal.db-wal"))).toBe(true);
});
