import { type ExecFileException, execFile } from "node:child_process";
import { fail, ok, type Result } from "../base/result.ts";
import type { readConfig } from "./config-file.ts";
import { programFile } from "./program-file.ts";

type Read = Awaited<ReturnType<typeof readConfig>>;

const TIMEOUT_MS = 30_000;
/** 512 cameras and their logins come to some 200 kB. */
const MOST_BYTES = 16_777_216;

/**
 * `readConfig` in a process of its own that ends: YAML, the schemas and what they are made of would stay with the agent
 * for years, 3 MB that are wanted once. What it read comes through a pipe. Where no process can be made, or it is
 * killed, the agent reads for itself: a box short of memory must not keep a site from starting. `onAlone` is told why:
 * an error of the system, a signal or an exit code, and nothing that the process wrote, which may be of the logins.
 */
export async function readConfigApart(
  path: string,
  env: NodeJS.ProcessEnv,
  onAlone: (why: string) => Promise<void>,
): ReturnType<typeof readConfig> {
  const written = await ask(path, env);
  if (written.ok) return written.value;
  await onAlone(written.error);
  const { readConfig } = await import("./config-file.ts");
  return readConfig(path, env);
}

function ask(path: string, env: NodeJS.ProcessEnv): Promise<Result<Read, string>> {
  return new Promise((resolve) => {
    const file = programFile("config-program");
    const limits = { env, timeout: TIMEOUT_MS, killSignal: "SIGKILL", maxBuffer: MOST_BYTES } as const;
    execFile(process.execPath, [file, path], limits, (error, stdout) =>
      resolve(error ? fail(whyEnded(error)) : ok(JSON.parse(stdout) as Read)),
    );
  });
}

function whyEnded({ code, signal }: ExecFileException): string {
  return signal ?? (typeof code === "string" ? code : `exit code ${code}`);
}
