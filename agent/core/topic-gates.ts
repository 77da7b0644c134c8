import { type BackoffPolicy, pauseBefore } from "./backoff.ts";

/** A topic that the broker takes nothing on, and why, in the words of MQTT. */
export interface TopicRefusal {
  readonly topic: string;
  readonly reasonCode: number;
  readonly reason: string;
}

interface Gate {
  readonly refusal: TopicRefusal;
  readonly attempt: number;
  readonly until: number;
  probing: boolean;
}

/**
 * Topics that are refused for now. A refusal closes its topic for a while, longer each time; then one message may
 * pass to try, and if that is taken the topic is open again. Other topics are never held up. Times are monotonic
 * milliseconds.
 */
export class TopicGates {
  readonly #gates = new Map<string, Gate>();
  readonly #policy: BackoffPolicy;
  readonly #random: () => number;

  constructor(policy: BackoffPolicy, random: () => number) {
    this.#policy = policy;
    this.#random = random;
  }

  isOpen(topic: string, now: number): boolean {
    const gate = this.#gates.get(topic);
    return !gate || (now >= gate.until && !gate.probing);
  }

  /** A message goes out on an open topic. */
  enter(topic: string): void {
    const gate = this.#gates.get(topic);
    if (gate) gate.probing = true;
  }

  accepted(topic: string): void {
    this.#gates.delete(topic);
  }

  refused(refusal: TopicRefusal, now: number): void {
    const gate = this.#gates.get(refusal.topic);
    // Messages that were in flight together are refused together: that is one refusal.
    if (gate && now < gate.until) return;
    const attempt = gate ? gate.attempt + 1 : 0;
    const until = now + pauseBefore(this.#policy, attempt, this.#random());
    this.#gates.set(refusal.topic, { refusal, attempt, until, probing: false });
  }

  /** When the next topic that is closed at `now` may be tried; undefined when none is closed. */
  nextOpening(now: number): number | undefined {
    let next: number | undefined;
    for (const { until } of this.#gates.values()) {
      if (until > now && (next === undefined || until < next)) next = until;
    }
    return next;
  }

  refusals(): readonly TopicRefusal[] {
    return [...this.#gates.values()].map(({ refusal }) => refusal);
  }
}
