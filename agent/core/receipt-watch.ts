import type { Range, ReceiptStanding } from "../model/journal.ts";

/** Events that are sent again at first; twice as many each time that the loss turns out to go on. */
const FIRST_BATCH = 1_024;
const LARGEST_BATCH = 16_384;
/** A unit whose receipts stand still is not sent to more often than this, once that has lasted. Milliseconds. */
const LONGEST_PAUSE = 3_600_000;

/**
 * Watches the receipts of one epoch, which say up to where the unit has stored all. What the broker acknowledged and
 * then lost is not told apart from what the unit is slow to store, but for this: behind a loss the receipts stand still.
 * So nothing is in doubt while they move, however slowly. When they have stood still for the time-out, the oldest of
 * what they do not cover is sent again; if they move to just the end of that, the loss goes on there, and so much more
 * follows at once; if they do not move, the next try is twice as far away, up to an hour.
 */
export class ReceiptWatch {
  #receipted: number | undefined;
  /** When something is sent again, monotonic milliseconds. */
  #due = 0;
  /** Last seq that was delivered when the time-out began. */
  #until = 0;
  #pause = 0;
  #batch = FIRST_BATCH;
  /** Last seq that was sent again. */
  #sentTo: number | undefined;

  /** Gives the seqs to send again now; `now` and `timeout` in monotonic milliseconds. */
  look({ receipted, unreceipted }: Omit<ReceiptStanding, "epoch">, now: number, timeout: number): Range[] {
    const newest = unreceipted.at(-1)?.to ?? 0;
    const moved = receipted !== this.#receipted;
    const goesOn = receipted === this.#sentTo;
    this.#receipted = receipted;
    if (moved && goesOn) this.#due = now;
    else if (moved || this.#isCovered(unreceipted)) this.#begin(newest, now + timeout);
    if (moved) this.#pause = timeout;
    if (now < this.#due) return [];
    this.#batch = goesOn ? Math.min(this.#batch * 2, LARGEST_BATCH) : FIRST_BATCH;
    const again = firstOf(unreceipted, this.#batch, this.#until);
    this.#begin(newest, now + (again.length > 0 ? this.#pause : timeout));
    this.#sentTo = again.at(-1)?.to;
    if (again.length > 0) this.#pause = Math.min(this.#pause * 2, Math.max(LONGEST_PAUSE, timeout));
    return again;
  }

  /** Whether nothing waits for a receipt of what was there when the time-out began. */
  #isCovered(unreceipted: readonly Range[]): boolean {
    return this.#sentTo === undefined && (unreceipted[0]?.from ?? Number.POSITIVE_INFINITY) > this.#until;
  }

  #begin(until: number, due: number): void {
    this.#due = due;
    this.#until = until;
    this.#sentTo = undefined;
  }
}

/** The first `most` numbers of these ranges, none above `until`. */
function firstOf(ranges: readonly Range[], most: number, until: number): Range[] {
  const taken: Range[] = [];
  let left = most;
  for (const { from, to } of ranges) {
    if (left === 0 || from > until) break;
    const part = { from, to: Math.min(to, until, from + left - 1) };
    taken.push(part);
    left -= part.to - part.from + 1;
  }
  return taken;
}
