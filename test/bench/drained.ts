import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { AgentProcess } from "../fakes/agent-process.ts";
import { appendAll, openBenchJournal } from "./backlog.ts";
import type { BenchContext } from "./benchmark.ts";
import type { EventCounter } from "./event-counter.ts";
import { startInstalledAgent } from "./installed-agent.ts";
import type { PublisherOptions } from "./mqtt-publisher-child.ts";
import { siteConfig } from "./site.ts";

/** In flight at once, as mosquitto announces it. */
export const WINDOW = 20;
/** About an event's own length. */
const EVENT_BYTES = 750;
/** What an agent's events are published to, in segments or alone. */
export const EVENTS = "cam/v1/+/+/event/#";
/** What the peers publish to. */
export const BENCH = "bench";

/** An agent that starts with so many events undelivered. `name` is its site and its journal within the folder. */
export async function startWithBacklog(
  events: number,
  name: string,
  url: string,
  { folder }: BenchContext,
): Promise<AgentProcess> {
  const config = siteConfig(folder, url);
  const site = { ...config.site, id: `xa-${name}` };
  const path = `${folder}/${name}.db`;
  const journal = await openBenchJournal(path, site.id);
  await appendAll(journal, events);
  await journal.close();
  // No pause of a long outage is pending: what the agent takes to connect and send is measured, not its patience.
  const broker = { url, reconnect: { min: "20ms", max: "20ms" } };
  return startInstalledAgent(folder, { ...config, site, journal: { path }, broker });
}

/** Events a second from the first to the last that arrived. */
export function rateOf({ firstAt = 0, lastAt = 0 }: EventCounter, events: number): number {
  return events / ((lastAt - firstAt) / 1_000);
}

/** mqtt.js publishes so many texts of an event's length from memory, one a PUBLISH; resolves when all are acknowledged. */
export async function publishAll(url: string, count: number, window = WINDOW): Promise<void> {
  const options: PublisherOptions = { url, topic: BENCH, count, bytes: EVENT_BYTES, window };
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("mqtt-publisher-child.ts", import.meta.url)), JSON.stringify(options)],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  await ended(child);
}

async function ended(child: ChildProcess): Promise<void> {
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the publisher ended with ${code}`);
}
