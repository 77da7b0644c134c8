import type Database from "better-sqlite3";
import type { Clock } from "../base/clock.ts";
import { chainLinker, GENESIS } from "../core/chain.ts";
import { eventSealer } from "../core/envelope.ts";
import type { EventDraft, EventKind } from "../model/event.ts";
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
import { setAside } from "./journal-recover-files.ts";
import { INSERT_EVENT } from "./journal-sqlite-begin.ts";
import { lastLink } from "./journal-sqlite-chain.ts";
import { Delivery } from "./journal-sqlite-delivery.ts";
import type { Epochs } from "./journal-sqlite-epochs.ts";
import { concernsOneRow, meansDamage, openingFault, sqliteCode } from "./journal-sqlite-faults.ts";
import { lastHealthIn } from "./journal-sqlite-health.ts";
import { markSuspect } from "./journal-sqlite-inspect.ts";
import { Notes } from "./journal-sqlite-notes.ts";
import { watchPlace } from "./journal-sqlite-place.ts";
import { UnitReceipts } from "./journal-sqlite-receipts.ts";

export interface JournalOptions {
  readonly path: string;
  readonly site: string;
  readonly clock: Clock;
  /** Asked at each commit. */
  readonly stamp: () => Stamp;
  /** That many random bytes, fit for an id that is unique for ever. */
  readonly random: (bytes: number) => Uint8Array;
  /** Signs the beginning of an epoch. */
  readonly signer: Signer;
}

/** Appends that may wait for a commit; beyond them an append is refused at once. */
const WAITING_LIMIT = 10_000;
/** Events in one commit. More gain little (figures.md) and keep the event loop waiting. */
const GROUP_LIMIT = 256;
/** Ranges that stats() lists. */
const STATS_RANGES = 16;

interface Waiting {
  readonly draft: EventDraft;
  readonly accept: (accepted: Accepted) => void;
  readonly reject: (error: AppendError) => void;
}

/** The open journal. The database is its own from here on: `close` closes it. */
export class SqliteJournal implements Journal {
  readonly #database: Database.Database;
  readonly #path: string;
  /** What has become of the file, if anything. */
  readonly #moved: () => string | undefined;
  readonly #site: string;
  readonly #clock: Clock;
  readonly #stamp: () => Stamp;
  readonly #epochs: Epochs;
  readonly #delivery: Delivery;
  readonly #receipts: UnitReceipts;
  readonly #notes: Notes;
  readonly #listeners = new Set<() => void>();

  #waiting: Waiting[] = [];
  #scheduled = false;
  #closed = false;
  #fault: JournalFault | undefined;
  #head: number;
  /** Hash of the event at the head. */
  #hash: Uint8Array;
  #accepted = 0;
  #commits = 0;

  readonly #begin: Database.Statement<[]>;
  readonly #commit: Database.Statement<[]>;
  readonly #rollback: Database.Statement<[]>;
  readonly #insert: Database.Statement<[number, string, number, number, string, Uint8Array]>;
  readonly #link: ReturnType<typeof chainLinker>;
  readonly #select: Database.Statement<[number, number, number], Row>;
  readonly #recorded: Database.Statement<[number], number>;
  readonly lastHealth: Journal["lastHealth"];

  constructor(database: Database.Database, options: JournalOptions, epochs: Epochs) {
    this.#database = database;
    this.#path = options.path;
    this.#moved = watchPlace(options.path);
    this.#site = options.site;
    this.#clock = options.clock;
    this.#stamp = options.stamp;
    this.#epochs = epochs;
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.#rollback = database.prepare("ROLLBACK");
    this.#insert = database.prepare(INSERT_EVENT);
    this.#link = chainLinker(options.site, epochs.present.id);
    this.#select = database.prepare(
      "SELECT position, kind, at, body, octet_length(body) AS bytes FROM event WHERE position BETWEEN ? AND ? ORDER BY position LIMIT ?",
    );
    this.#recorded = database
      .prepare<[number], number>("SELECT recorded FROM event WHERE position >= ? ORDER BY position LIMIT 1")
      .pluck();
    const lastHealth = lastHealthIn(database);
    this.lastHealth = (camera) => this.#tried(() => lastHealth(camera));
    const last = lastLink(database);
    this.#head = last?.position ?? epochs.present.base;
    this.#hash = last?.hash ?? GENESIS;
    this.#notes = new Notes(database);
    this.#delivery = new Delivery(database, options.clock, () => this.#schedule());
    this.#receipts = new UnitReceipts(database, epochs, this.#delivery);
  }

  get epoch(): string {
    return this.#epochs.present.id;
  }

  append(draft: EventDraft): Promise<Accepted> {
    if (this.#closed) return Promise.reject(new AppendError("closed", "the journal is closed"));
    if (this.#fault) return Promise.reject(new AppendError("lost", this.#fault.evidence));
    if (this.#waiting.length >= WAITING_LIMIT) {
      return Promise.reject(
        new AppendError("queue-full", `${WAITING_LIMIT} events wait for the disk already`),
      );
    }
    return new Promise((accept, reject) => {
      this.#waiting.push({ draft, accept, reject });
      this.#schedule();
    });
  }

  head(): number {
    return this.#head;
  }

  chainHead(): ChainHead {
    const { id, base } = this.#epochs.present;
    return { epoch: id, seq: this.#head - base, hash: Buffer.from(this.#hash).toString("hex") };
  }

  read(range: Range, limit: number, bytes: number): StoredEvent[] {
    const epoch = this.#epochs.at(range.from);
    const to = Math.min(range.to, this.#head, epoch.end);
    const events: StoredEvent[] = [];
    let size = 0;
    const rows = this.#tried(() => this.#select.all(range.from, to, limit)) ?? [];
    for (const { position, kind, at, body, bytes: length } of rows) {
      size += length;
      if (size > bytes && events.length > 0) break;
      const seq = position - epoch.base;
      events.push({ position, epoch: epoch.id, seq, kind, at, body, bytes: length });
    }
    return events;
  }

  undelivered(): readonly Range[] {
    return this.#delivery.undelivered(this.#head);
  }

  settle(range: Range): void {
    if (!this.#closed) this.#delivery.settle(range);
  }

  receipt(epoch: string, upTo: number): ReceiptOutcome {
    return this.#asked(() => this.#receipts.receipt(epoch, upTo, this.#head)) ?? { kind: "unreadable" };
  }

  receiptStandings(from: number): readonly ReceiptStanding[] {
    return this.#asked(() => this.#receipts.standings(from, this.#head)) ?? [];
  }

  redeliver(range: Range): Redelivered {
    const done = this.#asked(() => this.#receipts.redeliver(range, this.#head));
    return done ?? { again: 0, waiting: 0, gone: [{ ...range, why: "unreadable" }] };
  }

  onRedeliver(notify: (range: Range) => void): () => void {
    return this.#receipts.onRedeliver(notify);
  }

  deadLetters(): readonly DeadLetter[] {
    return this.#delivery.deadLetters();
  }

  giveUp(letter: DeadLetter): void {
    if (!this.#closed) this.#delivery.giveUp(letter);
  }

  epochPositions(epoch: string): Range | undefined {
    return this.#asked(() => this.#receipts.positions(epoch, this.#head));
  }

  seqsOf(range: Range): readonly SeqsOfEpoch[] {
    return this.#asked(() => this.#receipts.seqsOf(range)) ?? [];
  }

  onAccepted(notify: () => void): () => void {
    this.#listeners.add(notify);
    return () => this.#listeners.delete(notify);
  }

  stats(): JournalStats {
    const undelivered = this.undelivered();
    const { base } = this.#epochs.present;
    const pages = Number(this.#tried(() => this.#database.pragma("page_count", { simple: true })) ?? 0);
    const pageSize = Number(this.#database.pragma("page_size", { simple: true }));
    const oldest = undelivered[0];
    const aside = setAside(this.#path);
    return {
      epoch: this.epoch,
      lastSeq: this.#head - base,
      undelivered: undelivered.reduce((sum, range) => sum + range.to - range.from + 1, 0),
      undeliveredRanges: undelivered
        .filter((range) => range.to > base)
        .slice(0, STATS_RANGES)
        .map((range) => [Math.max(range.from - base, 1), range.to - base] as const),
      oldestUndelivered: oldest && this.#tried(() => this.#recorded.get(oldest.from)),
      bytes: pages * pageSize,
      ...(aside.journals > 0 && { setAside: aside }),
      accepted: this.#accepted,
      commits: this.#commits,
    };
  }

  check(): JournalFault | undefined {
    const moved = this.#closed ? undefined : this.#moved();
    if (moved !== undefined) this.#fault ??= { kind: "replaced", path: this.#path, evidence: moved };
    return this.#fault;
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
    if (this.#closed || this.#fault) return false;
    try {
      this.#notes.keepAll(changes);
      return true;
    } catch (error) {
      if (sqliteCode(error) === undefined) throw error;
      if (meansDamage(error)) this.#noteDamage(error);
      return false;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // SQLite deletes the -wal by its name when it closes: another journal's, where that has taken the place.
    if (this.#fault?.kind === "replaced") return this.#abandon();
    while (this.#waiting.length > 0 || this.#delivery.dirty) {
      const before = this.#waiting.length;
      if (!this.#write(true) && this.#waiting.length === before) break;
    }
    this.#delivery.close();
    this.#database.close();
  }

  /** The file is no longer ours; the process is about to end. */
  #abandon(): void {
    const lost = new AppendError("lost", this.#fault?.evidence ?? "the journal is lost");
    for (const waiting of this.#waiting.splice(0)) waiting.reject(lost);
    this.#delivery.close();
  }

  /** `#tried` of a journal that may be closed. */
  #asked<T>(read: () => T): T | undefined {
    return this.#closed ? undefined : this.#tried(read);
  }

  /** What `read` gives; undefined where the file turns out damaged, which `check` tells from then on. */
  #tried<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#noteDamage(error);
      return undefined;
    }
  }

  #noteDamage(error: unknown): void {
    if (!meansDamage(error)) throw error;
    if (!this.#fault) markSuspect(this.#path);
    this.#fault ??= { ...openingFault(this.#path, error), kind: "damaged" };
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#closed || !this.#database.open) return;
      this.#write(this.#waiting.length === 0);
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  /** One commit: the oldest waiting events, and the deliveries when they are due or asked for. */
  #write(deliveries: boolean): boolean {
    const group = this.#waiting.splice(0, GROUP_LIMIT);
    const written: Written[] = [];
    let delivered: { committed(): void } | undefined;
    try {
      this.#begin.run();
      this.#insertGroup(group, written);
      if (deliveries || this.#delivery.isDue()) delivered = this.#delivery.write();
      this.#commit.run();
    } catch (error) {
      if (this.#database.inTransaction) this.#tried(() => this.#rollback.run());
      const code = sqliteCode(error);
      if (code === undefined) throw error;
      if (meansDamage(error)) this.#noteDamage(error);
      const reason = new AppendError("not-written", `${code}: ${(error as Error).message}`, error);
      for (const waiting of group) waiting.reject(reason);
      this.#delivery.writeSoon();
      return false;
    }
    delivered?.committed();
    const last = written.at(-1);
    if (!last) return true;
    this.#hash = last.hash;
    this.#head += written.length;
    this.#accepted += written.length;
    this.#commits += 1;
    for (const { waiting, accepted } of written) waiting.accept(accepted);
    for (const notify of this.#listeners) notify();
    return true;
  }

  /** An event that cannot be written is refused alone; what ends the transaction is thrown and refuses all. */
  #insertGroup(group: readonly Waiting[], written: Written[]): void {
    const { id: epoch, base } = this.#epochs.present;
    const recordedAt = Math.trunc(this.#clock.wall());
    const seal = eventSealer({ site: this.#site, epoch, recordedAt, stamp: this.#stamp() });
    for (const waiting of group) {
      const { draft } = waiting;
      const position = this.#head + written.length + 1;
      const seq = position - base;
      const previous = written.at(-1)?.hash ?? this.#hash;
      let body: string;
      try {
        body = seal(draft, seq);
      } catch (error) {
        waiting.reject(new AppendError("not-representable", (error as Error).message, error));
        continue;
      }
      const hash = this.#link(previous, seq, body);
      try {
        this.#insert.run(position, draft.kind, Math.trunc(draft.at), recordedAt, body, hash);
      } catch (error) {
        if (!concernsOneRow(error) || !this.#database.inTransaction) throw error;
        waiting.reject(new AppendError("not-written", (error as Error).message, error));
        continue;
      }
      written.push({ waiting, hash, accepted: { epoch, seq, position } });
    }
  }
}

interface Written {
  readonly waiting: Waiting;
  readonly hash: Uint8Array;
  readonly accepted: Accepted;
}

interface Row {
  readonly position: number;
  readonly kind: EventKind;
  readonly at: number;
  readonly body: string;
  readonly bytes: number;
}
