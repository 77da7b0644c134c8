import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "./statistics.ts";

/** What the kernel says of another process (proc(5)). */

export interface Memory {
  /** Resident, all of it: what an administrator sees. MB of 2^20 bytes, as `ps` and systemd count. */
  readonly rss: number;
  /** Resident and the process's own; the rest is the program file, shared with every other Node on the box. */
  readonly anonymous: number;
}

export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kibibytes = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
  return {
    rss: kibibytes("VmRSS") / 1_024,
    anonymous: kibibytes("RssAnon") / 1_024,
  };
}

/** Median of readings over `seconds`. */
export async function medianMemory(pid: number, seconds: number): Promise<Memory> {
  const readings: Memory[] = [];
  for (let n = 0; n < seconds * 4; n++) {
    readings.push(memoryOf(pid));
    await sleep(250);
  }
  return {
    rss: median(readings.map(({ rss }) => rss)),
    anonymous: median(readings.map(({ anonymous }) => anonymous)),
  };
}

/** Most memory that it ever held, MB. */
export function peakMemory(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;
}

export interface Descriptors {
  readonly all: number;
  readonly sockets: number;
}

/** What a process has open. */
export function descriptorsOf(pid: number): Descriptors {
  const folder = `/proc/${pid}/fd`;
  const targets = readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(`${folder}/${name}`)];
    } catch {
      // Closed since it was listed.
      return [];
    }
  });
  return { all: targets.length, sockets: targets.filter((target) => target.startsWith("socket:")).length };
}

let ticksPerSecond: number | undefined;

/** Seconds of CPU that a process and its ended children have used. */
export function cpuSeconds(pid: number): number {
  ticksPerSecond ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name in brackets, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [utime, stime, cutime, cstime] = fields.slice(11, 15).map(Number);
  return ((utime ?? 0) + (stime ?? 0) + (cutime ?? 0) + (cstime ?? 0)) / ticksPerSecond;
}

/** Percent of one core that a process and its children use over `seconds`. */
export async function cpuPercent(pid: number, seconds: number): Promise<number> {
  const began = performance.now();
  const before = cpuSeconds(pid);
  await sleep(seconds * 1_000);
  return ((cpuSeconds(pid) - before) / ((performance.now() - began) / 1_000)) * 100;
}
