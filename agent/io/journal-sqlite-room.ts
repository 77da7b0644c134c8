import type Database from "better-sqlite3";
import type { Clock } from "../base/clock.ts";
import type { GapReason } from "../model/event-names.ts";
import type { Range } from "../model/journal.ts";
import { Ballast, diskSpace } from "./ballast.ts";
import type { Dropped, Evictor } from "./journal-sqlite-evict.ts";
import { sqliteCode } from "./journal-sqlite-faults.ts";
import { CHECKPOINT_PAGES } from "./journal-sqlite-open.ts";

/** Bounds of the journal: bytes of its file, its events, and bytes of the disk that stay free. */
export interface JournalLimits {
  readonly maxSize: number;
  readonly maxEvents: number;
  readonly keepFree: number;
}

const MIB = 1_024 * 1_024;

export const usualLimits: JournalLimits = { maxSize: 8_192 * MIB, maxEvents: 6_000_000, keepFree: 256 * MIB };

/** What is kept free is no larger a share of a small disk. */
const SHARE_OF_DISK = 1 / 20;
/** Room for all that the log may hold and its file not yet (4 MB), and for the log of a deletion. */
const BALLAST_BYTES = 16 * MIB;
const BALLAST_SHARE = 1 / 8;
/** Bodies that one commit drops: its log is half of that, and the log is to stay below 16 MB. */
const BATCH_BYTES = 16 * MIB;
const LEAST_BATCH_BYTES = 64 * 1_024;
/** The limits are looked at after so much was written, and while the disk is full. */
const LOOK_BYTES = MIB;
const PRESSED_LOOK_BYTES = MIB / 8;
/** Log pages after which a commit also checkpoints while the disk is full: its file is written over, not added to. */
const PRESSED_CHECKPOINT_PAGES = 100;
/** What is dropped at once on a full disk, at least. */
const LEAST_DROP_BYTES = MIB / 4;
const LOOK_EVENTS = 1_024;
/** Once at a limit, so much more room is made: each time, events that tell of it are written. */
const SHARE_AT_ONCE = 1 / 100;
/** SQLite itself refuses to grow the file by more than this beyond the limit. */
const FENCE_BYTES = 64 * MIB;
/** Where no room could be made, it is not tried again for so long. */
const HOPELESS_MS = 1_000;
/** Pages that are given back to the disk in one step: a megabyte. */
const VACUUM_PAGES = 256;
/** Free pages that are kept for the journal's own next events: on a full disk, others would have them at once. */
const RESERVE_PAGES = 256;

export interface RoomFigures {
  /** Bytes of the file that are in use, and the largest size of it. */
  readonly used: number;
  readonly maxSize: number;
  readonly maxEvents: number;
  /** Whether the disk has less free than is to be kept. */
  readonly isDiskFull: boolean;
  /** What was never sent and dropped since the journal was opened; undefined where nothing was. */
  readonly unsent?: { readonly events: number; readonly reason: GapReason; readonly at: number };
}

export interface RoomOptions {
  readonly path: string;
  readonly limits: JournalLimits;
  readonly clock: Clock;
  /** Events that are there. */
  readonly events: () => number;
  /** Told what was dropped, once that is committed. */
  readonly onDropped: (ranges: readonly Range[]) => void;
  /** A commit was refused. */
  readonly onRefused: (error: Error) => void;
}

/** Keeps the journal within its limits, a step at a time, and makes room where a commit found none. */
export class Room {
  readonly #database: Database.Database;
  readonly #evictor: Evictor;
  readonly #options: RoomOptions;
  readonly #ballast: Ballast;
  readonly #keepFree: number;
  readonly #pageSize: number;
  readonly #pages: Database.Statement<[], number>;
  readonly #freePages: Database.Statement<[], number>;
  #written = { bytes: 0, events: 0 };
  #isStepping = false;
  #isClosed = false;
  /** While the disk is full: size that the file may not outgrow. */
  #ceiling: number | undefined;
  #unsent: RoomFigures["unsent"];
  /** Monotonic milliseconds. */
  #hopelessUntil = Number.NEGATIVE_INFINITY;

  constructor(database: Database.Database, evictor: Evictor, options: RoomOptions) {
    this.#database = database;
    this.#evictor = evictor;
    this.#options = options;
    const { path, limits } = options;
    const disk = diskSpace(path)?.total ?? Number.POSITIVE_INFINITY;
    this.#keepFree = Math.min(limits.keepFree, disk * SHARE_OF_DISK);
    const ballast = Math.trunc(Math.min(BALLAST_BYTES, disk * BALLAST_SHARE));
    this.#ballast = new Ballast(ballastFile(path), ballast);
    this.#pageSize = Number(database.pragma("page_size", { simple: true }));
    this.#pages = database.prepare<[], number>("PRAGMA page_count").pluck();
    this.#freePages = database.prepare<[], number>("PRAGMA freelist_count").pluck();
    database.pragma(`max_page_count = ${Math.trunc((limits.maxSize + FENCE_BYTES) / this.#pageSize)}`);
    this.#stepSoon();
  }

  figures(): RoomFigures {
    const { maxSize, maxEvents } = this.#options.limits;
    return {
      used: this.#used(),
      maxSize: Math.min(maxSize, this.#ceiling ?? maxSize),
      maxEvents,
      isDiskFull: this.#ceiling !== undefined,
      ...(this.#unsent && { unsent: this.#unsent }),
    };
  }

  /** So much was committed. */
  written({ events, bytes }: { readonly events: number; readonly bytes: number }): void {
    this.#written.bytes += bytes;
    this.#written.events += events;
    const most = this.#ceiling === undefined ? LOOK_BYTES : PRESSED_LOOK_BYTES;
    if (this.#written.bytes >= most || this.#written.events >= LOOK_EVENTS) this.#look();
  }

  /** Looks at the disk, which others fill and empty. */
  look(): void {
    if (!this.#isClosed) this.#look();
  }

  /**
   * A commit was refused: makes room if it was for want of that. The first time of one commit that is the ballast and
   * what the log holds already, the second time events are dropped. Whether there is reason to try again.
   */
  relieve(error: Error, attempt: number): boolean {
    if (sqliteCode(error) !== "SQLITE_FULL" || attempt > 2) return false;
    if (attempt === 1) {
      this.#ballast.giveUp();
      if (!this.#isAtOwnLimit()) this.#press();
      return true;
    }
    const now = this.#options.clock.monotonic();
    if (now < this.#hopelessUntil) return false;
    const isMade = this.#dropWhatFits(this.#isAtOwnLimit() ? "size" : "disk-full");
    this.#checkpoint();
    if (!isMade) this.#hopelessUntil = now + HOPELESS_MS;
    return isMade;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#ballast.close();
  }

  /** The smaller a deletion, the less log it needs. */
  #dropWhatFits(reason: GapReason): boolean {
    const bytes = Math.max(LEAST_DROP_BYTES, this.#used() * SHARE_AT_ONCE);
    for (let batch = Math.min(BATCH_BYTES, bytes); batch >= LEAST_BATCH_BYTES; batch /= 4) {
      const dropped = this.#drop({ bytes: batch, events: 0 }, batch, reason, true);
      if (!(dropped instanceof Error)) return dropped !== undefined;
      if (sqliteCode(dropped) !== "SQLITE_FULL") return false;
      this.#checkpoint();
    }
    return false;
  }

  /** Not the disk's limit, but the one that SQLite was given. */
  #isAtOwnLimit(): boolean {
    return this.#count(this.#pages) * this.#pageSize >= this.#options.limits.maxSize;
  }

  /** From here on the files are written over, and grow no more. */
  #press(): void {
    this.#checkpoint();
    if (this.#ceiling !== undefined) return;
    this.#ceiling = this.#used();
    this.#tried(`wal_autocheckpoint = ${PRESSED_CHECKPOINT_PAGES}`);
  }

  #release(): void {
    if (this.#ceiling === undefined) return;
    this.#ceiling = undefined;
    this.#tried(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  }

  #used(): number {
    return (this.#count(this.#pages) - this.#count(this.#freePages)) * this.#pageSize;
  }

  #look(): void {
    this.#written = { bytes: 0, events: 0 };
    const space = diskSpace(this.#options.path);
    if (space) {
      // The room of a ballast that was given up is not for events.
      const free = space.free - (this.#ballast.isThere() ? 0 : this.#ballast.bytes);
      if (space.free < this.#keepFree) this.#press();
      else if (free >= this.#keepFree * (1 + SHARE_OF_DISK)) {
        this.#release();
        this.#ballast.make();
      }
    }
    this.#stepSoon();
  }

  /** Does what is due, one commit's worth at a time, each when other work has had its turn. */
  #stepSoon(): void {
    if (this.#isStepping) return;
    this.#isStepping = true;
    setImmediate(() => {
      this.#isStepping = false;
      if (!this.#isClosed && this.#do()) this.#stepSoon();
    });
  }

  /** Whether there is more to be done. */
  #do(): boolean {
    const { limits, events, path } = this.#options;
    const used = this.#used();
    const isSqueezed = this.#ceiling !== undefined && this.#ceiling < limits.maxSize;
    const maxSize = isSqueezed ? (this.#ceiling ?? 0) : limits.maxSize;
    const over = {
      bytes: used > maxSize ? used - maxSize * (1 - SHARE_AT_ONCE) : 0,
      events: events() > limits.maxEvents ? events() - limits.maxEvents * (1 - SHARE_AT_ONCE) : 0,
    };
    if (over.bytes > 0 || over.events > 0) {
      const reason = over.bytes === 0 ? "rows" : isSqueezed ? "disk-full" : "size";
      const dropped = this.#drop(over, BATCH_BYTES, reason, true);
      return dropped !== undefined && !(dropped instanceof Error);
    }
    const lacking = this.#ceiling === undefined ? 0 : this.#keepFree - (diskSpace(path)?.free ?? 0);
    if (lacking > 0) {
      if (this.#vacuum(RESERVE_PAGES)) return true;
      const dropped = this.#drop({ bytes: lacking, events: 0 }, BATCH_BYTES, "disk-full", false);
      return dropped !== undefined && !(dropped instanceof Error);
    }
    const pages = this.#count(this.#pages);
    return pages * this.#pageSize > limits.maxSize + FENCE_BYTES / 2 && this.#vacuum(0);
  }

  #drop(
    need: { readonly bytes: number; readonly events: number },
    bytes: number,
    reason: GapReason,
    mayDropUnsent: boolean,
  ): Dropped | Error | undefined {
    const dropped = this.#evictor.drop(need, bytes, reason, mayDropUnsent);
    if (dropped instanceof Error) this.#options.onRefused(dropped);
    else if (dropped) {
      if (dropped.unsent > 0) {
        const events = (this.#unsent?.events ?? 0) + dropped.unsent;
        this.#unsent = { events, reason, at: this.#options.clock.wall() };
      }
      this.#options.onDropped(dropped.ranges);
    }
    return dropped;
  }

  /** Nothing where the file turns out damaged. */
  #count(pages: Database.Statement<[], number>): number {
    try {
      return pages.get() ?? 0;
    } catch (error) {
      if (sqliteCode(error) === undefined) throw error;
      this.#options.onRefused(error as Error);
      return 0;
    }
  }

  /** Gives free pages back to the disk, but for so many; whether there were any. */
  #vacuum(reserve: number): boolean {
    const before = this.#count(this.#freePages);
    if (before <= reserve) return false;
    this.#tried(`incremental_vacuum(${VACUUM_PAGES})`);
    this.#checkpoint();
    return this.#count(this.#freePages) < before;
  }

  /** The log's room is used again from its beginning; the file of it stays as large as it is. */
  #checkpoint(): void {
    this.#tried("wal_checkpoint(PASSIVE)");
  }

  #tried(pragma: string): void {
    try {
      this.#database.pragma(pragma);
    } catch (error) {
      if (sqliteCode(error) === undefined) throw error;
      this.#options.onRefused(error as Error);
    }
  }
}

export const ballastFile = (path: string) => `${path}.ballast`;
