import type Database from "better-sqlite3";
import { chainLinker, GENESIS } from "../core/chain.ts";
import { type Epoch, epochHolding, latestEpoch } from "./journal-sqlite-epochs.ts";
import { type Hole, UP_TO } from "./journal-sqlite-holes.ts";

export interface Link {
  readonly position: number;
  readonly hash: Buffer;
}

/** Position and hash of the newest event; undefined while there is none. */
export function lastLink(database: Database.Database): Link | undefined {
  return database.prepare<[], Link>("SELECT position, hash FROM event ORDER BY position DESC LIMIT 1").get();
}

/** Events at the end that are proven at every start: a few milliseconds, whatever the size of the file. */
const TAIL = 1_000;

/** Gives the range without events that ends before a position, with the hash of its last. */
function holes(database: Database.Database) {
  const table = database
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'dropped'")
    .get();
  const before = table ? database.prepare<[number], Hole>(UP_TO) : undefined;
  return (position: number) => {
    const hole = before?.get(position - 1);
    return hole?.last === position - 1 ? hole : undefined;
  };
}

const EPOCH = /^[0-9a-f]{32}$/;

/** As bytes or null, whatever type damage has given to a value. */
interface Row {
  readonly position: number;
  readonly body: Buffer | null;
  readonly hash: Buffer | null;
}
const ROWS = "SELECT position, CAST(body AS BLOB) AS body, CAST(hash AS BLOB) AS hash FROM event";

/**
 * Says which of the newest 1,000 events is the first that is not linked to the one before it (core/chain.ts): changed,
 * missing or of another place. Undefined where all are. An epoch that begins among them begins a chain of its own, and
 * behind what the journal says to have no events of it goes on from the hash that is kept in their place.
 */
export function brokenTail(database: Database.Database, site: string): string | undefined {
  const holeBefore = holes(database);
  const before = database.prepare<[number], Row>(`${ROWS} ORDER BY position DESC LIMIT 1 OFFSET ?`).get(TAIL);
  if (before && before.hash?.length !== GENESIS.length)
    return `the event at position ${before.position} has no hash`;
  let last = before?.position ?? 0;
  let previous: Uint8Array = before?.hash ?? GENESIS;
  const holding = epochHolding(database);
  let epoch: (Epoch & { readonly end: number }) | undefined;
  let link: ReturnType<typeof chainLinker> | undefined;
  const rows = database.prepare<[number], Row>(`${ROWS} WHERE position > ? ORDER BY position`).iterate(last);
  for (const { position, body, hash } of rows) {
    const hole = position > last + 1 ? holeBefore(position) : undefined;
    if (hole && hole.first <= last + 1) previous = hole.hash;
    const expected = hole && hole.first <= last + 1 ? position : last + 1;
    if (!epoch || !link || expected > epoch.end) {
      epoch = holding(expected);
      if (!epoch || !EPOCH.test(epoch.id)) return `the event at position ${expected} is of no epoch`;
      link = chainLinker(site, epoch.id);
    }
    const seq = expected - epoch.base;
    if (seq === 1) previous = GENESIS;
    if (position !== expected || !body || !hash || !link(previous, seq, body).equals(hash))
      return `event ${seq} of epoch ${epoch.id} is not what was written there`;
    last = position;
    previous = hash;
  }
  const present = latestEpoch(database);
  return present && present.base >= last ? "event 1 of the latest epoch is not there" : undefined;
}
