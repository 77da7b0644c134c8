import type { Range } from "../model/journal.ts";
import { RangeSet } from "./ranges.ts";

/** One publish that had no answer when its connection ended. */
export interface Unanswered {
  /** Positions of the events in it, or the topic of retained state. */
  readonly what: Range | string;
  readonly bytes: number;
  /** Monotonic milliseconds. */
  readonly sentAt: number;
}

/** What a broker is not shown again. */
export type LeftOut = Pick<Unanswered, "what" | "bytes">;

/** How a connection has ended. */
interface How {
  /** Whether it had answered any publish. */
  readonly answered: boolean;
  /** Whether it was the answer to a publish that ended it: then once is enough. */
  readonly atAnswer?: boolean;
}

/** An answer to a publish is there within this; what was sent longer ago is not why a connection ended. Milliseconds. */
const SOON = 5_000;
/** Connections in a row that must end right after the same publish. */
const ENDS = 3;
/** Halving a segment goes no further: an event is rarely smaller. Bytes. */
const SMALLEST_SEGMENT = 1_024;

/**
 * Concludes what a broker refuses by closing the connection: 3.1.1 has no other word for a packet that is too large,
 * and the same packet would be the first one of the next connection, for ever.
 *
 * When a connection ends right after publishes were sent, the next one sends one at a time until those are answered: so
 * the next end names one. Three in a row for the same one, each on a connection that had answered something before (a
 * load balancer without brokers answers nothing), and a segment is made half as long; a single event, or a state, is
 * left out. Outlives the sessions; in memory only, as the broker may be another one after a restart.
 */
export class CutOff {
  #suspectEvents = new RangeSet();
  readonly #suspectTopics = new Set<string>();
  /** A segment is known by its first event, however long it is. */
  #culprit: { readonly key: string | number; readonly ends: number } | undefined;
  /** Topic of a state → length at which it was cut off. */
  readonly #states = new Map<string, number>();
  #segmentBytes = Number.POSITIVE_INFINITY;

  /** Longest segment that is still made, bytes of events. */
  get segmentBytes(): number {
    return this.#segmentBytes;
  }

  /** How many publishes may be in flight where `window` would. */
  window(window: number): number {
    return this.#suspectEvents.empty && this.#suspectTopics.size === 0 ? window : 1;
  }

  /** Whether the connection would end at a state of this length. */
  withholds(topic: string, bytes: number): boolean {
    return bytes >= (this.#states.get(topic) ?? Number.POSITIVE_INFINITY);
  }

  /** The publish has had an answer, or is not sent at all. */
  cleared(what: Unanswered["what"]): void {
    if (typeof what === "string") this.#suspectTopics.delete(what);
    else this.#suspectEvents.remove(what);
    const { key } = this.#culprit ?? {};
    const within = typeof key === "number" && typeof what !== "string" && what.from <= key && key <= what.to;
    if (key === what || within) this.#culprit = undefined;
  }

  /** The connection has ended, not by us. Gives what is left out from now on, if that is concluded. */
  ended(
    unanswered: readonly Unanswered[],
    { answered, atAnswer = false }: How,
    now: number,
  ): LeftOut | undefined {
    this.#suspectEvents = new RangeSet();
    this.#suspectTopics.clear();
    if (unanswered.length === 0 || unanswered.some(({ sentAt }) => now - sentAt > SOON)) {
      this.#culprit = undefined;
      return undefined;
    }
    for (const { what } of unanswered) {
      if (typeof what === "string") this.#suspectTopics.add(what);
      else this.#suspectEvents.add(what);
    }
    const [only, ...more] = unanswered;
    if (!only || more.length > 0) return undefined;
    if (atAnswer) return this.#strike(only, 1);
    return answered ? this.#strike(only, ENDS) : undefined;
  }

  #strike({ what, bytes }: Unanswered, enough: number): LeftOut | undefined {
    const key = typeof what === "string" ? what : what.from;
    const ends = (this.#culprit?.key === key ? this.#culprit.ends : 0) + 1;
    this.#culprit = { key, ends };
    if (ends < enough) return undefined;
    if (typeof what !== "string" && what.from < what.to) {
      this.#segmentBytes = Math.max(SMALLEST_SEGMENT, Math.floor(bytes / 2));
      return undefined;
    }
    if (typeof what === "string") this.#states.set(what, bytes);
    this.cleared(what);
    return { what, bytes };
  }
}
