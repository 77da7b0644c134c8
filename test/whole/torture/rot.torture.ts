import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import type { JournalReport } from "../../../agent/core/verify-journal.ts";
import { generator } from "../../fakes/random.ts";
import { byFault, type FaultCounts, sumOf } from "./counts.ts";
import { type Rotten, rot } from "./rot-faults.ts";
import { look, type Original, openRotten, original } from "./rot-journal.ts";
import type { Torture, TortureContext, TortureOutcome } from "./torture.ts";

/** Events of a journal. The large one, of two rounds in twenty, has twice as many as a start looks through by the chain. */
const EVENTS = { small: 250, large: 2_000 } as const;
const LARGE_EVERY = 20;
const LEAST_SALVAGED = 0.99;

export const torture: Torture = {
  name: "rot",
  describe:
    "a journal of 250 or 2,000 events with flipped bits, swapped, zeroed or torn pages, or cut off, then started",
  rounds: 10_000,
  inMemory: true,
  run,
};

interface Round {
  readonly recovered: boolean;
  readonly kept: number;
  /** Events at whose positions something else stands, or nothing, and nothing in the journal says so. */
  readonly undetected: number;
  /** Newest events that are not there, of a log that ends before them. */
  readonly cut: number;
  readonly openedIn: number;
  readonly wrong: readonly string[];
}

async function run(context: TortureContext): Promise<TortureOutcome> {
  const random = generator(context.seed);
  const originals = async (events: number) => [
    await original(`${context.folder}/closed`, events, "closed"),
    await original(`${context.folder}/killed`, events, "killed"),
  ];
  const [small, large] = [await originals(EVENTS.small), await originals(EVENTS.large)];
  const missed: string[] = [];
  const strikes: FaultCounts[] = [];
  const total = {
    recovered: 0,
    damaged: 0,
    cut: 0,
    worst: 1,
    slowest: 0,
  };
  let rounds = 0;
  while (rounds < context.rounds && !context.signal.aborted) {
    const from = (rounds % LARGE_EVERY < 2 ? large : small)[rounds % 2] as Original;
    const rotten = rot(from, random);
    const round = await live(`${context.folder}/round`, from, rotten);
    rounds += 1;
    total.recovered += round.recovered ? 1 : 0;
    total.damaged += rotten.intact.size < from.bodies.size ? 1 : 0;
    total.cut += round.cut;
    total.worst = Math.min(total.worst, round.kept / Math.max(1, rotten.intact.size));
    total.slowest = Math.max(total.slowest, round.openedIn);
    const name = `round ${rounds}, ${from.files.wal.length > 0 ? "killed" : "closed"}, ${rotten.what}`;
    if (round.undetected > 0) missed.push(`${name}: ${round.undetected} events changed and not told`);
    missed.push(...round.wrong.map((text) => `${name}: ${text}`));
    strikes.push({
      name: rotten.what,
      ...{ made: from.bodies.size, accepted: rotten.intact.size, received: round.kept },
      ...{ lost: 0, duplicated: 0, ok: round.undetected === 0 && round.wrong.length === 0 },
    });
    context.progress(
      `${rounds} of ${context.rounds} rounds, ${total.recovered} recovered, ${missed.length} missed`,
    );
  }
  const counts = sumOf(strikes);
  const salvaged = counts.received / Math.max(1, counts.accepted);
  if (salvaged < LEAST_SALVAGED)
    missed.push(`${(100 * salvaged).toFixed(3)} % of the intact events salvaged`);
  return {
    rounds,
    ...counts,
    faults: byFault(strikes),
    figures: {
      "rounds with changed events": total.damaged,
      recoveries: total.recovered,
      "intact events salvaged": `${(100 * salvaged).toFixed(4)} %`,
      "in the worst round": `${(100 * total.worst).toFixed(2)} %`,
      "newest events of a log that ends early": total.cut,
      "slowest start": `${Math.round(total.slowest)} ms`,
    },
    missed: missed.slice(0, 20),
  };
}

/** Starts on a damaged journal, works with it, and starts twice more. */
async function live(folder: string, from: Original, { files, intact }: Rotten): Promise<Round> {
  mkdirSync(folder, { recursive: true });
  const path = `${folder}/journal.db`;
  writeFileSync(path, files.main);
  if (files.wal.length > 0) writeFileSync(`${path}-wal`, files.wal);
  const wrong: string[] = [];
  const began = performance.now();
  const journal = await openRotten(path);
  const openedIn = performance.now() - began;
  const recovered = setAside(folder) > 0;
  const ownEpoch = journal.chainHead();
  const undelivered = journal.undelivered();
  await journal.close();
  const { bodies, report } = look(path);
  let kept = 0;
  let differing = 0;
  let highest = 0;
  for (const [position, body] of from.bodies) {
    const is = bodies.get(position);
    if (is === body) {
      highest = position;
      if (intact.has(position)) kept += 1;
      const waits = undelivered.some((range) => range.from <= position && position <= range.to);
      if (recovered && position > from.delivered && !waits) wrong.push(`event ${position} will not be sent`);
    } else differing += 1;
  }
  const proves = provesItself(report);
  const isCut = !recovered && proves && differing === from.bodies.size - highest && files.wal.length > 0;
  if (recovered) {
    if (!proves) wrong.push(`the recovered journal does not verify: ${JSON.stringify(report).slice(0, 600)}`);
    const strange = [...bodies].filter(
      ([position, body]) =>
        from.bodies.get(position) !== body && !body.includes(`"epoch":"${ownEpoch.epoch}"`),
    );
    if (strange.length > 0) wrong.push(`${strange.length} events that were never written`);
  }
  for (let start = 0; start < 2; start++) {
    const again = await openRotten(path);
    await again.close();
  }
  if (setAside(folder) > (recovered ? 1 : 0)) wrong.push("recovered more than once");
  rmSync(folder, { recursive: true });
  const isTold = recovered || !proves;
  return {
    recovered,
    kept,
    undetected: isTold || isCut ? 0 : differing,
    cut: isCut ? differing : 0,
    openedIn,
    wrong,
  };
}

/** Apart from its end, which no checkpoint vouches for here. */
function provesItself({ strays, epochs }: JournalReport): boolean {
  const faults = epochs.map((epoch) => epoch.missing + epoch.changedCount + epoch.checkpoints.bad);
  const sum = faults.reduce((total, count) => total + count, strays);
  return sum === 0 && epochs.every(({ follows }) => follows !== false);
}

function setAside(folder: string): number {
  return readdirSync(folder).filter((name) => /\.(damaged|foreign|newer)-\d{8}T\d{6}Z(-\d+)?$/.test(name))
    .length;
}
