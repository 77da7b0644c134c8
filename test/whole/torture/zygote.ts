import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { eventually } from "../../fakes/eventually.ts";
import { compileShim } from "./shim.ts";
import type { WriterOrder } from "./writer-order.ts";

const WRITER = fileURLToPath(new URL("writer-child.ts", import.meta.url));

/** A process that has loaded everything a writer needs, and forks into one as often as it is asked to. */
export interface Zygote extends AsyncDisposable {
  /** Resolves when the writer is about to open its journal. */
  writer(order: WriterOrder): Promise<RunningWriter>;
}

export interface RunningWriter {
  /** Bytes that it has told so far; a measure of how far it is. */
  told(): number;
  isAlive(): boolean;
  /** SIGKILL; resolves when it is gone, as `ended` does. */
  kill(): Promise<string | undefined>;
  /**
   * Resolves when it has ended: undefined where that was by SIGKILL, also by its own hand; else how, and what any
   * writer said last on standard error.
   */
  ended(): Promise<string | undefined>;
}

/** How long a writer may take to begin, on a machine that does other things too. Milliseconds. */
const STARTS_WITHIN = 30_000;
const SIGKILL = 9;

/** `folder` takes the compiled shim and the writer as one file. */
export async function startZygote(folder: string): Promise<Zygote> {
  const [program, shim, ends] = [`${folder}/writer.mjs`, `${folder}/shim.so`, `${folder}/ends`];
  const warm = `${folder}/warm`;
  mkdirSync(warm);
  await build({
    entryPoints: [WRITER],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    external: ["better-sqlite3"],
    logLevel: "error",
  });
  compileShim("writer-shim.c", shim);
  const child = spawn(process.execPath, ["--single-threaded", "--v8-pool-size=0", program, ends, warm], {
    stdio: ["pipe", "ignore", "pipe"],
    env: { ...process.env, LD_PRELOAD: shim },
  });
  let errors = "";
  child.stderr?.on("data", (text: Buffer) => {
    errors = `${errors}${text}`.slice(-2_000);
  });
  const exited = once(child, "close");
  const howEnded = (pid: number) => {
    const [signal, code] = lastEnd(readFileSync(ends, "utf8"), pid);
    return signal === SIGKILL ? undefined : `signal ${signal}, exit code ${code}: ${errors}`;
  };
  return {
    async writer(order) {
      child.stdin?.write(`${JSON.stringify(order)}\n`);
      const begun = () =>
        existsSync(order.oracle) ? /^s (\d+)\n/.exec(readFileSync(order.oracle, "latin1")) : null;
      const first = await eventually("a writer starts", begun, STARTS_WITHIN).catch((error: Error) => {
        const { exitCode, signalCode } = child;
        throw new Error(`${error.message}; zygote: ${exitCode ?? signalCode ?? "alive"}; ${errors}`);
      });
      return running(Number(first[1]), order.oracle, howEnded);
    },
    async [Symbol.asyncDispose]() {
      end(child);
      await exited;
    },
  };
}

function end(child: ChildProcess): void {
  child.stdin?.end();
  child.kill("SIGKILL");
}

/** Signal and exit code of the last process that had this pid. */
function lastEnd(ends: string, pid: number): readonly [signal: number, code: number] {
  const line = ends.split("\n").findLast((one) => one.startsWith(`${pid} `));
  const [, signal, code] = (line ?? "").split(" ").map(Number);
  return [signal ?? 0, code ?? 0];
}

function running(pid: number, oracle: string, howEnded: (pid: number) => string | undefined): RunningWriter {
  const isAlive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const ended = async () => {
    while (isAlive()) await sleep(1);
    return howEnded(pid);
  };
  return {
    told: () => statSync(oracle).size,
    isAlive,
    ended,
    async kill() {
      if (isAlive()) process.kill(pid, "SIGKILL");
      return ended();
    },
  };
}
