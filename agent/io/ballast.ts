import { randomFillSync } from "node:crypto";
import { rmSync, statfsSync, statSync } from "node:fs";
import { open, rename } from "node:fs/promises";

const CHUNK_BYTES = 1_024 * 1_024;

/** Bytes of the disk that a file lies on; undefined where the system does not say. */
export function diskSpace(path: string): { readonly total: number; readonly free: number } | undefined {
  return tried(() => {
    const { bsize, blocks, bavail } = statfsSync(path);
    return { total: bsize * blocks, free: bsize * bavail };
  });
}

/**
 * A file that only takes room, so that there is some to give up on a full disk: SQLite can neither delete nor
 * checkpoint there. It is really written, of random bytes, as a file system may keep no room for what it can leave out.
 */
export class Ballast {
  readonly #path: string;
  readonly #bytes: number;
  #making: Promise<void> | undefined;
  #stop = new AbortController();

  constructor(path: string, bytes: number) {
    this.#path = path;
    this.#bytes = bytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  isThere(): boolean {
    return (sizeOf(this.#path) ?? 0) >= this.#bytes;
  }

  /** Whether there was any. */
  giveUp(): boolean {
    this.#stop.abort();
    const wasThere = sizeOf(this.#path) !== undefined;
    removed(this.#unfinished);
    return removed(this.#path) && wasThere;
  }

  /** Takes the room, as long as the disk has it; a try that fails leaves nothing behind. */
  make(): void {
    if (this.#making || this.isThere()) return;
    this.#stop = new AbortController();
    this.#making = this.#write(this.#stop.signal).finally(() => {
      this.#making = undefined;
    });
  }

  /** Resolves when nothing is being written any more. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#making;
    removed(this.#unfinished);
  }

  get #unfinished(): string {
    return `${this.#path}.new`;
  }

  async #write(signal: AbortSignal): Promise<void> {
    try {
      {
        await using file = await open(this.#unfinished, "w", 0o600);
        const chunk = randomFillSync(Buffer.alloc(CHUNK_BYTES));
        for (let at = 0; at < this.#bytes && !signal.aborted; at += CHUNK_BYTES)
          await file.write(chunk, 0, Math.min(CHUNK_BYTES, this.#bytes - at));
        await file.sync();
      }
      if (!signal.aborted) await rename(this.#unfinished, this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
    if (!this.isThere()) this.giveUp();
  }
}

/** Undefined where there is none, or the disk does not say. */
function sizeOf(path: string): number | undefined {
  return tried(() => statSync(path, { throwIfNoEntry: false })?.size);
}

/** Whether nothing is there any more. */
function removed(path: string): boolean {
  return tried(() => rmSync(path, { force: true }) ?? true) ?? false;
}

/** A disk that fails is told by those who write what counts. */
function tried<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  }
}
