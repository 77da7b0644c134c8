import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/**
 * Runs a program of these tests in network and mount namespaces of its own, with a loopback and nothing else: what
 * it does to its network and its mounts it does to itself alone. Needs root. `asked` is its first argument, as JSON; what it writes to
 * standard output is the answer, lines of standard error are progress.
 */
export async function inOwnNetwork<T>(
  program: string,
  asked: unknown,
  progress: (text: string) => void = () => undefined,
): Promise<T> {
  const child = spawn(
    "unshare",
    [
      ...["--net", "--mount", "sh", "-c", 'ip link set lo up && exec "$0" "$@"'],
      ...[process.execPath, program, JSON.stringify(asked)],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let answer = "";
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    answer += text;
  });
  createInterface({ input: child.stderr }).on("line", (line) => {
    said = `${said}\n${line}`.slice(-2_000);
    progress(line);
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${said}`);
  return JSON.parse(answer) as T;
}

/** Drops so many of a hundred packets to a port and from it, in the network namespace of this process. */
export function losePackets(port: number, percent: number): void {
  const rule = (end: string) => `tcp ${end} ${port} numgen random mod 100 < ${percent} drop`;
  const chain = `chain loss {\ntype filter hook input priority 0;\n${rule("dport")}\n${rule("sport")}\n}`;
  execFileSync("nft", ["-f", "-"], { input: `table inet torture {\n${chain}\n}\n` });
}

/** From here on every packet arrives. */
export function loseNothing(): void {
  execFileSync("nft", ["flush", "ruleset"]);
}
