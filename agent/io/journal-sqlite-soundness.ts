import type { JournalFault } from "../model/journal.ts";
import { meansDamage, openingFault } from "./journal-sqlite-faults.ts";
import { markSuspect } from "./journal-sqlite-inspect.ts";
import { watchPlace } from "./journal-sqlite-place.ts";

/** Whether the open file is still what it was, and still where it was. What was once found stays. */
export class Soundness {
  readonly #path: string;
  /** What has become of the file, if anything. */
  readonly #moved: () => string | undefined;
  #fault: JournalFault | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#moved = watchPlace(path);
  }

  get fault(): JournalFault | undefined {
    return this.#fault;
  }

  /** Looks whether the file is in its place. */
  look(): void {
    const moved = this.#moved();
    if (moved !== undefined) this.#fault ??= { kind: "replaced", path: this.#path, evidence: moved };
  }

  /** What `read` gives; undefined where the file turns out damaged. */
  tried<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!this.note(error)) throw error;
      return undefined;
    }
  }

  /** Whether `error` means damage, which is remembered then. */
  note(error: unknown): boolean {
    if (!meansDamage(error)) return false;
    if (!this.#fault) markSuspect(this.#path);
    this.#fault ??= { ...openingFault(this.#path, error), kind: "damaged" };
    return true;
  }
}
