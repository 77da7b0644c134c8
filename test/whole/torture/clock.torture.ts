import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { generator, type Random } from "../../fakes/random.ts";
import { leapFrom, nextMidnight } from "./clock-leaps.ts";
import { Oracle } from "./oracle.ts";
import { Tally } from "./tally.ts";
import type { Torture, TortureContext } from "./torture.ts";
import { readTold } from "./writer-order.ts";
import { startZygote } from "./zygote.ts";

/** Starts that one journal lives through. */
const LIVES = 40;
const SITE = "site-1";

const NOW = Date.UTC(2026, 10, 24, 1);

export const torture: Torture = {
  name: "clock",
  describe:
    "a process whose wall clock jumps ±1 s to ±10 years between its bursts, stopped or killed at the end",
  rounds: 1_000,
  run,
};

/** The wall clock of one life: starts at 1970, at midnight or where it is, and jumps from there. */
function times(random: Random): number[] {
  let now = [0, nextMidnight(NOW), NOW][random.below(3)] ?? 0;
  return Array.from({ length: 8 }, () => {
    const shown = now;
    now = leapFrom(now, random);
    return shown;
  });
}

async function run(context: TortureContext) {
  await using zygote = await startZygote(context.folder);
  const random = generator(context.seed);
  const tally = new Tally(context);
  for (let round = 0; round < context.rounds && !context.signal.aborted; ) {
    const folder = `${context.folder}/${round}`;
    mkdirSync(folder);
    const oracle = new Oracle();
    const journal = `${folder}/journal.db`;
    for (let life = 0; life < LIVES && round < context.rounds && !context.signal.aborted; life++, round++) {
      const told = `${folder}/${life}.oracle`;
      const writer = await zygote.writer({
        journal,
        site: SITE,
        oracle: told,
        recordDisk: false,
        first: life * 1_000,
        count: 60,
        end: random.below(2) === 0 ? "close" : "die",
        synchronous: "full",
        clock: times(random),
      });
      const crash = await writer.ended();
      if (crash) tally.miss(`a writer ended by itself: ${crash}`);
      for (const line of readTold(readFileSync(told, "utf8"))) oracle.take(line);
      tally.round();
    }
    tally.judge(oracle, journal, SITE);
    rmSync(folder, { recursive: true });
  }
  return tally.outcome();
}
