import type Database from "better-sqlite3";
import { type Batch, chooseEviction, type Droppable, type Kept, type Need } from "../core/eviction.ts";
import { RangeSet } from "../core/ranges.ts";
import type { GapReason } from "../model/event-names.ts";
import { AppendError, type Range } from "../model/journal.ts";
import type { LogEnd } from "./journal-sqlite-append.ts";
import type { Delivery } from "./journal-sqlite-delivery.ts";
import type { Epochs } from "./journal-sqlite-epochs.ts";
import { sqliteCode } from "./journal-sqlite-faults.ts";
import { Gone, type GoneOptions } from "./journal-sqlite-gone.ts";
import type { Handed } from "./journal-sqlite-handed.ts";
import type { Holes } from "./journal-sqlite-holes.ts";
import { HEALTH_SUBJECT } from "./journal-sqlite-schema.ts";
import { toldIn } from "./journal-sqlite-told-again.ts";
import type { Transactions } from "./journal-sqlite-transaction.ts";

/** Bytes of a row besides its body: its columns, hash and cell. */
const ROW_BYTES = 64;
/** Events of one batch: deleting them takes the event loop a tenth of a second. */
const BATCH_EVENTS = 20_000;
/** Events that are looked at for one batch. */
const BATCH_LOOKS = 65_536;
/** Unsent ranges of one batch: four events that tell of them. */
const BATCH_RANGES = 256;
/** Rows that are read at once. */
const CHUNK = 1_024;
/** A checkpoint is written every 256 events: none further back than this is the newest. */
const CHECKPOINT_WITHIN = 100_000;

/** The parts of the journal that dropping events concerns. */
export interface EvictParts {
  readonly transactions: Transactions;
  readonly end: LogEnd;
  readonly epochs: Epochs;
  readonly holes: Holes;
  readonly delivery: Delivery;
  readonly handed: Handed;
  /** What the broker acknowledged and the unit has said nothing of, though it does so. */
  readonly owed: () => readonly Range[];
}

export interface Dropped {
  /** In order; what was unsent of it is told. */
  readonly ranges: readonly Range[];
  readonly unsent: number;
  readonly bytes: number;
}

/** Drops events that make room, with the events that tell of those that were never sent, in one commit. */
export class Evictor {
  readonly #gone: Gone;
  readonly #toldIn: ReturnType<typeof toldIn>;
  readonly #parts: EvictParts;
  readonly #rows: Database.Statement<[number, number, number], Droppable>;
  readonly #newer: Database.Statement<[string, number]>;
  readonly #checkpoint: Database.Statement<[number], number>;
  readonly #hash: Database.Statement<[number], Buffer>;
  readonly #delete: Database.Statement<[number, number]>;
  /** Below, there is no unsent motion left. */
  #searched = 0;

  constructor(database: Database.Database, options: GoneOptions, parts: EvictParts) {
    this.#gone = new Gone(database, options, parts.epochs, parts.holes);
    this.#toldIn = toldIn(database);
    this.#parts = parts;
    this.#rows = database.prepare(
      `SELECT position, kind, octet_length(body) + ${ROW_BYTES} AS bytes,
         CASE WHEN kind = 'health' THEN ${HEALTH_SUBJECT} END AS camera
       FROM event WHERE position BETWEEN ? AND ? ORDER BY position LIMIT ?`,
    );
    this.#newer = database.prepare(
      `SELECT 1 FROM event WHERE kind = 'health' AND ${HEALTH_SUBJECT} = ? AND position > ? LIMIT 1`,
    );
    this.#checkpoint = database
      .prepare<[number], number>(
        "SELECT position FROM event WHERE kind = 'checkpoint' AND position > ? ORDER BY position DESC LIMIT 1",
      )
      .pluck();
    this.#hash = database.prepare<[number], Buffer>("SELECT hash FROM event WHERE position = ?").pluck();
    this.#delete = database.prepare("DELETE FROM event WHERE position BETWEEN ? AND ?");
  }

  /** Something may be unsent again that was not. */
  searchAnew(): void {
    this.#searched = 0;
  }

  /**
   * One commit's worth: bodies of `bytes` at most. Undefined where nothing is left that may go; SQLite's error where
   * the commit was refused, and nothing is dropped.
   */
  drop(need: Need, bytes: number, reason: GapReason, mayDropUnsent: boolean): Dropped | Error | undefined {
    try {
      return this.#drop(need, bytes, reason, mayDropUnsent);
    } catch (error) {
      if (sqliteCode(error) === undefined) throw error;
      return error as Error;
    }
  }

  #drop(need: Need, bytes: number, reason: GapReason, mayDropUnsent: boolean): Dropped | Error | undefined {
    const batch: Batch = { bytes, events: BATCH_EVENTS, looks: BATCH_LOOKS, ranges: BATCH_RANGES };
    const allOwed = new RangeSet(this.#parts.owed());
    // What the unit may yet ask for goes in exchange for new events alone, as what it was never sent.
    const kept = this.#kept(mayDropUnsent ? undefined : allOwed);
    const choice = chooseEviction(kept, need, batch, mayDropUnsent);
    const { transactions, end, holes, delivery, epochs, handed } = this.#parts;
    const owed = new RangeSet(choice.delivered.flatMap(({ from, to }) => allOwed.within(from, to)));
    const delivered = choice.delivered
      .flatMap(({ from, to }) => owed.complement(from, to))
      .flatMap((range) => this.#ofOneEpoch(range));
    const unreceipted = owed
      .ranges()
      .flatMap((range) => this.#ofOneEpoch(range))
      .flatMap((range) => this.#gone.parts(range, true));
    const told = choice.unsent
      .flatMap((range) => this.#ofOneEpoch(range))
      .flatMap((range) => handed.split(range))
      .flatMap((part) => this.#gone.parts(part, part.isDoubtful));
    const dropping = [...delivered, ...unreceipted, ...told].toSorted((a, b) => a.from - b.from);
    const appending = end.begin();
    const error = transactions.run(() => {
      const hashes = dropping.map(({ to }) => this.#hash.get(to));
      const drafts = [
        ...this.#gone.drafts(told, reason),
        ...this.#gone.drafts(unreceipted, "unreceipted"),
        ...this.#gone.again(this.#toldIn(unreceipted)),
      ];
      const refused = appending.insert(drafts).find((written) => written instanceof AppendError);
      if (refused) throw refused;
      for (const [index, range] of dropping.entries()) {
        const hash = hashes[index];
        if (!hash) continue;
        this.#delete.run(range.from, range.to);
        holes.write(range, hash, epochs.at(range.from));
      }
    });
    if (error) return error;
    appending.committed();
    holes.committed(dropping);
    for (const range of told) handed.dropped(range);
    // They are not delivered; but none is given up any more either.
    for (const letter of delivery.deadLetters())
      for (const gone of told) if (gone.from <= letter.to && gone.to >= letter.from) delivery.settle(gone);
    this.#searched = choice.searched;
    if (dropping.length === 0 && (choice.isAll || choice.events > 0)) return undefined;
    const count = told.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    return { ranges: dropping, unsent: count, bytes: choice.bytes };
  }

  #kept(spared = new RangeSet()): Kept {
    const { holes, delivery, end } = this.#parts;
    const delivered = delivery.unreceipted(1).flatMap(({ from, to }) => spared.complement(from, to));
    const rows = this.#rows;
    return {
      receipted: holes.kept(delivery.receipted()),
      delivered: holes.kept(delivered),
      unsent: holes.kept(delivery.undelivered(end.head)),
      searched: this.#searched,
      newestCheckpoint: this.#checkpoint.get(end.head - CHECKPOINT_WITHIN) ?? 0,
      *events({ from, to }) {
        for (let next = from; next <= to; ) {
          const chunk = rows.all(next, to, CHUNK);
          yield* chunk;
          const last = chunk.at(-1);
          if (!last || chunk.length < CHUNK) return;
          next = last.position + 1;
        }
      },
      hasNewerState: (camera, position) => this.#newer.get(camera, position) !== undefined,
    };
  }

  #ofOneEpoch({ from, to }: Range): Range[] {
    const parts: Range[] = [];
    for (let next = from; next <= to; ) {
      const last = Math.min(to, this.#parts.epochs.at(next).end);
      parts.push({ from: next, to: last });
      next = last + 1;
    }
    return parts;
  }
}
