import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { eventually } from "../../fakes/eventually.ts";
import { startMosquitto } from "../../fakes/mosquitto.ts";
import { generator } from "../../fakes/random.ts";
import { testSigner } from "../../fakes/signer.ts";
import { startTcpProxy } from "../../fakes/tcp-proxy.ts";
import { subscribeAsUnit } from "../../fakes/unit-subscriber.ts";
import { diskFaults } from "./disk-faults.ts";
import { DiskOracle, type DiskVerdict, type ToldGone } from "./disk-oracle.ts";
import { mountFailingDisk } from "./failing-disk.ts";
import { recordMessages, streamFaults } from "./received-stream.ts";
import { readTold } from "./writer-order.ts";

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
  readonly rounds: number;
  readonly duplicated: number;
  /** From when the disk was well to when an event that was made after that was at the unit, each round; milliseconds. */
  readonly backAfter: readonly number[];
}

/** Of the disk. */
export const DISK_BYTES = 64 * 1_024 * 1_024;
const SITE = "site-1";
/** Between two faults. Milliseconds. */
export const CALM_MS = 300;
const WRITER = fileURLToPath(new URL("disk-writer-child.ts", import.meta.url));

/** One journal on a small disk that fails again and again; in a mount namespace of one's own. */
export async function playDiskFaults(
  { folder, rounds, seed, first, hold, patience, maxEvents }: DiskOptions,
  progress: (text: string) => void,
): Promise<DiskResult> {
  mkdirSync(folder, { recursive: true });
  const random = generator(seed);
  using disk = mountFailingDisk(folder, DISK_BYTES);
  await using broker = await startMosquitto();
  await using proxy = await startTcpProxy(broker.port);
  await using unit = await subscribeAsUnit({ url: broker.url });
  const messages = recordMessages(unit);
  const oracle = new DiskOracle();
  const writer = spawn(
    process.execPath,
    [WRITER, `${disk.path}/journal.db`, proxy.url, SITE, String(seed), String(maxEvents)],
    {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...disk.env },
    },
  );
  let hasEnded = false;
  const ended = once(writer, "close").then(([code, signal]) => {
    hasEnded = true;
    return `the writer ended with ${signal ?? code}`;
  });
  createInterface({ input: writer.stdout }).on("line", (line) =>
    readTold(`${line}\n`).forEach((told) => void oracle.take(told)),
  );
  const received = () => unit.events.map(({ event }) => event);
  const gone = () => received().flatMap(goneIn);
  const newestReceived = () => Math.max(-1, ...unit.events.slice(-200).map(({ event }) => numberOf(event)));

  const wrong: string[] = [];
  const backAfter: number[] = [];
  await eventually("an event arrives", () => newestReceived() >= 0, 60_000);
  for (let round = 0; round < rounds && !hasEnded; round++) {
    const fault = diskFaults[(first + round) % diskFaults.length] as (typeof diskFaults)[number];
    await pause(CALM_MS);
    await fault.strike({ disk, proxy, random, hold: hold / 2 + random.below(hold) });
    const wellAt = performance.now();
    const { made } = oracle.newest;
    const isBack = () => hasEnded || newestReceived() > made;
    const isWell = await eventually("an event arrives again", isBack, patience).catch(() => false);
    if (!isWell) wrong.push(`${fault.name}: not back within ${patience} ms`);
    backAfter.push(performance.now() - wellAt);
    progress(`${fault.name}: back after ${backAfter.at(-1)?.toFixed(0)} ms`);
  }
  if (hasEnded) wrong.push(await ended);
  writer.stdin.end();
  await eventually("no more are made", () => hasEnded || oracle.isCalm, patience).catch(() => undefined);
  await eventually("all arrived", () => oracle.missing(received(), gone()) === 0, patience).catch(
    () => undefined,
  );
  writer.kill("SIGTERM");
  await ended;
  const verdict = oracle.judge(received(), gone());
  wrong.push(...verdict.wrong, ...streamFaults(messages, testSigner().publicKey), ...unit.violations);
  return {
    ...verdict,
    wrong: wrong.slice(0, 20),
    rounds: backAfter.length,
    duplicated: unit.repeats,
    backAfter,
  };
}

type Received = Awaited<ReturnType<typeof subscribeAsUnit>>["events"][number]["event"];

function goneIn(event: Received): ToldGone[] {
  if (event.type !== "vn.camera.gap.v1") return [];
  const { epoch, ranges } = event.data;
  return ranges.map(({ from, to }) => ({ epoch, from, to }));
}

function numberOf(event: Received): number {
  return event.type === "vn.camera.motion.v1" ? Number(event.data.activity.replace("activity-", "")) : -1;
}
