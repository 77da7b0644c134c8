import { readdirSync, readlinkSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What this process holds after everything that can be collected was. Bytes. */
export interface Held {
  /** JavaScript objects. */
  readonly heap: number;
  /** Buffers and whatever else hangs on objects from outside of the heap. */
  readonly external: number;
  readonly resident: number;
  /** Sockets, by the system's own list of this process. */
  readonly sockets: number;
}

/** Collects garbage, also what the first collection only frees for the second, and looks. */
export async function held(): Promise<Held> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let turn = 0; turn < 4; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  const { heapUsed: heap, external, rss: resident } = process.memoryUsage();
  return { heap, external, resident, sockets: openSockets() };
}

/** Linux's /proc/self/fd names a socket "socket:[inode]". */
export function openSockets(): number {
  return readdirSync("/proc/self/fd").filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith("socket:");
    } catch {
      return false;
    }
  }).length;
}
