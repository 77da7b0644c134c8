import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { bundleAgent } from "../../fakes/bundled-agent.ts";
import { eventually } from "../../fakes/eventually.ts";
import { startMosquitto } from "../../fakes/mosquitto.ts";
import { generator } from "../../fakes/random.ts";
import { subscribeAsUnit } from "../../fakes/unit-subscriber.ts";
import { startMovingSite } from "./moving-site.ts";
import {
  liveFor,
  movesWithin,
  publicKeyIn,
  recordMessages,
  type Stretch,
  streamFaults,
} from "./received-stream.ts";
import type { Torture, TortureContext, TortureOutcome } from "./torture.ts";

/** Longest life of an agent that has all event channels open; milliseconds. */
const LIFE = 1_500;
const PATIENCE = 180_000;

export const torture: Torture = {
  name: "agent-kill",
  describe: "SIGKILL of the whole agent, as it starts or while its cameras see motion",
  rounds: 500,
  run,
};

async function run(context: TortureContext): Promise<TortureOutcome> {
  const { folder, rounds, seed, signal, progress } = context;
  const random = generator(seed);
  await using broker = await startMosquitto();
  await using unit = await subscribeAsUnit({ url: broker.url });
  const messages = recordMessages(unit);
  const start = { program: bundleAgent(folder) };
  await using site = await startMovingSite({ folder, broker: { url: broker.url }, every: 100, start });
  const received = () => unit.events.map(({ event }) => event);
  const stretches: Stretch[] = [];
  const missed: string[] = [];
  let done = 0;
  let slowest = 0;
  for (; done < rounds && !signal.aborted; done++) {
    const startedAt = performance.now();
    if (random.below(4) === 0) await pause(random.below(1_000));
    else {
      await site.watched(PATIENCE);
      slowest = Math.max(slowest, performance.now() - startedAt);
      stretches.push(...(await liveFor(site, random.below(LIFE))));
    }
    await site.agent.kill();
    if (site.agent.errors !== "") missed.push(site.agent.errors.slice(-500));
    await site.restart();
    progress(`${done + 1} of ${rounds} rounds, ${unit.events.length} events received`);
  }
  await site.watched(PATIENCE);
  await site.calm();
  const counts = () => movesWithin(site.moves, stretches, received());
  const isWhole = () =>
    counts().made === counts().arrived && streamFaults(messages, publicKey()).length === 0;
  const publicKey = () => publicKeyIn(unit.retained);
  await eventually("all arrived", isWhole, PATIENCE).catch(() => undefined);
  const { code } = await site.agent.stop();
  if (code !== 0) missed.push(`the last agent ended with ${code}`);
  missed.push(
    ...streamFaults(messages, publicKey()),
    ...unit.violations,
    ...integrityOf(`${folder}/journal.db`),
  );
  const { made, arrived } = counts();
  return {
    rounds: done,
    made: site.moves.length,
    accepted: made,
    received: arrived,
    lost: made - arrived,
    duplicated: unit.repeats,
    figures: {
      "events of all kinds received": unit.events.length,
      "slowest start to all channels open": `${slowest.toFixed(0)} ms`,
    },
    missed: missed.slice(0, 20),
  };
}

function integrityOf(path: string): string[] {
  using database = new DatabaseSync(path, { readOnly: true });
  const found = String(Object.values(database.prepare("PRAGMA integrity_check").get() ?? {})[0]);
  return found === "ok" ? [] : [`integrity_check: ${found}`];
}
