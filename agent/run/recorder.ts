import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { EventDraft } from "../model/event.ts";
import type { Journal } from "../model/journal.ts";

/** A disk on which one event finds room and the next one does not is told as one trouble. Milliseconds. */
const OVER_AFTER = 60_000;

/** Writes events to the journal for those who cannot help it when the disk is full: refusals are counted and told. */
export class Recorder {
  readonly #journal: Pick<Journal, "append">;
  readonly #log: Pick<Log, "info" | "error">;
  readonly #clock: Pick<Clock, "monotonic">;
  #refused = 0;
  /** When the last one was refused, monotonic milliseconds, while that is not over. */
  #refusedAt: number | undefined;

  constructor(
    journal: Pick<Journal, "append">,
    log: Pick<Log, "info" | "error">,
    clock: Pick<Clock, "monotonic">,
  ) {
    this.#journal = journal;
    this.#log = log;
    this.#clock = clock;
  }

  /** Events that the journal could not take since the agent started. */
  get refused(): number {
    return this.#refused;
  }

  /** Resolves when the event is durable, or has been counted as refused. */
  async record(draft: EventDraft): Promise<void> {
    try {
      await this.#journal.append(draft);
    } catch (error) {
      this.#refused += 1;
      if (this.#refusedAt === undefined) this.#log.error({ err: error }, "journal takes no events");
      this.#refusedAt = this.#clock.monotonic();
      return;
    }
    if (this.#refusedAt === undefined || this.#clock.monotonic() - this.#refusedAt < OVER_AFTER) return;
    this.#refusedAt = undefined;
    this.#log.info({ refused: this.#refused }, "journal takes events again");
  }
}
