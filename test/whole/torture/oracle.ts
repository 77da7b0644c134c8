import { DatabaseSync } from "node:sqlite";
import { chainLinker, GENESIS } from "../../../agent/core/chain.ts";
import { readPublicKeys } from "../../../agent/core/signed-text.ts";
import { Verifier } from "../../../agent/core/verify.ts";
import { eventSchema } from "../../../agent/model/event.ts";
import { testSigner } from "../../fakes/signer.ts";
import type { AcceptedEvent, Told } from "./writer-order.ts";

/** What the writers of one journal have told over all their lives. It never looks into the journal. */
export class Oracle {
  readonly #accepted = new Map<string, number>();
  readonly #settled = new Set<number>();
  made = 0;
  /** Places that two events were accepted for. */
  readonly usedTwice: string[] = [];
  /** Why a journal would not open. */
  readonly refusals: string[] = [];
  /** Milliseconds that each opening took. */
  readonly openings: number[] = [];

  take(told: Told): void {
    if (told.kind === "made") this.made += 1;
    else if (told.kind === "accepted") this.#accept(told);
    else if (told.kind === "opened") this.openings.push(told.ms);
    else if (told.kind === "fault") this.refusals.push(told.evidence);
    else if (told.kind === "settling")
      for (let at = told.range.from; at <= told.range.to; at++) this.#settled.add(at);
  }

  get accepted(): number {
    return this.#accepted.size;
  }

  /** Compares with a journal that nobody has open. */
  judge(path: string, site: string): JournalVerdict {
    const wrong = [
      ...this.usedTwice.map((place) => `used twice: ${place}`),
      ...this.refusals.map((evidence) => `did not open: ${evidence}`),
    ];
    let found: ReturnType<typeof readWithAnotherSqlite>;
    try {
      found = readWithAnotherSqlite(path);
    } catch (error) {
      const unread = `not read: ${(error as Error).message}`;
      return { received: 0, lost: this.accepted, duplicated: 0, wrong: [...wrong, unread] };
    }
    if (found.integrity !== "ok") wrong.push(`integrity_check: ${found.integrity}`);
    wrong.push(...chainFaults(found.rows, site));
    const numbers = new Map<string, number>();
    const seen = new Set<number>();
    let duplicated = 0;
    let newest = -1;
    for (const { body } of found.rows) {
      const event = eventSchema.parse(JSON.parse(body));
      if (event.type !== "vn.camera.motion.v1") continue;
      const n = Number(event.data.activity.replace("activity-", ""));
      if (seen.has(n)) duplicated += 1;
      seen.add(n);
      if (n < newest) wrong.push(`event ${n} stands behind event ${newest}`);
      newest = n;
      numbers.set(placeOf(event.epoch, Number(event.sequence)), n);
    }
    let lost = 0;
    for (const [place, n] of this.#accepted) if (numbers.get(place) !== n) lost += 1;
    for (const { first, last } of found.delivered)
      for (let at = first; at <= last; at++)
        if (!this.#settled.has(at)) wrong.push(`position ${at} counts as delivered and never was`);
    return { received: seen.size, lost, duplicated, wrong };
  }

  #accept({ n, epoch, seq }: AcceptedEvent): void {
    const place = placeOf(epoch, seq);
    if (this.#accepted.has(place)) this.usedTwice.push(place);
    else this.#accepted.set(place, n);
  }
}

export interface JournalVerdict {
  /** Events that the journal holds. */
  readonly received: number;
  /** Accepted events that it does not hold where it said. */
  readonly lost: number;
  /** Events that it holds more than once. */
  readonly duplicated: number;
  /** Everything else that is not as it must be, in words. */
  readonly wrong: readonly string[];
}

const placeOf = (epoch: string, seq: number) => `${epoch} ${seq}`;

interface FoundRow {
  readonly body: string;
  readonly hash: Uint8Array;
}

/** Read by Node's own SQLite, which is not the one that wrote it. */
function readWithAnotherSqlite(path: string) {
  using database = new DatabaseSync(path);
  const integrity = String(Object.values(database.prepare("PRAGMA integrity_check").get() ?? {})[0]);
  const rows = database.prepare("SELECT body, hash FROM event ORDER BY position").all();
  const delivered = database.prepare("SELECT first, last FROM delivered").all();
  return {
    integrity,
    rows: rows as unknown as FoundRow[],
    delivered: delivered as unknown as { readonly first: number; readonly last: number }[],
  };
}

/** Every stored hash is that of the body behind the one before; every checkpoint holds. */
function chainFaults(rows: readonly FoundRow[], site: string): string[] {
  const faults: string[] = [];
  const keys = readPublicKeys(testSigner().publicKey);
  if (!keys) throw new Error("the tests' key cannot be read");
  const verifier = new Verifier(keys);
  const links = new Map<string, ReturnType<typeof chainLinker>>();
  let previous: Uint8Array = GENESIS;
  let signedAt = 0;
  for (const { body, hash } of rows) {
    verifier.take(Buffer.from(body));
    const { epoch, sequence, type, data } = eventSchema.parse(JSON.parse(body));
    const link = links.get(epoch) ?? chainLinker(site, epoch);
    links.set(epoch, link);
    const seq = Number(sequence);
    if (seq === 1) previous = GENESIS;
    if (!Buffer.from(link(previous, seq, body)).equals(hash)) faults.push(`chain broken at ${epoch} ${seq}`);
    if (type === "vn.camera.checkpoint.v1") signedAt = Date.parse((data as { readonly time: string }).time);
    previous = hash;
  }
  const report = verifier.report(signedAt);
  const vouched = report.epochs.some(({ checkpoints }) => checkpoints.good > 0);
  if (vouched && !report.ok) faults.push(`verify: ${JSON.stringify(report.epochs)}`);
  return faults;
}
