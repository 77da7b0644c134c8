import type { Log } from "../base/log.ts";
import type { SiteHealth } from "../model/wire.ts";

/** Says in the log once that the journal's disk is full, and once that it is not any more. */
export class FullDiskLog {
  readonly #log: Pick<Log, "warn" | "info">;
  #isFull = false;

  constructor(log: Pick<Log, "warn" | "info">) {
    this.#log = log;
  }

  look({ diskFull, bytes, dropped, gone }: SiteHealth["journal"]): void {
    if (diskFull === this.#isFull) return;
    this.#isFull = diskFull;
    const fields = { bytes, dropped, unsentDropped: gone?.events ?? 0 };
    if (diskFull)
      this.#log.warn(fields, "the journal's disk is full: new events take the place of older ones");
    else this.#log.info(fields, "the journal's disk has room again");
  }
}
