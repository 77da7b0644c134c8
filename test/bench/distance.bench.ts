import { eventually } from "../fakes/eventually.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { startTcpProxy } from "../fakes/tcp-proxy.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import { BENCH, EVENTS, publishAll, rateOf, startWithBacklog, WINDOW } from "./drained.ts";
import { countEvents } from "./event-counter.ts";
import { figureOfRounds } from "./figure.ts";

/** Round trip, milliseconds, and how much is sent to take about ten seconds. */
const distances = [
  { name: "distance.40ms", roundTrip: 40, backlog: 100_000, single: 3_000 },
  { name: "distance.200ms", roundTrip: 200, backlog: 50_000, single: 800 },
] as const;

export const benchmark: Benchmark = {
  name: "distance",
  describe: "a backlog sent over 40 and 200 ms of round trip, against one event a PUBLISH",
  async run(context) {
    const rounds = context.quick ? 1 : 3;
    const share = context.quick ? 0.3 : 1;
    const figures = [];
    for (const { name, roundTrip, backlog, single } of distances) {
      const rates: number[] = [];
      const peers: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        context.progress(`${roundTrip} ms, round ${round} of ${rounds}`);
        rates.push(await backlogOnce(backlog * share, roundTrip, `${roundTrip}-${round}`, context));
        peers.push(await singlesOnce(single * share, roundTrip));
      }
      figures.push(figureOfRounds(name, rates, { name: "one event a PUBLISH", values: peers }));
    }
    return figures;
  },
};

async function backlogOnce(events: number, roundTrip: number, name: string, context: BenchContext) {
  await using broker = await startMosquitto({ receiveMaximum: WINDOW });
  await using counter = await countEvents(broker.url, EVENTS);
  await using proxy = await startTcpProxy(broker.port);
  proxy.setDelay(roundTrip / 2);
  await using _agent = await startWithBacklog(events, name, proxy.url, context);
  await eventually("the backlog has arrived", () => counter.events >= events, 300_000);
  return rateOf(counter, events);
}

/** mqtt.js with the same window, from memory. */
async function singlesOnce(events: number, roundTrip: number): Promise<number> {
  await using broker = await startMosquitto({ receiveMaximum: WINDOW });
  await using counter = await countEvents(broker.url, BENCH);
  await using proxy = await startTcpProxy(broker.port);
  proxy.setDelay(roundTrip / 2);
  await publishAll(proxy.url, events);
  await eventually("all published", () => counter.events >= events, 300_000);
  return rateOf(counter, events);
}
