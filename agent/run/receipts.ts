import type { Clock } from "../base/clock.ts";
import { ReceiptWatch } from "../core/receipt-watch.ts";
import type { Journal, ReceiptOutcome } from "../model/journal.ts";

export interface ReceiptPorts {
  readonly journal: Pick<
    Journal,
    "receipt" | "receiptStandings" | "redeliver" | "epochPositions" | "sendsTo" | "expectReceipts"
  >;
  readonly clock: Clock;
  /** Code of the unit that the site sends to. */
  readonly unit: string;
  /** How long receipts may stand still. Milliseconds. */
  readonly timeout: number;
}

/** Longest time between two looks. Milliseconds. */
const LOOK_EVERY = 60_000;

/**
 * The unit's receipts. From the first on, which is remembered for as long as the site sends to this unit, what the
 * broker acknowledged and no receipt covers is sent again (core/receipt-watch.ts).
 */
export class Receipts {
  readonly #ports: ReceiptPorts;
  /** By epoch. */
  readonly #watches = new Map<string, ReceiptWatch>();
  /** Position of the first event of the first epoch that the unit sent a receipt for; undefined before. */
  #from: number | undefined;

  constructor(ports: ReceiptPorts) {
    this.#ports = ports;
    this.#from = ports.journal.sendsTo(ports.unit);
  }

  /** The unit says that it has stored all of an epoch up to a seq. */
  take(epoch: string, upTo: number): ReceiptOutcome {
    const outcome = this.#ports.journal.receipt(epoch, upTo);
    if (outcome.kind !== "taken" && outcome.kind !== "backwards") return outcome;
    // Another unit before this one had more of it.
    const isFirst = this.#from === undefined;
    if (outcome.kind === "backwards" && !isFirst) return outcome;
    this.#remember(outcome.first);
    this.look();
    return { kind: "taken", first: outcome.first, newly: outcome.kind === "taken" ? outcome.newly : 0 };
  }

  /** Looks, for as long as a connection lasts: at once, and every minute. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, timeout } = this.#ports;
    while (!signal.aborted) {
      this.look();
      await clock.sleep(Math.min(LOOK_EVERY, Math.ceil(timeout / 2)), signal);
    }
  }

  /** Has sent again what is lost by now. Does nothing for a unit that has never sent a receipt. */
  look(): void {
    if (this.#from === undefined) return;
    const { journal, clock, timeout } = this.#ports;
    const standings = journal.receiptStandings(this.#from);
    const now = clock.monotonic();
    for (const { epoch, ...standing } of standings) {
      const base = (journal.epochPositions(epoch)?.from ?? 1) - 1;
      for (const { from, to } of this.#watch(epoch).look(standing, now, timeout))
        journal.redeliver({ from: base + from, to: base + to });
    }
    const told = new Set(standings.map(({ epoch }) => epoch));
    for (const epoch of this.#watches.keys()) if (!told.has(epoch)) this.#watches.delete(epoch);
  }

  #watch(epoch: string): ReceiptWatch {
    const known = this.#watches.get(epoch) ?? new ReceiptWatch();
    this.#watches.set(epoch, known);
    return known;
  }

  #remember(first: number): void {
    if (this.#from !== undefined && this.#from <= first) return;
    this.#from = first;
    this.#ports.journal.expectReceipts(first);
  }
}
