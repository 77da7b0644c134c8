import { basename } from "node:path";
import Database from "better-sqlite3";
import { RangeSet } from "../core/ranges.ts";
import type { JournalRecovery, Range } from "../model/journal.ts";
import type { RecoveryFiles } from "./journal-recover-files.ts";
import { RECOVERY, SET_ASIDE } from "./journal-recover-files.ts";
import { isOfOneEpoch, lossEvents, lostIn, type Void } from "./journal-recover-lost.ts";
import type { ChainProof, Hole, Proven } from "./journal-recover-proof.ts";
import type { Remains } from "./journal-recover-remains.ts";
import { LogEnd } from "./journal-sqlite-append.ts";
import { type Beginning, beginRecovered, claim } from "./journal-sqlite-begin.ts";
import { Epochs } from "./journal-sqlite-epochs.ts";
import { INSERT_EVENT } from "./journal-sqlite-rows.ts";
import { journalSchema } from "./journal-sqlite-schema.ts";
import { migrate } from "./schema-steps.ts";

/** Page cache in KiB: rows are only added at the end. */
const CACHE_KIB = 2_048;
/** Events of one transaction. */
const BATCH = 1_000;

/**
 * The database that takes a damaged journal's place. It is written without a log and without asking the disk, as it
 * counts for nothing before it is complete.
 */
export class NewJournal implements Disposable {
  readonly #database: Database.Database;
  readonly #files: RecoveryFiles;
  readonly #remains: Remains;
  readonly #insert: Database.Statement<[number, string, number, number, string, Uint8Array]>;
  #batch: Proven[] = [];
  #epoch: string | undefined;

  constructor(path: string, remains: Remains, files: RecoveryFiles) {
    this.#files = files;
    this.#remains = remains;
    this.#database = new Database(path);
    this.#database.pragma("locking_mode = EXCLUSIVE");
    // Before anything is written: a journal that was begun on the disk would be left there.
    this.#database.pragma("journal_mode = MEMORY");
    this.#database.pragma("auto_vacuum = INCREMENTAL");
    this.#database.pragma("synchronous = OFF");
    this.#database.pragma(`cache_size = -${CACHE_KIB}`);
    this.#database.transaction(() => migrate(this.#database, journalSchema)).immediate();
    this.#insert = this.#database.prepare(INSERT_EVENT);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  /** Events in order of position. */
  async add(events: readonly Proven[]): Promise<void> {
    this.#batch.push(...events);
    if (this.#batch.length < BATCH) return;
    this.#write();
    await this.#files.turn();
  }

  /** Everything else: what was delivered, holes, notes, and the beginning of the epoch that tells of it all. */
  complete(
    { last, holes, voids }: Pick<ChainProof, "last" | "holes" | "voids">,
    recovery: JournalRecovery,
    beginning: Beginning,
  ): void {
    this.#write();
    const database = this.#database;
    const finish = database.transaction(() => {
      claim(database, beginning.site);
      this.#writeHoles(holes);
      this.#writeDelivered(last?.position ?? 0, holes);
      const note = database.prepare(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      );
      for (const [key, value] of this.#remains.notes) note.run(key, value);
      note.run(SET_ASIDE, basename(recovery.setAside));
      note.run(RECOVERY, JSON.stringify(recovery));
      beginRecovered(database, beginning, recovery);
      this.#tellLost(voids, beginning);
    });
    finish.immediate();
  }

  #write(): void {
    const batch = this.#batch;
    this.#batch = [];
    const write = this.#database.transaction(() => {
      for (const event of batch) {
        if (event.epoch !== this.#epoch) this.#beginEpoch(event);
        const { position, kind, at, recorded, body, hash } = event;
        this.#insert.run(position, kind, at, recorded, body.toString("utf8"), hash);
      }
    });
    write.immediate();
  }

  /** The row of an epoch as the old table had it, where that is readable. */
  #beginEpoch({ epoch, position, seq, recorded }: Proven): void {
    this.#epoch = epoch;
    const known = this.#remains.epochs.get(epoch);
    this.#database
      .prepare(
        `INSERT INTO epoch (number, id, base, began, reason)
         VALUES ((SELECT coalesce(max(number), 0) + 1 FROM epoch), ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      )
      .run(epoch, position - seq, known?.began ?? recorded, known?.reason ?? "created");
  }

  /** Behind the epoch's beginning, for the unit. */
  #tellLost(voids: readonly Void[], beginning: Beginning): void {
    const { site, wall, stamp } = beginning;
    const { holes, delivered, epochs } = this.#remains;
    const taken = new RangeSet(delivered);
    const lost = voids
      .filter((gone) => isOfOneEpoch(gone, epochs))
      .flatMap((gone) => lostIn(gone, holes, taken));
    const options = { site, clock: { wall: () => wall }, stamp: () => stamp };
    const appending = new LogEnd(this.#database, options, new Epochs(this.#database)).begin();
    appending.insert(lossEvents(lost, beginning));
  }

  #writeHoles(holes: readonly Hole[]): void {
    const insert = this.#database.prepare("INSERT INTO dropped (first, last, hash) VALUES (?, ?, ?)");
    for (const { from, to, hash } of holes) insert.run(from, to, hash);
  }

  /** Of positions behind the last one nothing is taken over: they are given anew. There is nothing to send of holes. */
  #writeDelivered(last: number, holes: readonly Hole[]): void {
    const upToLast = (ranges: readonly Range[]) =>
      ranges.map(({ from, to }) => ({ from, to: Math.min(to, last) }));
    const delivered = new RangeSet(holes);
    for (const range of upToLast(this.#remains.delivered)) delivered.add(range);
    this.#writeRanges("delivered", delivered);
    const receipted = upToLast(this.#remains.receipted).flatMap(({ from, to }) => delivered.within(from, to));
    this.#writeRanges("receipted", new RangeSet(receipted));
  }

  #writeRanges(table: "delivered" | "receipted", set: RangeSet): void {
    const insert = this.#database.prepare(`INSERT INTO ${table} (first, last) VALUES (?, ?)`);
    for (const { from, to } of set.ranges()) insert.run(from, to);
  }
}
