import { readFileSync } from "node:fs";
import { readdir, readFile, realpath, statfs } from "node:fs/promises";
import { availableParallelism, freemem, loadavg, totalmem, uptime } from "node:os";
import { resolve } from "node:path";
import { type Clock, systemClock } from "../base/clock.ts";
import type { HostFacts, HostReader } from "../model/host.ts";
import { openClockState } from "./host-clock.ts";
import { type Mount, mountOf, parseMounts } from "./host-mounts.ts";
import { askInventory } from "./inventory.ts";

/**
 * The recorder box. Every tick reads os, statfs and /proc (0.6 ms together); systeminformation, which starts processes
 * and hangs on dead network mounts (fsSize), is asked for the inventory only, once.
 */

/** A dead network mount answers statfs never; it holds one thread of libuv's pool until it does. */
const DISK_TIMEOUT_MS = 2_000;

const BOOT_ID = "/proc/sys/kernel/random/boot_id";

export async function bootId(): Promise<string> {
  return (await readFile(BOOT_ID, "utf8")).trim();
}

/**
 * The boot as process `pid` sees it. systemd-nspawn gives its containers an id of their own, which a service with a
 * /proc of its own (ProtectProc=) does not see. Undefined where there is no such process, or not for this user's eyes.
 */
export async function bootIdSeenBy(pid: number): Promise<string | undefined> {
  const seen = await readFile(`/proc/${pid}/root${BOOT_ID}`, "utf8").catch(() => undefined);
  return seen?.trim();
}

export function openHost(clock: Clock = systemClock, mountTable = "/proc/self/mountinfo"): HostReader {
  let before = cpuTimes();
  const askedDisks = new Map<string, Promise<DiskFacts>>();
  const clockSynced = openClockState(clock);

  /** One question at a time for each mount: a dead one is not asked again while it has not answered. */
  async function disk(mount: string, mounts: readonly Mount[]): Promise<DiskFacts> {
    const asked = askedDisks.get(mount) ?? readDisk(mount, mounts);
    askedDisks.set(mount, asked);
    void asked.finally(() => askedDisks.delete(mount));
    const stop = new AbortController();
    const late = clock
      .sleep(DISK_TIMEOUT_MS, stop.signal)
      .then(() => ({ mount, error: "no answer within 2 s" }));
    const facts = await Promise.race([asked, late]);
    stop.abort();
    return facts;
  }

  return {
    async read(disks) {
      const synced = await clockSynced();
      const now = cpuTimes();
      const used = usedPercent(before, now);
      before = now;
      const mounts = parseMounts(await readFile(mountTable, "utf8").catch(() => ""));
      return {
        uptimeSeconds: Math.floor(uptime()),
        clockSynced: synced,
        cpu: { usedPercent: used, load1: loadavg()[0] ?? 0, cores: availableParallelism() },
        memory: { totalBytes: totalmem(), availableBytes: freemem(), agentBytes: process.memoryUsage.rss() },
        temperatureCelsius: await hottestZone(),
        disks: await Promise.all(disks.map((mount) => disk(mount, mounts))),
      };
    },
    inventory: askInventory,
  };
}

type DiskFacts = HostFacts["disks"][number];

async function readDisk(mount: string, mounts: readonly Mount[]): Promise<DiskFacts> {
  const found = mountOf(await realpath(mount).catch(() => resolve(mount)), mounts);
  if (found?.cover) return { mount, hidden: true, error: "hidden from the agent by its systemd unit" };
  try {
    const { bsize, blocks, bavail } = await statfs(mount);
    return {
      mount,
      totalBytes: blocks * bsize,
      freeBytes: bavail * bsize,
      ...(found && { readOnly: found.readOnly }),
    };
  } catch (error) {
    return { mount, error: error instanceof Error ? error.message : String(error) };
  }
}

interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

/** os.cpus() reads the model and speed of every core too, a millisecond each time. */
function cpuTimes(): CpuTimes {
  return parseCpuTimes(readFileSync("/proc/stat", "utf8"));
}

/** First line of /proc/stat (proc(5)): all cores together, in ticks; guests stand within user and nice already. */
export function parseCpuTimes(text: string): CpuTimes {
  const numbers = /^cpu +(.*)$/m.exec(text)?.[1]?.split(" ").map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = numbers;
  const busy = user + nice + system + irq + softirq + steal;
  return { busy, total: busy + idle + iowait };
}

/** Share of all cores that was busy between two readings, percent; null when no time has passed. */
export function usedPercent(before: CpuTimes, now: CpuTimes): number | null {
  const total = now.total - before.total;
  if (total <= 0) return null;
  return Math.round(Math.min(100, Math.max(0, ((now.busy - before.busy) / total) * 100)) * 10) / 10;
}

/** Hottest of the kernel's thermal zones, degrees Celsius; null where the box has none. */
async function hottestZone(): Promise<number | null> {
  const root = "/sys/class/thermal";
  const zones = await readdir(root).catch(() => []);
  const readings = await Promise.all(
    zones
      .filter((zone) => zone.startsWith("thermal_zone"))
      .map(async (zone) => Number(await readFile(`${root}/${zone}/temp`, "utf8").catch(() => "NaN")) / 1_000),
  );
  const sane = readings.filter((celsius) => celsius > -50 && celsius < 200);
  return sane.length > 0 ? Math.max(...sane) : null;
}
