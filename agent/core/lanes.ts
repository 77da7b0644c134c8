import type { Range } from "../model/journal.ts";
import { RangeSet } from "./ranges.ts";

/** Fresh events that may wait; beyond them the oldest join the backlog, where they travel many at a time. */
export const FRESH_LIMIT = 256;

/**
 * What one session has yet to send, in two lanes. Fresh: events accepted since the session began, one at a time.
 * Backlog: everything undelivered from before, lowest position first, and what is asked for again. A position is in one
 * lane or, once taken, in none until it is given back or done with.
 */
export class Lanes {
  readonly #backlog: RangeSet;
  readonly #taken = new RangeSet();
  /** Of what is taken: asked for again since. */
  readonly #again = new RangeSet();
  #nextFresh: number;
  #head: number;

  /**
   * `undelivered` up to `head`, the newest durable event when the session began; `skipped` are those that are not sent
   * unless they are asked for.
   */
  constructor(undelivered: Iterable<Range>, head: number, skipped: Iterable<Range> = []) {
    this.#backlog = new RangeSet(undelivered);
    for (const range of skipped) this.#backlog.remove(range);
    this.#nextFresh = head + 1;
    this.#head = head;
  }

  get freshWaiting(): number {
    return this.#head - this.#nextFresh + 1;
  }

  get backlogWaiting(): number {
    return this.#backlog.count;
  }

  /** Events up to `head` are durable. */
  accepted(head: number): void {
    this.#head = Math.max(this.#head, head);
    const keepFrom = this.#head - FRESH_LIMIT + 1;
    if (this.#nextFresh >= keepFrom) return;
    this.#backlog.add({ from: this.#nextFresh, to: keepFrom - 1 });
    this.#nextFresh = keepFrom;
  }

  takeFresh(): number | undefined {
    if (this.#nextFresh > this.#head) return undefined;
    const position = this.#nextFresh++;
    this.#taken.add({ from: position, to: position });
    return position;
  }

  takeBacklog(limit: number): Range | undefined {
    const range = this.#backlog.takeFirst(limit);
    if (range) this.#taken.add(range);
    return range;
  }

  /** Puts what was taken (and not delivered) into the backlog. */
  giveBack(range: Range): void {
    this.#taken.remove(range);
    this.#again.remove(range);
    this.#backlog.add(range);
  }

  /** What was taken is done with. Gives what of it that holds for: what was asked for since joins the backlog instead. */
  finish({ from, to }: Range): Range[] {
    const again = new RangeSet(this.#again.within(from, to));
    this.#taken.remove({ from, to });
    this.#again.remove({ from, to });
    for (const part of again.ranges()) this.#backlog.add(part);
    return again.complement(from, to);
  }

  /** These need no sending any more; what is taken of them is on its way. */
  leaveOut(range: Range): void {
    this.#backlog.remove(range);
  }

  /** These are to be sent, also if they were before; what is taken at this moment, once that is done with. */
  askAgain({ from, to }: Range): void {
    const last = Math.min(to, this.#nextFresh - 1);
    for (const part of this.#taken.within(from, last)) this.#again.add(part);
    for (const part of this.#taken.complement(from, last)) this.#backlog.add(part);
  }
}

export type Lane = "state" | "fresh" | "backlog";

/** Publishes in flight. State and fresh events are prompt: a person may be waiting for them. */
export interface InFlight {
  readonly prompt: number;
  readonly backlog: number;
}

/** Prompt publishes in a row before the backlog has its turn, where the window is a single slot. */
const PROMPT_TURNS = 3;

/**
 * Shares the window. Prompt traffic goes first, but leaves the backlog a quarter of the slots (at least one) while
 * it has work; the backlog leaves one slot free, so that a new event never waits a round trip behind it. With a
 * window of one there are no slots to share, so turns are: three prompt, one backlog. State and fresh alternate.
 */
export class Turns {
  #promptTurns = 0;
  #statePassed = false;

  /** Which lane sends next; undefined when none may. */
  choose(window: number, inFlight: InFlight, wants: Readonly<Record<Lane, boolean>>): Lane | undefined {
    if (inFlight.prompt + inFlight.backlog >= window) return undefined;
    const wantsPrompt = wants.state || wants.fresh;
    if (wantsPrompt && !(wants.backlog && this.#backlogIsDue(window, inFlight))) {
      this.#promptTurns += 1;
      return this.#prompt(wants);
    }
    if (!wants.backlog) return undefined;
    if (window > 1 && inFlight.backlog >= window - 1) return undefined;
    this.#promptTurns = 0;
    return "backlog";
  }

  #backlogIsDue(window: number, inFlight: InFlight): boolean {
    if (window === 1) return this.#promptTurns >= PROMPT_TURNS;
    return inFlight.prompt >= window - Math.max(1, Math.floor(window / 4));
  }

  #prompt(wants: Readonly<Record<Lane, boolean>>): Lane {
    const state = wants.state && (!wants.fresh || !this.#statePassed);
    this.#statePassed = state;
    return state ? "state" : "fresh";
  }
}
