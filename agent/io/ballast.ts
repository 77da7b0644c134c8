import { randomFillSync } from "node:crypto";
import { rmSync, statfsSync, statSync } from "node:fs";
import { open, rename } from "node:fs/promises";

const CHUNK_BYTES = 1_024 * 1_024;

/** Bytes of the disk that a file lies on; undefined where the system does not say. */
export function diskSpace(path: string): { readonly total: number; readonly free: number } | undefined {
  try {
    const { bsize, blocks, bavail } = statfsSync(path);
    return { total: bsize * blocks, free: bsize * bavail };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  }
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
    return (statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0) >= this.#bytes;
  }

  /** Whether there was any. */
  giveUp(): boolean {
    this.#stop.abort();
    const there = statSync(this.#path, { throwIfNoEntry: false }) !== undefined;
    try {
      for (const file of [this.#path, this.#unfinished]) rmSync(file, { force: true });
      return there;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return false;
    }
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
    rmSync(this.#unfinished, { force: true });
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
