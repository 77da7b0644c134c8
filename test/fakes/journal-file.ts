import { randomBytes } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { readPublicKeys } from "../../agent/core/signed-text.ts";
import { type JournalReport, verifyJournal } from "../../agent/core/verify-journal.ts";
import { StoredJournal } from "../../agent/io/journal-content.ts";
import type { RecoveryFiles } from "../../agent/io/journal-recover-files.ts";
import { openJournal } from "../../agent/io/journal-sqlite.ts";
import type { Journal } from "../../agent/model/journal.ts";
import { appendMotion } from "./open-journal.ts";
import { testSigner } from "./signer.ts";

/** What a journal's file holds and what becomes of it, for tests that damage one. */

export const PAGE = 4_096;

export const tryJournal = (path: string, files?: RecoveryFiles, site = "site-1") =>
  openJournal(
    {
      path,
      site,
      clock: systemClock,
      stamp: () => ({ bootId: "boot-1", clockSynced: true }),
      random: randomBytes,
      signer: testSigner(),
    },
    files,
  );

/** Open until the test has finished. */
export async function journalAt(path: string): Promise<Journal> {
  const opened = await tryJournal(path);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  onTestFinished(() => opened.value.close());
  return opened.value;
}

/** A journal of a beginning and so many motion events, 100 of them delivered, closed, all of it in the one file. */
export async function writtenJournal(path: string, events: number): Promise<void> {
  const journal = await journalAt(path);
  await appendMotion(journal, events);
  journal.settle({ from: 1, to: 100 });
  await journal.close();
}

/** As a process that is killed now would leave it: `events` more in the log, ten a commit. */
export async function killedJournal(path: string, copy: string, events: number): Promise<void> {
  const journal = await journalAt(path);
  for (let written = 0; written < events; written += 10) await appendMotion(journal, 10);
  for (const suffix of ["", "-wal"]) copyFileSync(`${path}${suffix}`, `${copy}${suffix}`);
  await journal.close();
}

export function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const content = readFileSync(path);
  content.set(bytes, at);
  writeFileSync(path, content);
}

/** Runs SQL on a closed journal. */
export function change(path: string, ...statements: readonly string[]): void {
  const raw = new Database(path);
  for (const statement of statements) raw.exec(statement);
  raw.close();
}

export interface Held {
  readonly bodies: ReadonlyMap<number, string>;
  readonly report: JournalReport;
}

/** What a closed journal holds by position, and what it proves of itself. */
export function heldBy(path: string): Held {
  const database = new Database(path, { readonly: true });
  const stored = new StoredJournal(database);
  const rows = [...stored.rows({})].map(({ position, body }) => [position, String(body)] as const);
  const report = verifyJournal(stored.content(), readPublicKeys(testSigner().publicKey) ?? new Map());
  database.close();
  return { bodies: new Map(rows), report };
}
