import type Database from "better-sqlite3";
import { Listeners } from "../base/listeners.ts";
import { RangeSet } from "../core/ranges.ts";
import type { Range, ReceiptOutcome, ReceiptStanding, Redelivered, SeqsOfEpoch } from "../model/journal.ts";
import type { Delivery } from "./journal-sqlite-delivery.ts";
import type { Epochs } from "./journal-sqlite-epochs.ts";
import type { Notes } from "./journal-sqlite-notes.ts";

/** An epoch begins when a journal was lost, or a key: a site has few. */
const EPOCHS_TOLD = 8;

/** Name of the note that says which unit sends receipts. */
const NOTE = "receipts";

/** Which unit sends receipts, and the position of the first event of the first epoch that it sent one for. */
interface Known {
  readonly unit: string;
  readonly from: number;
}

type Notify = (range: Range) => void;

/** What the unit says of its own store: what it has, and what it wants once more. */
export class UnitReceipts {
  readonly #epochs: Epochs;
  readonly #delivery: Delivery;
  readonly #dropped: Database.Statement<[number, number], Range>;
  readonly #askedAgain = new Listeners<[Range]>();
  readonly #receipted = new Listeners<[Range]>();
  readonly #notes: Pick<Notes, "keep">;
  #known: Known | undefined;
  /** The one that is sent to; until that is said, the one that was. */
  #unit: string | undefined;

  constructor(
    database: Database.Database,
    epochs: Epochs,
    delivery: Delivery,
    notes: Pick<Notes, "kept" | "keep">,
  ) {
    this.#notes = notes;
    this.#known = readNote(notes.kept(NOTE));
    this.#unit = this.#known?.unit;
    this.#epochs = epochs;
    this.#delivery = delivery;
    this.#dropped = database.prepare(
      'SELECT first AS "from", last AS "to" FROM dropped WHERE last >= ? AND first <= ? ORDER BY first',
    );
  }

  sendsTo(unit: string): number | undefined {
    this.#unit = unit;
    return this.#from();
  }

  expect(from: number): void {
    if (this.#unit === undefined) return;
    this.#known = { unit: this.#unit, from };
    this.#notes.keep(NOTE, JSON.stringify(this.#known));
  }

  /** Delivered positions without a receipt, of a unit that sends some. */
  owed(): Range[] {
    const from = this.#from();
    return from === undefined ? [] : this.#delivery.unreceipted(from);
  }

  #from(): number | undefined {
    return this.#known?.unit === this.#unit ? this.#known?.from : undefined;
  }

  /** Positions of an epoch's events, gone ones too; `head` is the newest of all. */
  positions(id: string, head: number): Range | undefined {
    const epoch = this.#epochs.named(id);
    return epoch && { from: epoch.base + 1, to: Math.min(epoch.end, head) };
  }

  seqsOf({ from, to }: Range): SeqsOfEpoch[] {
    const found: SeqsOfEpoch[] = [];
    for (let next = Math.max(from, 1); next <= to; ) {
      const { id, base, end } = this.#epochs.at(next);
      const last = Math.min(to, end);
      found.push({ epoch: id, from: next - base, to: last - base });
      next = last + 1;
    }
    return found;
  }

  receipt(id: string, upTo: number, head: number): ReceiptOutcome {
    const positions = this.positions(id, head);
    if (!positions) return { kind: "unknown-epoch" };
    const base = positions.from - 1;
    const before = this.#delivery.receiptedUpTo(positions) - base;
    if (!(upTo <= positions.to - base)) return { kind: "beyond-head", lastSeq: positions.to - base };
    if (upTo < before) return { kind: "backwards", first: positions.from, upTo: before };
    const receipted = { from: positions.from, to: base + upTo };
    const newly = this.#delivery.receipt(receipted);
    if (newly > 0) this.#receipted.tell(receipted);
    return { kind: "taken", first: positions.from, newly };
  }

  /** How far the receipts of each epoch have come, from that of this position on; the newest of them. */
  standings(from: number, head: number): ReceiptStanding[] {
    const unreceipted = new RangeSet(this.#delivery.unreceipted(from));
    for (const hole of this.#dropped.all(from, head)) unreceipted.remove(hole);
    const found: ReceiptStanding[] = [];
    for (let next = Math.max(from, 1); next <= head; ) {
      const { id, base, end } = this.#epochs.at(next);
      const last = Math.min(end, head);
      found.push({
        epoch: id,
        receipted: this.#delivery.receiptedUpTo({ from: base + 1, to: last }) - base,
        unreceipted: unreceipted
          .within(next, last)
          .map((range) => ({ from: range.from - base, to: range.to - base })),
      });
      next = last + 1;
    }
    return found.slice(-EPOCHS_TOLD);
  }

  /** What of a range is kept goes out again; every position that has no event is told. */
  redeliver(range: Range, head: number): Redelivered {
    const gone: Redelivered["gone"][number][] = [];
    const to = Math.min(range.to, head);
    let next = Math.max(range.from, 1);
    let [again, kept] = [0, 0];
    const send = (part: Range) => {
      if (part.to < part.from) return;
      again += this.#delivery.unsettle(part);
      kept += part.to - part.from + 1;
      this.#askedAgain.tell(part);
    };
    for (const hole of this.#dropped.all(next, to)) {
      send({ from: next, to: hole.from - 1 });
      gone.push({ from: Math.max(hole.from, next), to: Math.min(hole.to, to), why: "dropped" });
      next = Math.max(next, hole.to + 1);
    }
    send({ from: next, to });
    if (range.to > head) gone.push({ from: Math.max(range.from, head + 1), to: range.to, why: "not-yet" });
    return { again, waiting: kept - again, gone };
  }

  onRedeliver(notify: Notify): () => void {
    return this.#askedAgain.add(notify);
  }

  onReceipt(notify: Notify): () => void {
    return this.#receipted.add(notify);
  }
}

/** Undefined also for what damage has made of it. */
function readNote(note: string | undefined): Known | undefined {
  try {
    const known = JSON.parse(note ?? "null") as Partial<Known> | null;
    const { unit, from } = known ?? {};
    return typeof unit === "string" && Number.isSafeInteger(from) && (from as number) > 0
      ? { unit, from: from as number }
      : undefined;
  } catch {
    return undefined;
  }
}
