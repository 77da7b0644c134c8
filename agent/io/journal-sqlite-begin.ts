import { basename } from "node:path";
import type Database from "better-sqlite3";
import { chainLinker, GENESIS } from "../core/chain.ts";
import { eventSealer } from "../core/envelope.ts";
import { epochText } from "../core/signed-text.ts";
import type { EpochData } from "../model/event.ts";
import type { JournalRecovery, Stamp } from "../model/journal.ts";
import type { Signer } from "../model/signer.ts";
import { type Link, lastLink } from "./journal-sqlite-chain.ts";
import { type Epoch, latestEpoch } from "./journal-sqlite-epochs.ts";
import { INSERT_EVENT } from "./journal-sqlite-rows.ts";

export interface Beginning {
  readonly site: string;
  /** Wall milliseconds. */
  readonly wall: number;
  readonly stamp: Stamp;
  readonly random: (bytes: number) => Uint8Array;
  readonly signer: Signer;
}

/** Writes the site into a new journal; gives the site that the journal belongs to. */
export function claim(database: Database.Database, site: string): unknown {
  database.prepare("INSERT INTO meta VALUES ('site', ?) ON CONFLICT DO NOTHING").run(site);
  return database.prepare("SELECT value FROM meta WHERE key = 'site'").pluck().get();
}

/**
 * Sees to it that the present epoch is one that this key signs: begins one in a new file, and when the site has
 * another key than before. An epoch's row and its first event, which names its reason and the head of the epoch
 * before, are written in one transaction.
 */
export function beginEpoch(database: Database.Database, beginning: Beginning): void {
  const begin = database.transaction(() => {
    const present = latestEpoch(database);
    const last = lastLink(database);
    const key = database.prepare<[], string>("SELECT value FROM meta WHERE key = 'key'").pluck().get();
    const { keyId } = beginning.signer;
    if (!present || !last) {
      open(database, beginning, { reason: "created", previous: null });
    } else if (key !== undefined && key !== keyId) {
      open(database, beginning, { reason: "new-key", previous: headOf(present, last) });
    }
    if (key !== keyId) keepKey(database, keyId);
  });
  begin.immediate();
}

/** Begins the epoch of a journal that takes a damaged one's place, inside the caller's transaction. */
export function beginRecovered(
  database: Database.Database,
  beginning: Beginning,
  { reason, salvaged, lost, setAside }: JournalRecovery,
): void {
  const present = latestEpoch(database);
  const last = lastLink(database);
  const previous = present && last ? headOf(present, last) : null;
  const recovery = { salvaged, lost, setAside: basename(setAside) };
  open(database, beginning, { reason, previous, recovery });
  keepKey(database, beginning.signer.keyId);
}

function headOf({ id, base }: Epoch, { position, hash }: Link): EpochData["previous"] {
  return { epoch: id, seq: position - base, hash: hash.toString("hex") };
}

/** Which key signs the present epoch. */
function keepKey(database: Database.Database, keyId: string): void {
  database
    .prepare("INSERT INTO meta VALUES ('key', ?) ON CONFLICT DO UPDATE SET value = excluded.value")
    .run(keyId);
}

function open(
  database: Database.Database,
  { site, wall, stamp, random, signer }: Beginning,
  told: Pick<EpochData, "reason" | "previous" | "recovery">,
): void {
  const at = Math.trunc(wall);
  const base = lastLink(database)?.position ?? 0;
  const id = Buffer.from(random(16)).toString("hex");
  database
    .prepare(
      `INSERT INTO epoch (number, id, base, began, reason)
       VALUES ((SELECT coalesce(max(number), 0) + 1 FROM epoch), ?, ?, ?, ?)`,
    )
    .run(id, base, at, told.reason);
  const { keyId, publicKey } = signer;
  const signature = signer.sign(epochText({ site, epoch: id }, { ...told, publicKey }));
  const seal = eventSealer({ site, epoch: id, recordedAt: at, stamp });
  const body = seal({ kind: "epoch", at, data: { ...told, keyId, publicKey, signature } }, 1);
  const hash = chainLinker(site, id)(GENESIS, 1, body);
  database.prepare(INSERT_EVENT).run(base + 1, "epoch", at, at, body, hash);
}
