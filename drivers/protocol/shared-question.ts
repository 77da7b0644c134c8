import type { Clock } from "../../agent/base/clock.ts";
import { fail, type Result } from "../../agent/base/result.ts";
import type { DriverContext, StorageReport } from "../../agent/model/camera.ts";
import type { HealthConfig } from "../../agent/model/config.ts";
import type { Fault } from "../../agent/model/fault.ts";
import { givenUp } from "./given-up.ts";
import { SharedAnswer } from "./shared-answer.ts";

/** Asks the device, until `signal` aborts. */
type Asking<T> = (signal: AbortSignal) => Promise<Result<T, Fault>>;

export interface SharedQuestionOptions<T> {
  readonly clock: Clock;
  readonly ask: Asking<T>;
  /** For how long the other channels are given the same answer, milliseconds. A fault is told to nobody later. */
  readonly goodFor: (answer: T) => number;
}

/** A question to a device that its channels ask as one (SharedAnswer), and what it answered last. */
export class SharedQuestion<T> {
  readonly #answer: SharedAnswer<Result<T, Fault>>;
  #last: T | undefined;

  constructor({ clock, ask, goodFor }: SharedQuestionOptions<T>) {
    this.#answer = new SharedAnswer({
      clock,
      ask: async (signal) => {
        const answer = await ask(signal);
        if (answer.ok) this.#last = answer.value;
        return answer;
      },
      goodFor: (answer) => (answer.ok ? goodFor(answer.value) : 0),
    });
  }

  /** The last answer that was none of a fault, good or not; undefined before the first. */
  get last(): T | undefined {
    return this.#last;
  }

  /** The answer, which `asker` has not been given before. */
  async get(asker: object, signal: AbortSignal): Promise<Result<T, Fault>> {
    return (await this.#answer.get(asker, signal)) ?? fail(givenUp);
  }

  /** What is known is no longer good. */
  forget(): void {
    this.#answer.forget();
  }
}

const LONGEST_LOOK_MS = 30_000;

/**
 * How long a look at a device is good for its other channels: half an interval of looks, so that a recorder is asked
 * twice in one however many channels it has; half a minute at most, so that rare looks are no old ones.
 */
export function lookGoodFor({ interval }: Pick<HealthConfig, "interval">): number {
  return Math.min(interval / 2, LONGEST_LOOK_MS);
}

/** A look at a device. One that is not whole is told to nobody later either. */
export function sharedLook<T>(
  { clock, health }: Pick<DriverContext, "clock" | "health">,
  ask: Asking<T>,
  isWhole: (look: T) => boolean = () => true,
): SharedQuestion<T> {
  return new SharedQuestion({
    clock,
    ask,
    goodFor: (look) => (isWhole(look) ? lookGoodFor(health()) : 0),
  });
}

/** Disks change slowly, and some devices are asked for each by itself. */
const STORAGE_GOOD_FOR_MS = 60_000;

export function sharedStorage(
  { clock }: Pick<DriverContext, "clock">,
  ask: Asking<StorageReport>,
): SharedQuestion<StorageReport> {
  return new SharedQuestion({ clock, ask, goodFor: () => STORAGE_GOOD_FOR_MS });
}
