import { Listeners } from "../base/listeners.ts";

/** Topics that one board holds at most; a site has a few more than it has cameras. */
const TOPIC_LIMIT = 4_096;
/** Topics beyond which none that others left is taken back: a broker that shows thousands must not fill the board. */
const FOREIGN_LIMIT = TOPIC_LIMIT / 2;

interface Entry {
  readonly topic: string;
  /** JSON; empty once the topic is to be removed. */
  payload: string;
  /** Set while a publish of it is in flight. */
  sending: Sending | undefined;
  /** Changed since that publish was made. */
  changed: boolean;
}

/** One publish of one topic, between `take` and `settle`. */
export interface Sending {
  readonly topic: string;
  readonly payload: string;
  /** The broker had refused this topic before. */
  readonly wasHeld: boolean;
}

/**
 * What became of it. `held`: refused for now, until `release`. `dropped`: refused for good, until it is set again.
 * `lost`: not known to have arrived.
 */
export type StateOutcome = "published" | "held" | "dropped" | "lost";

/**
 * The retained state of the site: the latest payload of each topic, and which of them the broker has yet to be
 * told. A topic is in flight at most once; what is set meanwhile goes out after it, and only the latest of it.
 */
export class StateBoard {
  readonly #entries = new Map<string, Entry>();
  readonly #dirty = new Set<Entry>();
  readonly #held = new Set<Entry>();
  readonly #released = new WeakSet<Entry>();
  readonly #listeners = new Listeners();

  /** Topics that wait to be published. */
  get waiting(): number {
    return this.#dirty.size;
  }

  /** Topics that the broker refuses for now. */
  get held(): number {
    return this.#held.size;
  }

  set(topic: string, payload: object): void {
    this.#put(topic, JSON.stringify(payload));
  }

  /**
   * Takes the retained message away from the broker, also one that an earlier run left there. Beyond FOREIGN_LIMIT
   * those are let be until the next connection shows them again.
   */
  remove(topic: string): void {
    if (this.#entries.has(topic) || this.#entries.size < FOREIGN_LIMIT) this.#put(topic, "");
  }

  /** Calls back when a topic begins to wait. */
  onDirty(notify: () => void): () => void {
    return this.#listeners.add(notify);
  }

  /**
   * A new session: the broker may know nothing, so everything waits, topic `first` before the others, and publishes
   * of older sessions are void.
   */
  renew(first: string): void {
    this.#held.clear();
    this.#dirty.clear();
    const leader = this.#entries.get(first);
    if (leader) this.#dirty.add(leader);
    for (const entry of this.#entries.values()) {
      entry.sending = undefined;
      entry.changed = false;
      this.#dirty.add(entry);
    }
  }

  /** The topic that has waited longest, to be published now; undefined when none waits. */
  take(): Sending | undefined {
    const [entry] = this.#dirty;
    if (!entry) return undefined;
    this.#dirty.delete(entry);
    const sending = { topic: entry.topic, payload: entry.payload, wasHeld: this.#released.has(entry) };
    entry.sending = sending;
    entry.changed = false;
    return sending;
  }

  settle(sending: Sending, outcome: StateOutcome): void {
    const entry = this.#entries.get(sending.topic);
    if (entry?.sending !== sending) return;
    entry.sending = undefined;
    if (outcome !== "held") this.#released.delete(entry);
    if (entry.changed || outcome === "lost") this.#dirty.add(entry);
    else if (outcome === "held") this.#held.add(entry);
    else if (outcome === "published" && entry.payload === "") this.#entries.delete(entry.topic);
  }

  /** Lets the held topics wait again. */
  release(): void {
    for (const entry of this.#held) {
      this.#released.add(entry);
      this.#dirty.add(entry);
    }
    this.#held.clear();
  }

  #put(topic: string, payload: string): void {
    let entry = this.#entries.get(topic);
    if (!entry) {
      if (this.#entries.size >= TOPIC_LIMIT) throw new RangeError(`more than ${TOPIC_LIMIT} state topics`);
      entry = { topic, payload, sending: undefined, changed: false };
      this.#entries.set(topic, entry);
    }
    entry.payload = payload;
    if (entry.sending) {
      entry.changed = true;
      return;
    }
    this.#held.delete(entry);
    this.#dirty.add(entry);
    this.#listeners.tell();
  }
}
