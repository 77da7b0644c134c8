import type Database from "better-sqlite3";
import { chainLinker, GENESIS } from "../core/chain.ts";
import { eventSealer } from "../core/envelope.ts";
import { epochText } from "../core/signed-text.ts";
import type { EpochData } from "../model/event.ts";
import type { Stamp } from "../model/journal.ts";
import type { Signer } from "../model/signer.ts";
import { lastLink } from "./journal-sqlite-chain.ts";
import { latestEpoch } from "./journal-sqlite-epochs.ts";

export interface Beginning {
  readonly site: string;
  /** Wall milliseconds. */
  readonly wall: number;
  readonly stamp: Stamp;
  readonly random: (bytes: number) => Uint8Array;
  readonly signer: Signer;
}

export const INSERT_EVENT =
  "INSERT INTO event (position, kind, at, recorded, body, hash) VALUES (?, ?, ?, ?, ?, ?)";

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
      open(database, beginning, "created", null);
    } else if (key !== undefined && key !== keyId) {
      open(database, beginning, "new-key", {
        epoch: present.id,
        seq: last.position - present.base,
        hash: last.hash.toString("hex"),
      });
    }
    if (key !== keyId)
      database
        .prepare("INSERT INTO meta VALUES ('key', ?) ON CONFLICT DO UPDATE SET value = excluded.value")
        .run(keyId);
  });
  begin.immediate();
}

function open(
  database: Database.Database,
  { site, wall, stamp, random, signer }: Beginning,
  reason: EpochData["reason"],
  previous: EpochData["previous"],
): void {
  const at = Math.trunc(wall);
  const base = lastLink(database)?.position ?? 0;
  const id = Buffer.from(random(16)).toString("hex");
  database
    .prepare(
      `INSERT INTO epoch (number, id, base, began, reason)
       VALUES ((SELECT coalesce(max(number), 0) + 1 FROM epoch), ?, ?, ?, ?)`,
    )
    .run(id, base, at, reason);
  const { keyId, publicKey } = signer;
  const signature = signer.sign(epochText({ site, epoch: id }, { reason, previous, publicKey }));
  const seal = eventSealer({ site, epoch: id, recordedAt: at, stamp });
  const body = seal({ kind: "epoch", at, data: { reason, previous, keyId, publicKey, signature } }, 1);
  const hash = chainLinker(site, id)(GENESIS, 1, body);
  database.prepare(INSERT_EVENT).run(base + 1, "epoch", at, at, body, hash);
}
