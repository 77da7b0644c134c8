import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The agent of the demo: the real program, in a process of its own, told nothing but its configuration. */
export interface DemoAgent extends AsyncDisposable {
  /** Exit code once it has ended; null while it runs. -1: it was killed. */
  readonly exitCode: number | null;
  /** Has it read its configuration again. */
  reload(): void;
  /** SIGTERM, then waits for its end; SIGKILL when it does not end within five seconds. */
  stop(): Promise<void>;
  lastWords(lines: number): Promise<string[]>;
}

const STOP_WITHIN_MS = 5_000;
const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

export function startAgent(folder: string): DemoAgent {
  const logFile = `${folder}/agent.log`;
  const log = createWriteStream(logFile);
  const child = spawn(process.execPath, [MAIN, "run", "--config", `${folder}/config.yaml`], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = new Promise<void>((resolve) => {
    child.once("close", resolve);
    child.once("error", resolve);
  });
  const stop = async () => {
    if (!hasEnded(child)) child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
    await ended;
    clearTimeout(timer);
    log.end();
  };
  return {
    get exitCode() {
      return hasEnded(child) ? (child.exitCode ?? -1) : null;
    },
    reload: () => void child.kill("SIGHUP"),
    stop,
    async lastWords(lines) {
      const text = await readFile(logFile, "utf8").catch(() => "");
      return text.trimEnd().split("\n").slice(-lines);
    },
    [Symbol.asyncDispose]: stop,
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
