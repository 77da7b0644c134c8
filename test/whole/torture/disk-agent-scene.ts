import { mkdirSync } from "node:fs";
import { bundleAgent } from "../../fakes/bundled-agent.ts";
import { eventually } from "../../fakes/eventually.ts";
import { startMosquitto } from "../../fakes/mosquitto.ts";
import { generator } from "../../fakes/random.ts";
import { startTcpProxy } from "../../fakes/tcp-proxy.ts";
import { subscribeAsUnit } from "../../fakes/unit-subscriber.ts";
import { diskFaults } from "./disk-faults.ts";
import { CALM_MS, DISK_BYTES, type DiskOptions, type DiskResult } from "./disk-scene.ts";
import { mountFailingDisk } from "./failing-disk.ts";
import { startMovingSite } from "./moving-site.ts";
import {
  liveFor,
  movesWithin,
  publicKeyIn,
  recordMessages,
  type Stretch,
  streamFaults,
} from "./received-stream.ts";

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
  await using unit = await subscribeAsUnit({ url: broker.url });
  const messages = recordMessages(unit);
  const start = { program: bundleAgent(folder), env: disk.env };
  await using site = await startMovingSite({
    ...{ folder: disk.path, broker: { url: proxy.url }, every: 50, start },
  });
  const { agent } = site;
  let died: number | null | undefined;
  const watching = agent.ended().then((code) => {
    died = code;
  });
  const received = () => unit.events.map(({ event }) => event);
  const arrivedAfter = (at: number) =>
    movesWithin(site.moves, allOf(site.moves, at), received().slice(-200)).arrived > 0;
  const stretches: Stretch[] = [];
  const wrong: string[] = [];
  const backAfter: number[] = [];
  for (let round = 0; round < rounds && died === undefined; round++) {
    const fault = faults[(first + round) % faults.length] as (typeof faults)[number];
    stretches.push(...(await liveFor(site, 2 * CALM_MS)));
    await fault.strike({ disk, proxy, random, hold: hold / 2 + random.below(hold) });
    const wellAt = Date.now();
    const isBack = () => died !== undefined || arrivedAfter(wellAt);
    const isWell = await eventually("motion arrives again", isBack, patience).catch(() => false);
    if (!isWell) wrong.push(`${fault.name}, whole agent: not back within ${patience} ms`);
    backAfter.push(Date.now() - wellAt);
    progress(`${fault.name}, whole agent: back after ${backAfter.at(-1)} ms`);
  }
  if (died !== undefined) wrong.push(`the agent ended with ${died}: ${agent.errors.slice(-500)}`);
  await site.calm();
  const counts = () => movesWithin(site.moves, stretches, received());
  await eventually("all arrived", () => counts().made === counts().arrived, patience).catch(() => undefined);
  const refused = await eventually("health says so", () => refusedOf(unit.retained), HEALTH_MS).catch(
    () => 0,
  );
  if (refused === 0) wrong.push("motion was refused, and health does not say so");
  await agent.stop();
  await watching;
  wrong.push(...streamFaults(messages, publicKeyIn(unit.retained)), ...unit.violations);
  const { made, arrived } = counts();
  return {
    rounds: backAfter.length,
    made: site.moves.length,
    accepted: made,
    refused,
    received: arrived,
    lost: made - arrived,
    gone: 0,
    goneAndThere: 0,
    duplicated: unit.repeats,
    backAfter,
    wrong: wrong.slice(0, 20),
  };
}

const allOf = (moves: readonly { readonly camera: string }[], from: number): Stretch[] =>
  [...new Set(moves.map(({ camera }) => camera))].map((camera) => ({
    ...{ camera, from, to: Number.POSITIVE_INFINITY },
  }));

/** As `health` says, which is sent once a minute. */
function refusedOf(retained: ReadonlyMap<string, unknown>): number {
  for (const [topic, value] of retained)
    if (topic.endsWith("/health"))
      return (value as { readonly journal: { readonly refused: number } }).journal.refused;
  return 0;
}
