import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { AgentProcess } from "../fakes/agent-process.ts";
import { eventually } from "../fakes/eventually.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { appendAll, openBenchJournal } from "./backlog.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import { countEvents, type EventCounter } from "./event-counter.ts";
import { type Figure, figure } from "./figure.ts";
import { startInstalledAgent } from "./installed-agent.ts";
import type { PublisherOptions } from "./mqtt-publisher-child.ts";
import { peakMemory } from "./process-usage.ts";
import { siteConfig } from "./site.ts";
import { median } from "./statistics.ts";

/** As mosquitto announces it. */
const WINDOW = 20;
/** About an event's own length. */
const EVENT_BYTES = 750;

/** Events that wait when the broker comes back. */
const WAITING = 1_000;
const EVENTS = "cam/v1/+/+/event/#";

export const benchmark: Benchmark = {
  name: "drain",
  describe: "a backlog sent after an outage, against mqtt.js publishing as many from memory",
  async run(context) {
    const [events, rounds] = context.quick ? [50_000, 1] : [200_000, 3];
    const [rates, peaks, firsts, peers]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let round = 1; round <= rounds; round++) {
      context.progress(`round ${round} of ${rounds}: ${events} events`);
      const { rate, peak } = await drainOnce(events, `${round}`, context);
      rates.push(rate);
      peaks.push(peak);
      peers.push(await publishOnce(events));
      firsts.push(await returnOnce(`return-${round}`, context));
    }
    return [
      figure("drain.rate", median(rates), { name: "mqtt.js from memory", value: median(peers) }),
      figure("drain.memory", median(peaks)),
      figure("drain.first", median(firsts)),
    ] satisfies Figure[];
  },
};

/** An agent that starts with so many events undelivered, its broker and the subscriber there. */
async function drainOnce(
  events: number,
  name: string,
  context: BenchContext,
): Promise<{ rate: number; peak: number }> {
  await using broker = await startMosquitto({ receiveMaximum: WINDOW });
  await using counter = await countEvents(broker.url, EVENTS);
  await using agent = await startWithBacklog(events, name, broker.url, context);
  await eventually("the backlog has arrived", () => counter.events >= events, 120_000);
  return { rate: rateOf(counter, events), peak: peakMemory(agent.pid) };
}

/** Milliseconds from when the broker takes connections again to the first event at the subscriber. */
async function returnOnce(name: string, context: BenchContext): Promise<number> {
  // Keeps the subscriber's session, so that nothing is published to nobody.
  await using broker = await startMosquitto({ receiveMaximum: WINDOW, persistence: true });
  await using counter = await countEvents(broker.url, EVENTS);
  await broker.stop();
  await using agent = await startWithBacklog(WAITING, name, broker.url, context);
  await eventually("the agent misses its broker", () =>
    agent.log.some(({ msg }) => msg === "no connection to the unit"),
  );
  await broker.start();
  const backAt = performance.now();
  await eventually("the backlog has arrived", () => counter.events >= WAITING, 30_000);
  return (counter.firstAt ?? Number.NaN) - backAt;
}

async function startWithBacklog(
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

function rateOf({ firstAt = 0, lastAt = 0 }: EventCounter, events: number): number {
  return events / ((lastAt - firstAt) / 1_000);
}

async function publishOnce(count: number): Promise<number> {
  await using broker = await startMosquitto({ receiveMaximum: WINDOW });
  await using counter = await countEvents(broker.url, "bench");
  const options: PublisherOptions = {
    url: broker.url,
    topic: "bench",
    count,
    bytes: EVENT_BYTES,
    window: WINDOW,
  };
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("mqtt-publisher-child.ts", import.meta.url)), JSON.stringify(options)],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  await Promise.all([ended(child), eventually("all published", () => counter.events >= count, 120_000)]);
  return rateOf(counter, count);
}

async function ended(child: ChildProcess): Promise<void> {
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the publisher ended with ${code}`);
}
