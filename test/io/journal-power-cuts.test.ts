import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { motionDraft } from "../fakes/drafts.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const WAL_HEADER = 32;
const FRAME_HEADER = 24;
const FRAME = FRAME_HEADER + 4_096;

/** A copy of an open journal: what a disk has of it when the process is gone. */
function copyOf(path: string, to: string): string {
  for (const suffix of ["", "-wal"])
    if (existsSync(`${path}${suffix}`)) copyFileSync(`${path}${suffix}`, `${to}${suffix}`);
  return to;
}

/** Numbers of the frames that end a commit. */
function commits(wal: Buffer): number[] {
  const frames = Math.floor((wal.length - WAL_HEADER) / FRAME);
  return Array.from({ length: frames }, (_, frame) => frame).filter(
    (frame) => wal.readUInt32BE(WAL_HEADER + frame * FRAME + 4) > 0,
  );
}

/** A sector of that frame never got to the disk. */
function tear(path: string, frame: number): void {
  const wal = readFileSync(`${path}-wal`);
  const at = WAL_HEADER + frame * FRAME + FRAME_HEADER;
  wal.fill(0xff, at + 512, at + 1_024);
  writeFileSync(`${path}-wal`, wal);
}

const setAside = (folder: string) => readdirSync(folder).filter((name) => name.includes(".damaged-"));

test("a power cut, and another one in the first commit after it, are no damage", async () => {
  using folder = temporaryFolder();
  const first = await openTestJournal({ path: folder.file("first.db") });
  await first.append(motionDraft(0));
  await appendMotion(first, 60);
  const second = copyOf(folder.file("first.db"), folder.file("second.db"));
  const torn = (commits(readFileSync(`${second}-wal`)).at(-2) ?? 0) + 1;
  tear(second, torn);

  await openTestJournal({ path: second });
  const third = copyOf(second, folder.file("third.db"));
  // What is left of the torn commit stands behind the shorter one that was written over its beginning.
  expect(commits(readFileSync(`${third}-wal`)).filter((frame) => frame >= torn)).toHaveLength(2);
  tear(third, torn);

  const journal = await openTestJournal({ path: third });
  expect(setAside(folder.path)).toEqual([]);
  expect(journal.recovery()).toBeUndefined();
  expect(journal.head()).toBe(2);
});

test("a power cut while the file is being made leaves a journal that begins", async () => {
  using folder = temporaryFolder();
  using maker = new DatabaseSync(folder.file("maker.db"));
  maker.exec("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA cache_size = 1; BEGIN; CREATE TABLE half (made)");
  // More than its cache, so that some of it is in the file before the commit.
  for (let n = 0; n < 64; n++) maker.exec("INSERT INTO half VALUES (randomblob(4000))");
  const path = folder.file("journal.db");
  for (const suffix of ["", "-journal"]) copyFileSync(folder.file(`maker.db${suffix}`), `${path}${suffix}`);
  expect(statSync(path).size).toBeGreaterThan(4_096);

  const journal = await openTestJournal({ path });
  await journal.append(motionDraft(0));
  expect(journal.recovery()).toBeUndefined();
  expect(journal.head()).toBe(2);
  expect(readdirSync(folder.path).filter((name) => name.startsWith("journal.db-j"))).toEqual([]);
});

test("a damaged frame with two commits of the same run behind it is damage", async () => {
  using folder = temporaryFolder();
  const first = await openTestJournal({ path: folder.file("first.db") });
  for (let n = 0; n < 4; n++) await first.append(motionDraft(n));
  const second = copyOf(folder.file("first.db"), folder.file("second.db"));
  tear(second, (commits(readFileSync(`${second}-wal`)).at(-3) ?? 0) + 1);
  const journal = await openTestJournal({ path: second });
  expect(journal.recovery()?.reason).toBe("recovered");
  expect(setAside(folder.path)).not.toEqual([]);
});
