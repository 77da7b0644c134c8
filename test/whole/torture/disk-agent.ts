import { setTimeout as pause } from "node:timers/promises";
import { bundleAgent } from "../../fakes/bundled-agent.ts";
import { eventually } from "../../fakes/eventually.ts";
import { startCountedSite } from "./counted-site.ts";
import type { DiskPlace, OnDisk } from "./disk-rounds.ts";

/** Motion that counts, between two faults. Milliseconds. */
const CALM_MS = 600;
/** `health` is sent once a minute. Milliseconds. */
const HEALTH_MS = 75_000;

/** The whole agent with all its files on the disk. */
export async function openAgentOnDisk({ folder, disk, url, unitAt, patience }: DiskPlace): Promise<OnDisk> {
  const start = { program: bundleAgent(folder), env: disk.env };
  const counted = await startCountedSite({
    ...{ folder: disk.path, broker: { url }, unitAt, every: 50, start },
  });
  const { agent } = counted.site;
  let died: string | undefined;
  const watching = agent.ended().then((code) => {
    died = `the agent ended with ${code}: ${agent.errors.slice(-500)}`;
  });
  return {
    async calm(fault) {
      counted.begin(fault);
      await counted.live(() => pause(CALM_MS), patience);
    },
    next() {
      const at = Date.now();
      return () => counted.hasArrivedSince(at);
    },
    ended: () => died,
    async settle() {
      await counted.arrive(patience);
      const says = () => refusedOf(counted.unit.retained);
      const refused = await eventually("health says so", says, HEALTH_MS).catch(() => 0);
      const { strikes, wrong } = await counted.end();
      await watching;
      const silence = refused === 0 ? ["motion was refused, and health does not say so"] : [];
      return { strikes, refused, gone: 0, goneAndThere: 0, wrong: [...silence, ...wrong] };
    },
    [Symbol.asyncDispose]: () => counted[Symbol.asyncDispose](),
  };
}

function refusedOf(retained: ReadonlyMap<string, unknown>): number {
  for (const [topic, value] of retained)
    if (topic.endsWith("/health"))
      return (value as { readonly journal: { readonly refused: number } }).journal.refused;
  return 0;
}
