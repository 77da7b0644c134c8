import type { AuditData } from "../model/event.ts";

/** One audit event stands for at most this many commands. */
const AT_MOST = 100;
/** And is written at least this often while they come. Milliseconds. */
const WITHIN_MS = 3_600_000;

interface Counted {
  readonly toldAt: number;
  /** The latest that was not told, and how many there are. */
  readonly waiting?: { readonly latest: AuditData; readonly count: number };
}

/** Counts commands that come too often to be audited one by one. The first of a kind and officer is told at once. */
export class AuditTally {
  readonly #counted = new Map<string, Counted>();

  /** Gives what to write now, if anything. `now` is monotonic milliseconds. */
  add(audit: AuditData, now: number): AuditData | undefined {
    const name = JSON.stringify([audit.action, audit.by]);
    const known = this.#counted.get(name);
    const count = (known?.waiting?.count ?? 0) + 1;
    if (known && count < AT_MOST && now - known.toldAt < WITHIN_MS) {
      this.#counted.set(name, { ...known, waiting: { latest: audit, count } });
      return undefined;
    }
    this.#counted.set(name, { toldAt: now });
    return counted(audit, count);
  }

  /** What was counted and not told. */
  rest(): AuditData[] {
    const waiting = [...this.#counted.values()].flatMap((one) => one.waiting ?? []);
    this.#counted.clear();
    return waiting.map(({ latest, count }) => counted(latest, count));
  }
}

const counted = (audit: AuditData, count: number): AuditData => (count > 1 ? { ...audit, count } : audit);
