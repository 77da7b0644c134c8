import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import { systemClock } from "../../../agent/base/clock.ts";
import { readPublicKeys } from "../../../agent/core/signed-text.ts";
import { type JournalReport, verifyJournal } from "../../../agent/core/verify-journal.ts";
import { StoredJournal } from "../../../agent/io/journal-content.ts";
import { openJournal } from "../../../agent/io/journal-sqlite.ts";
import type { Journal } from "../../../agent/model/journal.ts";
import { motionDraft } from "../../fakes/drafts.ts";
import { testSigner } from "../../fakes/signer.ts";

const SITE = "site-1";

/** The bytes of a journal's two files. */
export interface Files {
  main: Buffer;
  wal: Buffer;
}

/** Where the record of an event stands in them, from its columns' types to its hash. */
export interface Place {
  readonly file: keyof Files;
  readonly from: number;
  readonly to: number;
}

/** A journal as it was written, and where each of its events stands. */
export interface Original {
  readonly files: Readonly<Files>;
  readonly bodies: ReadonlyMap<number, string>;
  readonly places: ReadonlyMap<number, readonly Place[]>;
  /** Positions up to this one were delivered. */
  readonly delivered: number;
}

export async function openRotten(path: string): Promise<Journal> {
  const opened = await openJournal({
    path,
    site: SITE,
    clock: systemClock,
    stamp: () => ({ bootId: "boot-1", clockSynced: true }),
    random: randomBytes,
    signer: testSigner(),
  });
  if (!opened.ok) throw new Error(`${opened.error.kind}: ${opened.error.evidence}`);
  return opened.value;
}

/** `left`: whether its last events are in the log still, as a process that was killed leaves it. */
export async function original(folder: string, events: number, left: "closed" | "killed"): Promise<Original> {
  mkdirSync(folder, { recursive: true });
  const path = `${folder}/journal.db`;
  const copy = `${folder}/copy.db`;
  const journal = await openRotten(path);
  const delivered = Math.floor(events * 0.6);
  const append = (from: number, to: number) =>
    Promise.all(Array.from({ length: to - from }, (_, index) => journal.append(motionDraft(from + index))));
  const bulk = Math.floor(events * 0.9);
  await append(0, bulk);
  journal.settle({ from: 1, to: delivered });
  for (let from = bulk; from < events; from += 10) await append(from, Math.min(from + 10, events));
  if (left === "closed") await journal.close();
  for (const suffix of ["", "-wal"])
    if (existsSync(`${path}${suffix}`)) copyFileSync(`${path}${suffix}`, `${copy}${suffix}`);
  if (left === "killed") await journal.close();
  const files = {
    main: readFileSync(copy),
    wal: existsSync(`${copy}-wal`) ? readFileSync(`${copy}-wal`) : Buffer.alloc(0),
  };
  const bodies = bodiesOf(path);
  rmSync(folder, { recursive: true });
  return { files, bodies, places: placesOf(files, bodies), delivered };
}

/** What the journal at that path has, by SQLite, and what it proves of itself. */
export function look(path: string): { readonly bodies: Map<number, string>; readonly report: JournalReport } {
  const database = new Database(path, { readonly: true });
  const keys = readPublicKeys(testSigner().publicKey) ?? new Map();
  const report = verifyJournal(new StoredJournal(database).content(), keys);
  database.close();
  return { bodies: bodiesOf(path), report };
}

function bodiesOf(path: string): Map<number, string> {
  const database = new Database(path, { readonly: true });
  const rows = new StoredJournal(database).rows({});
  const bodies = new Map(
    [...rows].map(({ position, body }) => [position, Buffer.from(body ?? []).toString("utf8")]),
  );
  database.close();
  return bodies;
}

const START = Buffer.from('{"specversion":"1.0","id":"');
/** Size, position, the types of six columns, kind and two times stand before an event's body. */
const BEFORE = 34;
const HASH_BYTES = 32;

/** Found by their text: nothing here knows of pages. */
function placesOf(files: Readonly<Files>, bodies: ReadonlyMap<number, string>): Map<number, Place[]> {
  const byId = new Map(
    [...bodies].map(([position, body]) => [idOf(body), { position, body: Buffer.from(body) }]),
  );
  const places = new Map<number, Place[]>();
  for (const file of ["main", "wal"] as const) {
    const bytes = files[file];
    for (let at = bytes.indexOf(START); at >= 0; at = bytes.indexOf(START, at + 1)) {
      const row = byId.get(idOf(bytes.toString("latin1", at, at + 100)));
      if (!row || !bytes.subarray(at, at + row.body.length).equals(row.body)) continue;
      const place = { file, from: at - BEFORE, to: at + row.body.length + HASH_BYTES };
      places.set(row.position, [...(places.get(row.position) ?? []), place]);
    }
  }
  return places;
}

function idOf(body: string): string {
  return /"id":"([^"]+)"/.exec(body)?.[1] ?? "";
}
