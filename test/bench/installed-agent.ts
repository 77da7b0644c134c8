import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type AgentOptions, type AgentProcess, type ConfigText, startAgent } from "../fakes/agent-process.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const BUNDLE = ".build/lib/camera-agent.mjs";

let built = false;

/** The agent as it is installed: the bundle, started by the command line and environment of the systemd unit. */
export function startInstalledAgent(
  folder: string,
  config: ConfigText,
  { env, ...options }: Omit<AgentOptions, "program"> = {},
): Promise<AgentProcess> {
  if (!built)
    execFileSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  built = true;
  const unit = readUnit();
  return startAgent(folder, config, {
    ...options,
    program: commandOf(unit),
    env: { ...environmentOf(unit), ...env },
  });
}

/** Node's flags in the unit. */
export function agentFlags(): string[] {
  return commandOf(readUnit()).filter((word) => word.startsWith("--"));
}

function readUnit(): string {
  return readFileSync(`${root}deploy/camera-agent.service`, "utf8");
}

/** ExecStart up to `run`, with the programs of this tree in the place of the installed ones. */
export function commandOf(unit: string): [string, ...string[]] {
  const line = /^ExecStart=(.*?) run /m.exec(unit)?.[1];
  if (line === undefined) throw new Error("the unit's ExecStart runs no `camera-agent run`");
  const [, ...rest] = line.split(/\s+/);
  return [process.execPath, ...rest.map((word) => (word.endsWith(".mjs") ? `${root}${BUNDLE}` : word))];
}

/** Its Environment= lines, one assignment each. */
export function environmentOf(unit: string): Record<string, string> {
  const assignments = [...unit.matchAll(/^Environment=([^=\s]+)=(\S*)$/gm)];
  return Object.fromEntries(assignments.map(([, name = "", value = ""]) => [name, value]));
}
