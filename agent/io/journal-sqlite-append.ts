import type Database from "better-sqlite3";
import type { Clock } from "../base/clock.ts";
import { chainLinker, GENESIS } from "../core/chain.ts";
import { eventSealer } from "../core/envelope.ts";
import type { EventDraft } from "../model/event.ts";
import { type Accepted, AppendError, type ChainHead, type Stamp } from "../model/journal.ts";
import { INSERT_EVENT } from "./journal-sqlite-begin.ts";
import { lastLink } from "./journal-sqlite-chain.ts";
import type { Epochs } from "./journal-sqlite-epochs.ts";
import { concernsOneRow } from "./journal-sqlite-faults.ts";

export interface AppendOptions {
  readonly site: string;
  readonly clock: Pick<Clock, "wall">;
  readonly stamp: () => Stamp;
}

/** The end of the log: gives events their position, their bytes and their place in the chain. */
export class LogEnd {
  readonly #database: Database.Database;
  readonly #options: AppendOptions;
  readonly #epochs: Epochs;
  readonly #insert: Database.Statement<[number, string, number, number, string, Uint8Array]>;
  readonly #link: ReturnType<typeof chainLinker>;
  #head: number;
  #hash: Uint8Array;

  constructor(database: Database.Database, options: AppendOptions, epochs: Epochs) {
    this.#database = database;
    this.#options = options;
    this.#epochs = epochs;
    this.#insert = database.prepare(INSERT_EVENT);
    this.#link = chainLinker(options.site, epochs.present.id);
    const last = lastLink(database);
    this.#head = last?.position ?? epochs.present.base;
    this.#hash = last?.hash ?? GENESIS;
  }

  /** Position of the newest durable event. */
  get head(): number {
    return this.#head;
  }

  chainHead(): ChainHead {
    const { id, base } = this.#epochs.present;
    return { epoch: id, seq: this.#head - base, hash: Buffer.from(this.#hash).toString("hex") };
  }

  /** Events of one commit, inside the caller's transaction; they count once that has committed. */
  begin(): Appending {
    const { site, clock, stamp } = this.#options;
    const { id: epoch, base } = this.#epochs.present;
    const recordedAt = Math.trunc(clock.wall());
    const seal = eventSealer({ site, epoch, recordedAt, stamp: stamp() });
    let [position, hash, bytes] = [this.#head, this.#hash, 0];
    return {
      insert: (draft) => {
        const seq = position + 1 - base;
        let body: string;
        try {
          body = seal(draft, seq);
        } catch (error) {
          return new AppendError("not-representable", (error as Error).message, error);
        }
        const next = this.#link(hash, seq, body);
        try {
          this.#insert.run(position + 1, draft.kind, Math.trunc(draft.at), recordedAt, body, next);
        } catch (error) {
          if (!concernsOneRow(error) || !this.#database.inTransaction) throw error;
          return new AppendError("not-written", (error as Error).message, error);
        }
        position += 1;
        hash = next;
        bytes += body.length;
        return { epoch, seq, position };
      },
      committed: () => {
        const events = position - this.#head;
        this.#head = position;
        this.#hash = hash;
        return { events, bytes };
      },
    };
  }
}

export interface Appending {
  /** Inserts at the end, or says why this one event cannot be; what ends the transaction is thrown. */
  insert(draft: EventDraft): Accepted | AppendError;
  /** Gives how many events that were, and their size in characters. */
  committed(): { readonly events: number; readonly bytes: number };
}
