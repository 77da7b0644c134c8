import type Database from "better-sqlite3";
import type { Clock } from "../base/clock.ts";
import { Listeners } from "../base/listeners.ts";
import type { EventDraft } from "../model/event.ts";
import {
  type Accepted,
  AppendError,
  type ChainHead,
  type DeadLetter,
  type Journal,
  type JournalFault,
  type JournalRecovery,
  type JournalStats,
  type Range,
  type ReceiptOutcome,
  type ReceiptStanding,
  type Redelivered,
  type SeqsOfEpoch,
  type Stamp,
  type StoredEvent,
} from "../model/journal.ts";
import type { Signer } from "../model/signer.ts";
import { LogEnd } from "./journal-sqlite-append.ts";
import { Delivery } from "./journal-sqlite-delivery.ts";
import type { Epochs } from "./journal-sqlite-epochs.ts";
import { Evictor } from "./journal-sqlite-evict.ts";
import { sqliteCode } from "./journal-sqlite-faults.ts";
import { HANDED, Handed } from "./journal-sqlite-handed.ts";
import { lastHealthIn } from "./journal-sqlite-health.ts";
import { Holes } from "./journal-sqlite-holes.ts";
import { Notes } from "./journal-sqlite-notes.ts";
import { LogReader } from "./journal-sqlite-read.ts";
import { UnitReceipts } from "./journal-sqlite-receipts.ts";
import { type JournalLimits, Room, usualLimits } from "./journal-sqlite-room.ts";
import { Soundness } from "./journal-sqlite-soundness.ts";
import { statsOf } from "./journal-sqlite-stats.ts";
import { Transactions } from "./journal-sqlite-transaction.ts";
import { Writer } from "./journal-sqlite-write.ts";

export interface JournalOptions {
  readonly path: string;
  readonly site: string;
  readonly clock: Clock;
  /** Asked at each commit. */
  readonly stamp: () => Stamp;
  /** That many random bytes, fit for an id that is unique for ever. */
  readonly random: (bytes: number) => Uint8Array;
  /** Signs the beginning of an epoch, and what tells of gone events. */
  readonly signer: Signer;
  readonly limits?: JournalLimits;
}

/** The open journal. The database is its own from here on: `close` closes it. */
export class SqliteJournal implements Journal {
  readonly #database: Database.Database;
  readonly #path: string;
  readonly #soundness: Soundness;
  readonly #epochs: Epochs;
  readonly #delivery: Delivery;
  readonly #receipts: UnitReceipts;
  readonly #notes: Notes;
  readonly #end: LogEnd;
  readonly #reader: LogReader;
  readonly #writer: Writer;
  readonly #holes: Holes;
  readonly #handed: Handed;
  readonly #evictor: Evictor;
  readonly #room: Room;
  readonly #accepted = new Listeners();
  readonly #dropped = new Listeners<[readonly Range[]]>();
  #closed = false;

  readonly lastHealth: Journal["lastHealth"];

  constructor(database: Database.Database, options: JournalOptions, epochs: Epochs) {
    this.#database = database;
    this.#path = options.path;
    this.#soundness = new Soundness(options.path);
    this.#epochs = epochs;
    this.#reader = new LogReader(database, epochs);
    const lastHealth = lastHealthIn(database);
    this.lastHealth = (camera) => this.#soundness.tried(() => lastHealth(camera));
    this.#notes = new Notes(database);
    this.#delivery = new Delivery(database, options.clock, () => this.#writer.schedule());
    this.#receipts = new UnitReceipts(database, epochs, this.#delivery, this.#notes);
    const transactions = new Transactions(database);
    this.#end = new LogEnd(database, options, epochs);
    this.#holes = new Holes(database);
    this.#handed = new Handed(database, this.#notes.kept(HANDED), this.undelivered(), (note) =>
      this.keepAll(new Map([[HANDED, note]])),
    );
    this.#evictor = new Evictor(database, options, {
      transactions,
      end: this.#end,
      epochs,
      holes: this.#holes,
      delivery: this.#delivery,
      handed: this.#handed,
      owed: () => this.#receipts.owed(),
    });
    this.#receipts.onRedeliver((range) => {
      this.#evictor.searchAnew();
      // The unit may have it.
      this.#handed.add(range);
    });
    this.#receipts.onReceipt((range) => this.#handed.settled(range));
    this.#room = new Room(database, this.#evictor, {
      path: options.path,
      limits: options.limits ?? usualLimits,
      clock: options.clock,
      events: () => this.#end.head - this.#holes.count,
      onDropped: (ranges) => {
        this.#dropped.tell(ranges);
        this.#accepted.tell();
      },
      onRefused: (error) => void this.#soundness.note(error),
    });
    this.#writer = new Writer({
      transactions,
      end: this.#end,
      delivery: this.#delivery,
      room: this.#room,
      isOpen: () => !this.#closed && database.open,
      onRefused: (error) => void this.#soundness.note(error),
      onAccepted: () => this.#accepted.tell(),
    });
  }

  get epoch(): string {
    return this.#epochs.present.id;
  }

  append(draft: EventDraft): Promise<Accepted> {
    if (this.#closed) return Promise.reject(new AppendError("closed", "the journal is closed"));
    const { fault } = this.#soundness;
    if (fault) return Promise.reject(new AppendError("lost", fault.evidence));
    return this.#writer.append(draft);
  }

  head(): number {
    return this.#end.head;
  }

  chainHead(): ChainHead {
    return this.#end.chainHead();
  }

  read(range: Range, limit: number, bytes: number): StoredEvent[] {
    return this.#soundness.tried(() => this.#reader.read(range, this.#end.head, limit, bytes)) ?? [];
  }

  undelivered(): readonly Range[] {
    return this.#holes.kept(this.#delivery.undelivered(this.#end.head));
  }

  settle(range: Range): void {
    if (this.#closed) return;
    this.#delivery.settle(this.#holes.widen(range));
    this.#handed.settled(range);
  }

  handOver(range: Range): void {
    if (!this.#closed) this.#handed.add(range);
  }

  receipt(epoch: string, upTo: number): ReceiptOutcome {
    return this.#asked(() => this.#receipts.receipt(epoch, upTo, this.#end.head)) ?? { kind: "unreadable" };
  }

  sendsTo(unit: string): number | undefined {
    return this.#receipts.sendsTo(unit);
  }

  expectReceipts(from: number): void {
    if (!this.#closed) this.#receipts.expect(from);
  }

  receiptStandings(from: number): readonly ReceiptStanding[] {
    return this.#asked(() => this.#receipts.standings(from, this.#end.head)) ?? [];
  }

  redeliver(range: Range): Redelivered {
    const done = this.#asked(() => this.#receipts.redeliver(range, this.#end.head));
    return done ?? { again: 0, waiting: 0, gone: [{ ...range, why: "unreadable" }] };
  }

  onRedeliver(notify: (range: Range) => void): () => void {
    return this.#receipts.onRedeliver(notify);
  }

  onReceipt(notify: (range: Range) => void): () => void {
    return this.#receipts.onReceipt(notify);
  }

  deadLetters(): readonly DeadLetter[] {
    return this.#delivery.deadLetters();
  }

  giveUp(letter: DeadLetter): void {
    if (!this.#closed) this.#delivery.giveUp(letter);
  }

  epochPositions(epoch: string): Range | undefined {
    return this.#asked(() => this.#receipts.positions(epoch, this.#end.head));
  }

  seqsOf(range: Range): readonly SeqsOfEpoch[] {
    return this.#asked(() => this.#receipts.seqsOf(range)) ?? [];
  }

  onAccepted(notify: () => void): () => void {
    return this.#accepted.add(notify);
  }

  onDropped(notify: (ranges: readonly Range[]) => void): () => void {
    return this.#dropped.add(notify);
  }

  stats(): JournalStats {
    this.#room.look();
    const sources = {
      path: this.#path,
      epochs: this.#epochs,
      end: this.#end,
      holes: this.#holes,
      reader: this.#reader,
      room: this.#room,
      soundness: this.#soundness,
      writer: this.#writer,
    };
    return statsOf(sources, this.undelivered());
  }

  check(): JournalFault | undefined {
    if (!this.#closed) this.#soundness.look();
    return this.#soundness.fault;
  }

  recovery(): JournalRecovery | undefined {
    return this.#notes.recovery();
  }

  recoveryTold(): void {
    this.#notes.recoveryTold();
  }

  nextSession(): number {
    return this.#notes.nextSession();
  }

  kept(name: string): string | undefined {
    return this.#notes.kept(name);
  }

  keep(name: string, note: string): void {
    this.#notes.keep(name, note);
  }

  keptUnder(prefix: string): ReadonlyMap<string, string> {
    return this.#notes.keptUnder(prefix);
  }

  keepAll(changes: ReadonlyMap<string, string | undefined>): boolean {
    if (this.#closed || this.#soundness.fault) return false;
    try {
      this.#notes.keepAll(changes);
      return true;
    } catch (error) {
      if (sqliteCode(error) === undefined) throw error;
      this.#soundness.note(error);
      return false;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const { fault } = this.#soundness;
    const isReplaced = fault?.kind === "replaced";
    if (isReplaced) this.#writer.refuseAll(new AppendError("lost", fault.evidence));
    else this.#writer.finish();
    this.#delivery.close();
    await this.#room.close();
    // SQLite deletes the -wal by its name when it closes: another journal's, where that has taken the place.
    if (!isReplaced) this.#database.close();
  }

  /** What `read` gives; undefined of a journal that is closed, or whose file turns out damaged. */
  #asked<T>(read: () => T): T | undefined {
    return this.#closed ? undefined : this.#soundness.tried(read);
  }
}
