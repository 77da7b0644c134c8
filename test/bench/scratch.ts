import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface Scratch {
  /** A folder of the run's own, gone afterwards. */
  readonly folder: string;
  /** Writes a line that begins with the run's name and its seconds so far. */
  progress(text: string): void;
}

/** Runs something long in a folder below `parent`, with a way to say how far it is. */
export async function inScratch<T>(
  name: string,
  parent: string,
  err: (text: string) => void,
  run: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, `${name}-`));
  const began = performance.now();
  const progress = (text: string) =>
    err(`${name} ${((performance.now() - began) / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);
  try {
    return await run({ folder, progress });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
