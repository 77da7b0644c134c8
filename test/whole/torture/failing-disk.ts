import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeFileSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { compileShim } from "./shim.ts";

/** Calls that can fail, as failing-shim.c numbers them: bytes, fsync, and what changes a folder. */
const CALLS = { write: 1, sync: 2, names: 4 } as const;

export interface Failure {
  readonly error: "EIO" | "EROFS";
  readonly calls: readonly (keyof typeof CALLS)[];
  /** Calls that succeed for each one that fails. */
  readonly spared?: number;
}

/** A small disk of its own, which can be full, and which can fail for the processes that have `env`. */
export interface FailingDisk extends Disposable {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  /** From now on the calls that it names fail. */
  fail(failure: Failure): void;
  /** Takes all room but so many bytes. */
  fill(spare?: number): void;
  /** Everything works again, and the room is free. */
  heal(): void;
}

const BLOCK = 4_096;

/** A tmpfs of so many bytes, mounted in the mount namespace of this process, which must not be everybody's. */
export function mountFailingDisk(folder: string, bytes: number): FailingDisk {
  const [path, shim, control] = [`${folder}/disk`, `${folder}/failing-shim.so`, `${folder}/failing`];
  mkdirSync(path);
  compileShim("failing-shim.c", shim);
  const tell = (...numbers: number[]) => {
    const words = Buffer.alloc(BLOCK);
    numbers.forEach((number, index) => void words.writeUInt32LE(number, 4 * index));
    // In place: the processes have this very file mapped.
    writeFileSync(control, words, { flag: numbers.length === 0 ? "w" : "r+" });
  };
  tell();
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path]);
  const filler = `${path}/filler`;
  return {
    path,
    env: { LD_PRELOAD: shim, FAILING_FOLDER: path, FAILING_CONTROL: control },
    fail({ error, calls, spared = 0 }) {
      const mask = calls.reduce((sum, call) => sum | CALLS[call], 0);
      tell(constants.errno[error], mask, spared);
    },
    fill(spare = 0) {
      const { bavail, bsize } = statfsSync(path);
      fillUp(filler, bavail * bsize - spare);
    },
    heal() {
      tell(0, 0, 0);
      rmSync(filler, { force: true });
    },
    [Symbol.dispose]: () => void execFileSync("umount", ["--lazy", path]),
  };
}

/** Writes until that is done or the disk takes no more. */
function fillUp(path: string, bytes: number): void {
  const file = openSync(path, "a");
  const block = Buffer.alloc(BLOCK, 1);
  try {
    for (let written = 0; written < bytes; written += BLOCK) writeSync(file, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
}
