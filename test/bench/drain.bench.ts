import { eventually } from "../fakes/eventually.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import { bridgeOnce } from "./bridge.ts";
import { BENCH, EVENTS, publishAll, rateOf, startWithBacklog, WINDOW } from "./drained.ts";
import { countEvents } from "./event-counter.ts";
import { type Figure, figure } from "./figure.ts";
import { cpuSeconds, peakMemory } from "./process-usage.ts";
import { median } from "./statistics.ts";

/** Events that wait when the broker comes back. */
const WAITING = 1_000;

export const benchmark: Benchmark = {
  name: "drain",
  describe:
    "a backlog sent after an outage, against mqtt.js publishing as many from memory, and a mosquitto bridge",
  async run(context) {
    const [events, rounds] = context.quick ? [50_000, 1] : [200_000, 3];
    const [rates, peaks, firsts, peers]: [number[], number[], number[], number[]] = [[], [], [], []];
    const [bridges, cpus]: [number[], number[]] = [[], []];
    for (let round = 1; round <= rounds; round++) {
      context.progress(`round ${round} of ${rounds}: ${events} events`);
      const { rate, peak, cpu } = await drainOnce(events, `${round}`, context);
      rates.push(rate);
      peaks.push(peak);
      cpus.push((cpu * 100_000) / events);
      peers.push(await publishOnce(events));
      bridges.push(await bridgeOnce(events));
      firsts.push(await returnOnce(`return-${round}`, context));
    }
    return [
      figure("drain.rate", median(rates), { name: "mqtt.js from memory", value: median(peers) }),
      figure("drain.bridge", median(rates), { name: "a mosquitto bridge", value: median(bridges) }),
      figure("drain.memory", median(peaks)),
      figure("drain.cpu", median(cpus)),
      figure("drain.first", median(firsts)),
    ] satisfies Figure[];
  },
};

/** An agent that starts with so many events undelivered, its broker and the subscriber there. */
async function drainOnce(
  events: number,
  name: string,
  context: BenchContext,
): Promise<{ rate: number; peak: number; cpu: number }> {
  await using broker = await startMosquitto({ receiveMaximum: WINDOW });
  await using counter = await countEvents(broker.url, EVENTS);
  await using agent = await startWithBacklog(events, name, broker.url, context);
  await eventually("the backlog has arrived", () => counter.events >= events, 120_000);
  return { rate: rateOf(counter, events), peak: peakMemory(agent.pid), cpu: cpuSeconds(agent.pid) };
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

async function publishOnce(count: number): Promise<number> {
  await using broker = await startMosquitto({ receiveMaximum: WINDOW });
  await using counter = await countEvents(broker.url, BENCH);
  await publishAll(broker.url, count);
  await eventually("all published", () => counter.events >= count, 120_000);
  return rateOf(counter, count);
}
