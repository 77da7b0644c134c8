import { mkdirSync } from "node:fs";
import { eventually } from "../../fakes/eventually.ts";
import { startMosquitto } from "../../fakes/mosquitto.ts";
import { generator } from "../../fakes/random.ts";
import { startTcpProxy } from "../../fakes/tcp-proxy.ts";
import { openAgentOnDisk } from "./disk-agent.ts";
import { type DiskFault, diskFaults } from "./disk-faults.ts";
import { openJournalOnDisk } from "./disk-journal.ts";
import type { DiskVerdict } from "./disk-oracle.ts";
import { type FailingDisk, mountFailingDisk } from "./failing-disk.ts";

export interface DiskOptions {
  readonly folder: string;
  readonly rounds: number;
  readonly seed: number;
  /** Number of the first round: which fault comes first. */
  readonly first: number;
  /** How long the disk fails, milliseconds. */
  readonly hold: number;
  /** Longest wait for the journal once the disk is well again, milliseconds. */
  readonly patience: number;
  /** Events that the journal keeps. */
  readonly maxEvents: number;
  /** `journal`: with its uplink alone, in a process of its own. `agent`: the whole program, with cameras. */
  readonly under: "journal" | "agent";
}

export interface DiskResult extends DiskVerdict {
  /** From when the disk was well to when an event that was made after that was at the unit, each round; milliseconds. */
  readonly backAfter: readonly number[];
}

/** What works on a disk that fails, with its broker behind `url` and a subscriber at `unitAt`. */
export interface OnDisk extends AsyncDisposable {
  /** Works on a disk that is well for a while; what is made from now on is counted to this fault. */
  calm(fault: string): Promise<void>;
  /** Gives what tells whether an event has arrived that is made from now on. */
  next(): () => boolean;
  /** How it ended by itself; undefined as long as it has not. */
  ended(): string | undefined;
  /** Makes no more, waits for what must arrive, ends, and says what became of it all. */
  settle(): Promise<DiskVerdict>;
}

export interface DiskPlace extends DiskOptions {
  readonly disk: FailingDisk;
  readonly url: string;
  readonly unitAt: string;
}

/** Of the disk. */
const DISK_BYTES = 64 * 1_024 * 1_024;

/** While the disk fails the whole agent refuses motion, and says so in `health`; that of an uplink alone can also be told to be gone. */
const subjects: Readonly<
  Record<
    DiskOptions["under"],
    { readonly faults: readonly DiskFault[]; readonly open: (place: DiskPlace) => Promise<OnDisk> }
  >
> = {
  journal: { faults: diskFaults, open: openJournalOnDisk },
  agent: { faults: diskFaults.filter(({ away }) => !away), open: openAgentOnDisk },
};

/** Something on a small disk that fails again and again; in a mount namespace of one's own. */
export async function playDiskFaults(
  options: DiskOptions,
  progress: (text: string) => void,
): Promise<DiskResult> {
  const { folder, rounds, seed, first, hold, patience, under } = options;
  mkdirSync(folder, { recursive: true });
  const random = generator(seed);
  using disk = mountFailingDisk(folder, DISK_BYTES);
  await using broker = await startMosquitto();
  await using proxy = await startTcpProxy(broker.port);
  const { faults, open } = subjects[under];
  await using subject = await open({ ...options, disk, url: proxy.url, unitAt: broker.url });
  const wrong: string[] = [];
  const backAfter: number[] = [];
  for (let round = 0; round < rounds && subject.ended() === undefined; round++) {
    const fault = faults[(first + round) % faults.length] as DiskFault;
    const name = under === "agent" ? `${fault.name}, whole agent` : fault.name;
    await subject.calm(name).catch((error: Error) => void wrong.push(`before ${name}: ${error.message}`));
    await fault.strike({ disk, proxy, random, hold: hold / 2 + random.below(hold) });
    const wellAt = performance.now();
    const hasArrived = subject.next();
    const isBack = () => subject.ended() !== undefined || hasArrived();
    const isWell = await eventually("an event arrives again", isBack, patience).catch(() => false);
    if (!isWell) wrong.push(`${name}: not back within ${patience} ms`);
    backAfter.push(performance.now() - wellAt);
    progress(`${name}: back after ${backAfter.at(-1)?.toFixed(0)} ms`);
  }
  const end = subject.ended();
  if (end !== undefined) wrong.push(end);
  const verdict = await subject.settle();
  return { ...verdict, backAfter, wrong: [...wrong, ...verdict.wrong].slice(0, 20) };
}
