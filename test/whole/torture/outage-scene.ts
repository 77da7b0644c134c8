import { setTimeout as pause } from "node:timers/promises";
import { appendAll, openBenchJournal } from "../../bench/backlog.ts";
import { memoryOf } from "../../bench/process-usage.ts";
import { quantile } from "../../bench/statistics.ts";
import { eventually } from "../../fakes/eventually.ts";
import { startMosquitto } from "../../fakes/mosquitto.ts";
import { startTcpProxy } from "../../fakes/tcp-proxy.ts";
import { startMovingSite } from "./moving-site.ts";
import { type OutageReader, readOutage } from "./outage-reader.ts";
import { losePackets } from "./own-network.ts";

export interface OutageOptions {
  readonly folder: string;
  /** Events that wait when the broker is back. */
  readonly events: number;
  /** One way, milliseconds. */
  readonly delay: number;
  /** Of a hundred packets, lost; more than 0 only in a network namespace of one's own. */
  readonly loss: number;
  /** How long memory is looked at before the broker is back, milliseconds. */
  readonly calm: number;
}

export interface OutageResult {
  readonly made: number;
  readonly received: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Of the backlog, from its first segment to its last. */
  readonly seconds: number;
  /** Resident memory, MB: the most before the broker was back, and the most from then on. */
  readonly memoryBefore: number;
  readonly memoryMost: number;
  /** Of what cameras saw during the drain: from the camera to the reader, milliseconds. */
  readonly motionP99: number;
  readonly motions: number;
}

const BATCH = 100_000;
const SITE = "site-a";
/** Without an event for so long nothing more is expected; milliseconds. */
const SILENCE = 180_000;

/**
 * The real agent with a backlog, whose broker comes back at the end of a long wire, while its cameras go on seeing
 * motion.
 */
export async function playOutage(
  { folder, events, delay, loss, calm }: OutageOptions,
  progress: (text: string) => void,
): Promise<OutageResult> {
  const journal = await openBenchJournal(`${folder}/journal.db`, SITE);
  for (let done = 0; done < events; done += BATCH) {
    await appendAll(journal, Math.min(BATCH, events - done));
    progress(`${Math.min(events, done + BATCH)} of ${events} events made`);
  }
  const last = journal.head();
  await journal.close();

  await using broker = await startMosquitto({ receiveMaximum: 20 });
  await using reader = await readOutage(broker.url);
  await using wire = await startTcpProxy(broker.port);
  wire.setDelay(delay);
  wire.refuse(true);
  if (loss > 0) losePackets(wire.port, loss);
  const reconnect = { min: "200ms", max: "1s" };
  await using site = await startMovingSite({
    folder,
    broker: { url: wire.url, protocol: "5", reconnect },
    cameras: 2,
    every: 500,
  });
  const memory = { before: 0, most: 0 };
  const rss = () => memoryOf(site.agent.pid).rss;
  for (const until = performance.now() + calm; performance.now() < until; await pause(100)) {
    memory.before = Math.max(memory.before, rss());
  }
  wire.refuse(false);
  await arrive(reader, last, progress, () => {
    memory.most = Math.max(memory.most, rss());
  });
  await site.calm();
  const motions = await site.made();
  const arrived = () => reader.motions.length >= motions;
  await eventually("every motion has arrived", arrived, SILENCE).catch(() => undefined);
  const received = reader.receivedUpTo(last) + reader.motions.length;
  // What was made before belongs to the backlog.
  const drainedFrom = performance.timeOrigin + reader.firstSegment;
  const waits = reader.motions
    .filter(({ madeAt }) => madeAt > drainedFrom)
    .map(({ madeAt, arrivedAt }) => arrivedAt - madeAt);
  return {
    made: last + motions,
    received,
    lost: last + motions - received,
    duplicated: reader.duplicated,
    seconds: (reader.lastSegment - reader.firstSegment) / 1_000,
    memoryBefore: memory.before,
    memoryMost: memory.most,
    motionP99: quantile(waits, 0.99),
    motions: waits.length,
  };
}

async function arrive(
  reader: OutageReader,
  last: number,
  progress: (text: string) => void,
  look: () => void,
): Promise<void> {
  let received = 0;
  let movedAt = performance.now();
  for (let round = 1; received < last && performance.now() - movedAt < SILENCE; round++) {
    await pause(250);
    look();
    if (round % 4 !== 0) continue;
    const now = reader.receivedUpTo(last);
    if (now > received) movedAt = performance.now();
    received = now;
    if (round % 40 === 0) progress(`${received} of ${last} received`);
  }
}
