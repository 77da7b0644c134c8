import type { EventDraft, EventKind, HealthData } from "./event.ts";
import type { GapReason, recoveryReasons } from "./event-names.ts";

/** First and last position, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface StoredEvent {
  /** Place in the file, 1 and up over all epochs; what delivery is counted by. */
  readonly position: number;
  readonly epoch: string;
  readonly seq: number;
  readonly kind: EventKind;
  /** When it happened, by the box's wall clock, milliseconds. */
  readonly at: number;
  /** The envelope, exactly as it was stored and goes out, in UTF-8. */
  readonly body: string;
  /** Length of `body` in UTF-8. */
  readonly bytes: number;
}

export interface Accepted {
  readonly epoch: string;
  readonly seq: number;
  readonly position: number;
}

/** Where the hash chain of the present epoch stands. */
export interface ChainHead {
  readonly epoch: string;
  /** Of the newest durable event, 1 at least: every epoch begins with an event of its own. */
  readonly seq: number;
  /** Its hash (core/chain.ts), hexadecimal. */
  readonly hash: string;
}

export interface JournalStats {
  readonly epoch: string;
  readonly lastSeq: number;
  readonly undelivered: number;
  /** Undelivered ranges of the present epoch, by seq, oldest first, 16 at most. */
  readonly undeliveredRanges: readonly (readonly [number, number])[];
  /** Wall milliseconds at which the oldest undelivered event was recorded. */
  readonly oldestUndelivered: number | undefined;
  readonly bytes: number;
  /** Events that are there, and those that are gone. */
  readonly events: number;
  readonly dropped: number;
  /** Bytes of the file that are in use, and the limits. */
  readonly used: number;
  readonly maxSize: number;
  readonly maxEvents: number;
  /** Whether the disk has less free than is to be kept. */
  readonly isDiskFull: boolean;
  /** What was never sent and dropped since the journal was opened, and when last; absent where nothing was. */
  readonly unsent?: { readonly events: number; readonly reason: GapReason; readonly at: number };
  /** Earlier journals that are kept beside it, and their size; absent where there are none. */
  readonly setAside?: { readonly journals: number; readonly bytes: number };
  /** Events accepted and COMMITs made since the journal was opened. */
  readonly accepted: number;
  readonly commits: number;
}

/** What became of the unit's word that it has stored an epoch's events up to a seq. `upTo` and `lastSeq` are seqs. */
export type ReceiptOutcome =
  | {
      readonly kind: "taken";
      /** Position of the epoch's first event. */
      readonly first: number;
      /** Events that no receipt had been there for. */
      readonly newly: number;
    }
  | { readonly kind: "unknown-epoch" }
  | { readonly kind: "beyond-head"; readonly lastSeq: number }
  /** An earlier receipt went further. */
  | { readonly kind: "backwards"; readonly first: number; readonly upTo: number }
  /** The journal is damaged or closed. */
  | { readonly kind: "unreadable" };

/** How far an epoch's receipts have come. */
export interface ReceiptStanding {
  readonly epoch: string;
  /** Seq up to which the unit has stored all; 0 where it has said nothing. */
  readonly receipted: number;
  /** Seqs that are delivered, have no receipt and are still kept, in order. */
  readonly unreceipted: readonly Range[];
}

/** What comes of sending a range once more. */
export interface Redelivered {
  /** Events that had been delivered, or given up, and are sent again. */
  readonly again: number;
  /** Events that wait to be sent anyway. */
  readonly waiting: number;
  /** Positions of which there is no event, in order. */
  readonly gone: readonly (Range & { readonly why: "dropped" | "not-yet" | "unreadable" })[];
}

/** A range of seqs within one epoch, both included. */
export type SeqsOfEpoch = Range & { readonly epoch: string };

/** Why the broker will never take an event: an MQTT 5 reason code, its size, or that the connection ends at it. */
export const deadLetterReasons = ["0x90", "0x95", "0x99", "too-large", "cut-off"] as const;
export type DeadLetterReason = (typeof deadLetterReasons)[number];

/** Positions of events that are not sent until somebody asks for them, or there is another broker. */
export type DeadLetter = Range & { readonly reason: DeadLetterReason };

/** Facts about the box that every event carries; asked at each commit. */
export interface Stamp {
  readonly bootId: string;
  readonly clockSynced: boolean;
}

/** Why a journal cannot be opened, or not be gone on with. `evidence` is in the words of the system or of SQLite. */
export interface JournalFault {
  readonly kind: JournalFaultKind;
  readonly path: string;
  readonly evidence: string;
}

/**
 * `damaged`: what is read is not what was written. `not-recovered`: that, and no new journal could be made of it.
 * `replaced`: the path leads to another file than the open one.
 */
export const journalFaultKinds = [
  "in-use",
  "directory-missing",
  "network-disk",
  "not-a-file",
  "not-writable",
  "not-a-journal",
  "newer-version",
  "other-site",
  "not-durable",
  "damaged",
  "not-recovered",
  "replaced",
] as const;
export type JournalFaultKind = (typeof journalFaultKinds)[number];

/** A new journal that took the place of one which could not be gone on with. */
export interface JournalRecovery {
  /** recovered: it was damaged; foreign: it was no journal of this program; newer: it was of a later version. */
  readonly reason: (typeof recoveryReasons)[number];
  /** Where it lies now, with its log under the same name. */
  readonly setAside: string;
  /** Events that were taken over, each proven by the chain. */
  readonly salvaged: number;
  /** Events that had been there, as far as is known, and are not any more. */
  readonly lost: number;
  /** What was wrong with it, in the words of SQLite or of the system. */
  readonly evidence: string;
}

/** Why an event was not accepted. */
export class AppendError extends Error {
  override readonly name = "AppendError";
  readonly kind: "closed" | "queue-full" | "not-representable" | "not-written" | "lost";
  constructor(kind: AppendError["kind"], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/**
 * The journal: an event is accepted when its COMMIT, with the disk's word for it, returns. Events that arrive while
 * a commit runs share the next one. One process, one connection.
 *
 * A file that turns out damaged or gone under a running agent makes nothing throw: what cannot be read is left out,
 * appends are refused, and `check` says why from then on.
 */
export interface Journal {
  readonly epoch: string;
  /**
   * Resolves when the event is durable. Rejects with an AppendError when it could not be written; it is then not in
   * the journal.
   */
  append(draft: EventDraft): Promise<Accepted>;
  /** Position of the newest durable event; 0 when there is none. */
  head(): number;
  chainHead(): ChainHead;
  /**
   * Durable events of a range in order, stopping at `limit` events, before `bytes` of body or at the end of an
   * epoch; at least one if any.
   */
  read(range: Range, limit: number, bytes: number): StoredEvent[];
  /** What the newest durable health event of a camera says; another version may have written it. */
  lastHealth(camera: string): Partial<HealthData> | undefined;
  /** Ranges not yet delivered, in order, up to head. */
  undelivered(): readonly Range[];
  /** These are about to be sent: from here on they may arrive though nobody says so. Durable before it returns. */
  handOver(range: Range): void;
  /** Notes delivery. Made durable with the next commit or within a second: at worst an event is sent twice. */
  settle(range: Range): void;
  /**
   * The unit has stored all of an epoch up to a seq, or was told that it is gone. A receipt settles as well. Made
   * durable like a delivery; a refused one changes nothing.
   */
  receipt(epoch: string, upTo: number): ReceiptOutcome;
  /**
   * The unit that the site sends to from here on. Gives the position of the first event of the first epoch that it sent
   * a receipt for; undefined where it has sent none.
   */
  sendsTo(unit: string): number | undefined;
  /** This unit sends receipts, of what is at this position and behind it: what is dropped without one is told. */
  expectReceipts(from: number): void;
  /** How far receipts have come in the epochs from that of this position on, in order; the newest eight at most. */
  receiptStandings(from: number): readonly ReceiptStanding[];
  /** Makes what is kept of a range undelivered again, whatever was known of it. Durable with the next commit. */
  redeliver(range: Range): Redelivered;
  /** Calls back with every range that is to be sent again, before `redeliver` returns. */
  onRedeliver(notify: (range: Range) => void): () => void;
  /** Calls back with what the unit has stored, and so needs no sending, before `receipt` returns. */
  onReceipt(notify: (range: Range) => void): () => void;
  /** Events that the broker will never take; they stay undelivered. In order. */
  deadLetters(): readonly DeadLetter[];
  giveUp(letter: DeadLetter): void;
  /** Positions of an epoch's events, gone ones too; undefined where there is no such epoch. */
  epochPositions(epoch: string): Range | undefined;
  /** The seqs that stand at these positions, one range an epoch. */
  seqsOf(range: Range): readonly SeqsOfEpoch[];
  /** Calls back with what was dropped to make room, after it was; what was never sent is told by events of its own. */
  onDropped(notify: (ranges: readonly Range[]) => void): () => void;
  /** Calls back after every commit that accepted events. */
  onAccepted(notify: () => void): () => void;
  stats(): JournalStats;
  /**
   * Looks whether the path still leads to the open file. Gives why the journal can no longer be relied on: events
   * that went to a deleted file would be lost with the process.
   */
  check(): JournalFault | undefined;
  /** The recovery that this journal comes from, until it is noted that it was told. */
  recovery(): JournalRecovery | undefined;
  recoveryTold(): void;
  /** Number of the next connection to the broker; grows over restarts, so that a late Last Will is known by it. */
  nextSession(): number;
  /** What `keep` was last told under this name, also by an earlier run; undefined where that is nothing. */
  kept(name: string): string | undefined;
  /** Keeps a short note beside the events. Best effort: one that cannot be written is known to this process only. */
  keep(name: string, note: string): void;
  /** Notes whose names begin with `prefix`, by the rest of their names. */
  keptUnder(prefix: string): ReadonlyMap<string, string>;
  /** Keeps notes, or takes them away (undefined), all in one commit: durable when true, as they were before when false. */
  keepAll(changes: ReadonlyMap<string, string | undefined>): boolean;
  /** Commits what is waiting and closes the file. */
  close(): Promise<void>;
}
