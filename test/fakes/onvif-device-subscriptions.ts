import type { Clock } from "../../agent/base/clock.ts";
import type { EventMessage } from "./onvif-device-message.ts";

/** Messages that a subscription keeps for its client; the oldest go when it does not pull. */
const LONGEST_QUEUE = 1_000;

/** `gone`: the subscription ended while the pull waited, or before. */
export type Pulled = readonly EventMessage[] | "gone";

interface Waiting {
  readonly limit: number;
  readonly finish: (pulled: Pulled) => void;
}

interface Subscription {
  readonly number: number;
  /** On the monotonic clock. */
  terminatesAt: number;
  cancelExpiry: () => void;
  readonly queue: EventMessage[];
  waiting: Waiting | undefined;
}

/** The PullPoint subscriptions of a device, each with its own queue and its own end. */
export class Subscriptions {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #living = new Map<number, Subscription>();
  #lastNumber = 0;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** Number of the new subscription; undefined when the device has no more. */
  create(lifeMs: number): number | undefined {
    if (this.#living.size >= this.#limit) return undefined;
    const number = ++this.#lastNumber;
    this.#living.set(number, {
      number,
      terminatesAt: this.#clock.monotonic() + lifeMs,
      cancelExpiry: this.#clock.after(lifeMs, () => this.drop(number)),
      queue: [],
      waiting: undefined,
    });
    return number;
  }

  /** Whether it still lived. */
  renew(number: number, lifeMs: number): boolean {
    const subscription = this.#living.get(number);
    if (!subscription) return false;
    subscription.cancelExpiry();
    subscription.terminatesAt = this.#clock.monotonic() + lifeMs;
    subscription.cancelExpiry = this.#clock.after(lifeMs, () => this.drop(number));
    return true;
  }

  /** Milliseconds that it has left; undefined when it does not live. */
  leftMs(number: number): number | undefined {
    const subscription = this.#living.get(number);
    return subscription && subscription.terminatesAt - this.#clock.monotonic();
  }

  /** Whether it still lived. A waiting pull is told that it is gone. */
  drop(number: number): boolean {
    const subscription = this.#living.get(number);
    if (!subscription) return false;
    this.#living.delete(number);
    subscription.cancelExpiry();
    subscription.waiting?.finish("gone");
    return true;
  }

  dropAll(): void {
    for (const number of this.numbers()) this.drop(number);
  }

  numbers(): number[] {
    return [...this.#living.keys()];
  }

  push(number: number, message: EventMessage): void {
    const subscription = this.#living.get(number);
    if (!subscription) return;
    subscription.queue.push(message);
    if (subscription.queue.length > LONGEST_QUEUE) subscription.queue.shift();
    const waiting = subscription.waiting;
    if (waiting) waiting.finish(subscription.queue.splice(0, waiting.limit));
  }

  /**
   * Answers as soon as there is a message, or with none after `timeoutMs` (ONVIF Core 9.1.2). A second pull on the
   * same subscription ends the first. Aborting (the client went away) takes no message from the queue.
   */
  pull(number: number, limit: number, timeoutMs: number, signal: AbortSignal): Promise<Pulled> {
    return new Promise((resolve) => {
      const subscription = this.#living.get(number);
      if (!subscription) return resolve("gone");
      subscription.waiting?.finish([]);
      if (signal.aborted) return resolve([]);
      if (subscription.queue.length > 0 || timeoutMs <= 0) {
        return resolve(subscription.queue.splice(0, limit));
      }
      const finish = (pulled: Pulled) => {
        cancelTimeout();
        signal.removeEventListener("abort", leave);
        subscription.waiting = undefined;
        resolve(pulled);
      };
      const leave = () => finish([]);
      const cancelTimeout = this.#clock.after(timeoutMs, leave);
      signal.addEventListener("abort", leave);
      subscription.waiting = { limit, finish };
    });
  }
}
