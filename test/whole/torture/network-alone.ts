import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { NetworkFault } from "./network-faults.ts";
import type { SceneOptions, SceneResult } from "./network-scene.ts";

const child = fileURLToPath(new URL("network-alone-child.ts", import.meta.url));

/** Plays a fault in a network namespace of its own, which has a loopback and nothing else. Needs root. */
export async function playAlone(
  { name: fault }: NetworkFault,
  { folder, hold, patience, broker }: SceneOptions,
  seed: number,
): Promise<SceneResult> {
  const asked = JSON.stringify({ fault, seed, folder, hold, patience, broker });
  const { stdout } = await promisify(execFile)("unshare", [
    ...["--net", "sh", "-c", 'ip link set lo up && exec "$0" "$@"'],
    ...[process.execPath, child, asked],
  ]);
  return JSON.parse(stdout) as SceneResult;
}
