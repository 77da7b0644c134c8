import type { Log } from "../base/log.ts";
import type { EventDraft } from "../model/event.ts";
import type { Journal } from "../model/journal.ts";

/** Writes events to the journal for those who cannot help it when the disk is full: refusals are counted and told. */
export class Recorder {
  readonly #journal: Pick<Journal, "append">;
  readonly #log: Log;
  #refused = 0;
  #failing = false;

  constructor(journal: Pick<Journal, "append">, log: Log) {
    this.#journal = journal;
    this.#log = log;
  }

  /** Events that the journal could not take since the agent started. */
  get refused(): number {
    return this.#refused;
  }

  /** Resolves when the event is durable, or has been counted as refused. */
  async record(draft: EventDraft): Promise<void> {
    try {
      await this.#journal.append(draft);
      if (this.#failing) this.#log.info({ refused: this.#refused }, "journal takes events again");
      this.#failing = false;
    } catch (error) {
      this.#refused += 1;
      if (!this.#failing) this.#log.error({ err: error }, "journal takes no events");
      this.#failing = true;
    }
  }
}
