import type Database from "better-sqlite3";
import type { Clock } from "../base/clock.ts";
import { chainLinker, GENESIS } from "../core/chain.ts";
import { eventSealer } from "../core/envelope.ts";
import type { EventDraft } from "../model/event.ts";
import { type Accepted, AppendError, type ChainHead, type Stamp } from "../model/journal.ts";
import { lastLink } from "./journal-sqlite-chain.ts";
import type { Epochs } from "./journal-sqlite-epochs.ts";
import { EventRows, ROWS_AT_ONCE, type Value } from "./journal-sqlite-rows.ts";

/** Characters of one event: far above any of ours, and with its log far below the 16 MB that are the log's. */
const BODY_LIMIT = 4 * 1_024 * 1_024;

export interface AppendOptions {
  readonly site: string;
  readonly clock: Pick<Clock, "wall">;
  readonly stamp: () => Stamp;
}

/** The end of the log: gives events their position, their bytes and their place in the chain. */
export class LogEnd {
  readonly #options: AppendOptions;
  readonly #epochs: Epochs;
  readonly #rows: EventRows;
  readonly #link: ReturnType<typeof chainLinker>;
  #head: number;
  #hash: Uint8Array;

  constructor(database: Database.Database, options: AppendOptions, epochs: Epochs) {
    this.#options = options;
    this.#epochs = epochs;
    this.#rows = new EventRows(database);
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
    const place = (draft: EventDraft, values: Value[]): Accepted | AppendError => {
      const seq = position + 1 - base;
      let body: string;
      try {
        body = seal(draft, seq);
      } catch (error) {
        return new AppendError("not-representable", (error as Error).message, error);
      }
      if (body.length > BODY_LIMIT)
        return new AppendError("not-representable", `${body.length} characters, above ${BODY_LIMIT}`);
      position += 1;
      hash = this.#link(hash, seq, body);
      bytes += body.length;
      values.push(position, draft.kind, Math.trunc(draft.at), recordedAt, body, hash);
      return { epoch, seq, position };
    };
    return {
      insert: (drafts) => {
        const placed: (Accepted | AppendError)[] = [];
        for (let next = 0; next < drafts.length; next += ROWS_AT_ONCE) {
          const values: Value[] = [];
          for (const draft of drafts.slice(next, next + ROWS_AT_ONCE)) placed.push(place(draft, values));
          this.#rows.insert(values);
        }
        return placed;
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
  /** Inserts at the end, and says of each event where, or why it alone cannot be; what ends the transaction is thrown. */
  insert(drafts: readonly EventDraft[]): (Accepted | AppendError)[];
  /** Gives how many events that were, and their size in characters. */
  committed(): { readonly events: number; readonly bytes: number };
}
