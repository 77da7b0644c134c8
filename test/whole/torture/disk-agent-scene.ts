import { mkdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { bundleAgent } from "../../fakes/bundled-agent.ts";
import { eventually } from "../../fakes/eventually.ts";
import { startMosquitto } from "../../fakes/mosquitto.ts";
import { generator } from "../../fakes/random.ts";
import { startTcpProxy } from "../../fakes/tcp-proxy.ts";
import { startCountedSite } from "./counted-site.ts";
import { diskFaults } from "./disk-faults.ts";
import { CALM_MS, DISK_BYTES, type DiskOptions, type DiskResult } from "./disk-scene.ts";
import { mountFailingDisk } from "./failing-disk.ts";

/** What motion there is while the disk fails is refused, and counted in `health`; all else must arrive. */
const faults = diskFaults.filter(({ name }) => !name.includes("broker away"));

const HEALTH_MS = 75_000;

/** The whole agent, with all its files on a small disk that fails again and again. */
export async function playAgentDiskFaults(
  { folder, rounds, seed, first, hold, patience }: DiskOptions,
  progress: (text: string) => void,
): Promise<DiskResult> {
  mkdirSync(folder, { recursive: true });
  const random = generator(seed);
  using disk = mountFailingDisk(folder, DISK_BYTES);
  await using broker = await startMosquitto();
  await using proxy = await startTcpProxy(broker.port);
  const start = { program: bundleAgent(folder), env: disk.env };
  await using counted = await startCountedSite({
    ...{ folder: disk.path, broker: { url: proxy.url }, unitAt: broker.url, every: 50, start },
  });
  const { agent } = counted.site;
  let died: number | null | undefined;
  const watching = agent.ended().then((code) => {
    died = code;
  });
  const wrong: string[] = [];
  const backAfter: number[] = [];
  for (let round = 0; round < rounds && died === undefined; round++) {
    const fault = faults[(first + round) % faults.length] as (typeof faults)[number];
    await counted
      .live(() => pause(2 * CALM_MS), patience)
      .catch((error: Error) => {
        wrong.push(`before ${fault.name}, whole agent: ${error.message}`);
      });
    await fault.strike({ disk, proxy, random, hold: hold / 2 + random.below(hold) });
    const wellAt = Date.now();
    const isBack = () => died !== undefined || counted.hasArrivedSince(wellAt);
    const isWell = await eventually("motion arrives again", isBack, patience).catch(() => false);
    if (!isWell) wrong.push(`${fault.name}, whole agent: not back within ${patience} ms`);
    backAfter.push(Date.now() - wellAt);
    progress(`${fault.name}, whole agent: back after ${backAfter.at(-1)} ms`);
  }
  await counted.arrive(patience);
  const refused = await eventually("health says so", () => refusedOf(counted.unit.retained), HEALTH_MS).catch(
    () => 0,
  );
  if (refused === 0) wrong.push("motion was refused, and health does not say so");
  const { wrong: found, ...counts } = await counted.end();
  await watching;
  return {
    ...counts,
    ...{ rounds: backAfter.length, refused, gone: 0, goneAndThere: 0, backAfter },
    wrong: [...wrong, ...found].slice(0, 20),
  };
}

/** As `health` says, which is sent once a minute. */
function refusedOf(retained: ReadonlyMap<string, unknown>): number {
  for (const [topic, value] of retained)
    if (topic.endsWith("/health"))
      return (value as { readonly journal: { readonly refused: number } }).journal.refused;
  return 0;
}
