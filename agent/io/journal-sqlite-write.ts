import type { EventDraft } from "../model/event.ts";
import { type Accepted, AppendError } from "../model/journal.ts";
import type { LogEnd } from "./journal-sqlite-append.ts";
import type { Delivery } from "./journal-sqlite-delivery.ts";
import { sqliteCode } from "./journal-sqlite-faults.ts";
import type { Room } from "./journal-sqlite-room.ts";
import type { Transactions } from "./journal-sqlite-transaction.ts";

/** Appends that may wait for a commit; beyond them an append is refused at once. */
const WAITING_LIMIT = 10_000;
/** Events in one commit. More gain little (figures.md) and keep the event loop waiting. */
const GROUP_LIMIT = 512;

interface Waiting {
  readonly draft: EventDraft;
  readonly accept: (accepted: Accepted) => void;
  readonly reject: (error: AppendError) => void;
}

export interface WriterParts {
  readonly transactions: Transactions;
  readonly end: LogEnd;
  readonly delivery: Delivery;
  readonly room: Room;
  /** Whether to go on; asked before each commit. */
  readonly isOpen: () => boolean;
  readonly onRefused: (error: Error) => void;
  /** After every commit that accepted events. */
  readonly onAccepted: () => void;
}

/** Commits what waits: events that arrive while a commit runs share the next one. */
export class Writer {
  readonly #parts: WriterParts;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #accepted = 0;
  #commits = 0;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** Events accepted, and COMMITs made for them. */
  get counts(): { readonly accepted: number; readonly commits: number } {
    return { accepted: this.#accepted, commits: this.#commits };
  }

  append(draft: EventDraft): Promise<Accepted> {
    if (this.#waiting.length >= WAITING_LIMIT) {
      return Promise.reject(
        new AppendError("queue-full", `${WAITING_LIMIT} events wait for the disk already`),
      );
    }
    return new Promise((accept, reject) => {
      this.#waiting.push({ draft, accept, reject });
      this.schedule();
    });
  }

  /** A commit soon: of what waits, or of deliveries where nothing does. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#parts.isOpen()) return;
      this.#write(this.#waiting.length === 0);
      if (this.#waiting.length > 0) this.schedule();
    });
  }

  /** Commits all that waits, or refuses it. */
  finish(): void {
    while (this.#waiting.length > 0 || this.#parts.delivery.dirty) {
      const before = this.#waiting.length;
      if (!this.#write(true) && this.#waiting.length === before) break;
    }
  }

  refuseAll(error: AppendError): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  /** One commit: the oldest waiting events, and the deliveries when they are due or asked for. */
  #write(deliveries: boolean): boolean {
    const { delivery, room, onRefused } = this.#parts;
    const group = this.#waiting.splice(0, GROUP_LIMIT);
    for (let attempt = 1; ; attempt++) {
      const error = this.#commit(group, deliveries || delivery.isDue());
      if (!error) return true;
      onRefused(error);
      if (room.relieve(error, attempt)) continue;
      const reason = new AppendError("not-written", `${sqliteCode(error)}: ${error.message}`, error);
      for (const waiting of group) waiting.reject(reason);
      delivery.writeSoon();
      return false;
    }
  }

  /** An event that cannot be written is refused alone; what ends the transaction refuses all and is given. */
  #commit(group: readonly Waiting[], deliveries: boolean): Error | undefined {
    const { transactions, end, delivery, room, onAccepted } = this.#parts;
    const appending = end.begin();
    let placed: readonly (Accepted | AppendError)[] = [];
    let delivered: { committed(): void } | undefined;
    const error = transactions.run(() => {
      placed = appending.insert(group.map(({ draft }) => draft));
      if (deliveries) delivered = delivery.write();
    });
    if (error) return error;
    delivered?.committed();
    const size = appending.committed();
    this.#accepted += size.events;
    if (size.events > 0) this.#commits += 1;
    for (const [index, outcome] of placed.entries()) {
      if (outcome instanceof AppendError) group[index]?.reject(outcome);
      else group[index]?.accept(outcome);
    }
    if (size.events === 0) return undefined;
    onAccepted();
    room.written(size);
    return undefined;
  }
}
