import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import type { z } from "zod";
import type { configSchema, Secrets } from "../../agent/model/config.ts";
import { type AgentStatus, statusSchema } from "../../agent/model/status.ts";

const MAIN = fileURLToPath(new URL("../../agent/main.ts", import.meta.url));

export type ConfigText = z.input<typeof configSchema>;

/** The real program in a process of its own, in a folder of its own, told nothing but its configuration. */
export interface AgentProcess extends AsyncDisposable {
  readonly pid: number;
  /** Lines of its log so far, parsed. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** What it wrote to standard error; empty unless it died. */
  readonly errors: string;
  /** What it says of itself; undefined until it has said something. */
  status(): Promise<AgentStatus | undefined>;
  /** Writes another configuration and sends SIGHUP. */
  reload(config: ConfigText | string): Promise<void>;
  /** SIGTERM; gives the exit code and how long it took, milliseconds. */
  stop(): Promise<{ readonly code: number | null; readonly ms: number }>;
  /** Waits until it ends by itself; gives the exit code. */
  ended(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** Configuration with every file in `folder`; the caller adds site, broker and cameras. */
export function inFolder(folder: string, config: Omit<ConfigText, "journal" | "statusFile">): ConfigText {
  return { ...config, journal: { path: `${folder}/journal.db` }, statusFile: `${folder}/status.json` };
}

export interface AgentOptions {
  readonly secrets?: Secrets;
  /** Beside the environment of the tests. */
  readonly env?: NodeJS.ProcessEnv;
  /** What stands before `run` in the command line; this Node and the sources unless told otherwise. */
  readonly program?: readonly [string, ...string[]];
}

export async function startAgent(
  folder: string,
  config: ConfigText,
  { secrets, env = {}, program = [process.execPath, MAIN] }: AgentOptions = {},
): Promise<AgentProcess> {
  const configFile = `${folder}/config.yaml`;
  await writeFile(configFile, stringify(config));
  if (secrets) await writeFile(`${folder}/secrets.yaml`, stringify(secrets), { mode: 0o600 });
  const [executable, ...before] = program;
  const child = spawn(executable, [...before, "run", "--config", configFile], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  await once(child, "spawn");
  const log: Record<string, unknown>[] = [];
  let errors = "";
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    log.push(...lines.map((line) => JSON.parse(line) as Record<string, unknown>));
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const exited = once(child, "close");
  const end = async (signal: NodeJS.Signals) => {
    const began = performance.now();
    if (!hasEnded(child)) child.kill(signal);
    await exited;
    return { code: child.exitCode, ms: performance.now() - began };
  };
  return {
    pid: child.pid as number,
    log,
    get errors() {
      return errors;
    },
    async status() {
      const text = await readFile(`${folder}/status.json`, "utf8").catch(() => undefined);
      return text === undefined ? undefined : statusSchema.parse(JSON.parse(text));
    },
    async reload(next) {
      await writeFile(configFile, typeof next === "string" ? next : stringify(next));
      child.kill("SIGHUP");
    },
    stop: () => end("SIGTERM"),
    ended: () => exited.then(() => child.exitCode),
    kill: async () => void (await end("SIGKILL")),
    [Symbol.asyncDispose]: async () => void (await end("SIGTERM")),
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
