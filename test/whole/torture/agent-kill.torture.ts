import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { bundleAgent } from "../../fakes/bundled-agent.ts";
import { startMosquitto } from "../../fakes/mosquitto.ts";
import { generator } from "../../fakes/random.ts";
import { startCountedSite } from "./counted-site.ts";
import { byFault, sumOf } from "./counts.ts";
import type { Torture, TortureContext, TortureOutcome } from "./torture.ts";

/** Longest wait for event channels, and at the end for what must arrive; milliseconds. */
const PATIENCE = 60_000;
/**
 * Each kill leaves its subscriptions behind, for the ten minutes that they were asked for. A camera that keeps no more
 * than ten would be deaf after as many kills until the first of them ends, which is its own affair and no loss.
 */
const camera = { onvif: { maxSubscriptions: 1_000 } };

export const torture: Torture = {
  name: "agent-kill",
  describe: "SIGKILL of the whole agent, as it starts or while its cameras see motion",
  rounds: 500,
  run: (context) =>
    tortureAgentKill(context, { cameras: 4, life: 1_500, program: bundleAgent(context.folder) }),
};

export interface KillOptions {
  readonly cameras: number;
  /** Longest life of an agent that has all event channels open; milliseconds. */
  readonly life: number;
  readonly program: ReturnType<typeof bundleAgent>;
}

export async function tortureAgentKill(
  { folder, rounds, seed, signal, progress }: TortureContext,
  { cameras, life, program }: KillOptions,
): Promise<TortureOutcome> {
  const random = generator(seed);
  await using broker = await startMosquitto();
  const { url } = broker;
  await using counted = await startCountedSite({
    ...{ folder, broker: { url }, unitAt: url, every: 100, cameras, camera, start: { program } },
  });
  const { site, unit } = counted;
  const missed: string[] = [];
  const opened: number[] = [];
  let done = 0;
  for (; done < rounds && !signal.aborted; done++) {
    const isEarly = random.below(4) === 0;
    counted.begin(isEarly ? "as it starts" : "under motion");
    if (isEarly) await pause(random.below(1_000));
    else await live(random.below(life));
    await site.agent.kill();
    if (site.agent.errors !== "") missed.push(site.agent.errors.slice(-500));
    await site.restart();
    progress(`${done + 1} of ${rounds} rounds, ${unit.events.length} events received`);
  }
  await live(0);
  await counted.arrive(PATIENCE);
  const { wrong, strikes } = await counted.end();
  return {
    rounds: done,
    ...sumOf(strikes),
    faults: byFault(strikes),
    figures: {
      "events of all kinds received": unit.events.length,
      "from a start to all channels open, at most": `${Math.max(0, ...opened).toFixed(0)} ms`,
    },
    missed: [...missed, ...wrong, ...integrityOf(`${folder}/journal.db`)].slice(0, 20),
  };

  async function live(ms: number): Promise<void> {
    await counted
      .live(() => pause(ms), PATIENCE)
      .then(
        (took) => void opened.push(took),
        (error: Error) => void missed.push(`life ${done + 1}: ${error.message}`),
      );
  }
}

function integrityOf(path: string): string[] {
  using database = new DatabaseSync(path, { readOnly: true });
  const found = String(Object.values(database.prepare("PRAGMA integrity_check").get() ?? {})[0]);
  return found === "ok" ? [] : [`integrity_check: ${found}`];
}
