import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { generator, type Random } from "../../fakes/random.ts";
import { Oracle } from "./oracle.ts";
import { Tally } from "./tally.ts";
import type { Torture, TortureContext } from "./torture.ts";
import { readTold, type WriterOrder } from "./writer-order.ts";
import { type RunningWriter, startZygote, type Zygote } from "./zygote.ts";

/** Journals under way at once. */
const LANES = 4;
/** Kills that one journal lives through. The next begins with a new file, so that beginning is killed too. */
const LIVES = 60;
const SITE = "site-1";

export const torture: Torture = {
  name: "kill",
  describe: "SIGKILL at a random instant of a process that opens its journal and appends under load",
  rounds: 10_000,
  run,
};

async function run(context: TortureContext) {
  await using zygote = await startZygote(context.folder);
  const tally = new Tally(context);
  let begun = 0;
  const next = () => !context.signal.aborted && begun++ < context.rounds;
  const lane = async (number: number) => {
    const random = generator(context.seed * 1_000 + number);
    for (let journal = 0, lives = LIVES; lives === LIVES; journal++) {
      const folder = `${context.folder}/${number}-${journal}`;
      mkdirSync(folder);
      lives = await liveOf({ zygote, folder, random, tally, next });
      rmSync(folder, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
  return tally.outcome();
}

interface Life {
  readonly zygote: Zygote;
  readonly folder: string;
  readonly random: Random;
  readonly tally: Tally;
  /** Takes one of the rounds that are left. */
  readonly next: () => boolean;
}

/** One journal until it has been killed LIVES times or no rounds are left, and what it then holds; gives the kills. */
async function liveOf({ zygote, folder, random, tally, next }: Life): Promise<number> {
  const oracle = new Oracle();
  const journal = `${folder}/journal.db`;
  const order = (life: number): WriterOrder => ({
    journal,
    site: SITE,
    oracle: `${folder}/${life}.oracle`,
    recordDisk: false,
    first: life * 1_000_000,
    count: 1_000_000,
    end: "stay",
    synchronous: "full",
  });
  const hear = ({ oracle: file }: WriterOrder) => {
    for (const line of readTold(readFileSync(file, "utf8"))) oracle.take(line);
  };
  const faultIn = ({ oracle: file }: WriterOrder) =>
    readTold(readFileSync(file, "utf8")).flatMap((told) => (told.kind === "fault" ? [told.evidence] : []));
  let lives = 0;
  for (; lives < LIVES && next(); lives++) {
    const orders = order(lives);
    const writer = await zygote.writer(orders);
    await someInstant(writer, random);
    const endedEarly = !writer.isAlive();
    const crash = await writer.kill();
    if (endedEarly || crash)
      tally.miss(["a writer ended by itself", crash, ...faultIn(orders)].filter(Boolean).join(", "));
    hear(orders);
    tally.round();
  }
  if (lives > 0) {
    // One that is not killed proves that the last kill has left a journal that opens.
    const orders = { ...order(lives), count: 20, end: "close" } as const;
    const crash = await (await zygote.writer(orders)).ended();
    if (crash) tally.miss(`the last writer: ${crash}`);
    hear(orders);
    tally.judge(oracle, journal, SITE);
  }
  return lives;
}

/** A quarter while it opens its journal, the others after some of its work; in the middle of whatever it does then. */
async function someInstant(writer: RunningWriter, random: Random): Promise<void> {
  if (random.below(4) > 0) {
    const until = random.below(5_000);
    while (writer.told() < until && writer.isAlive()) await sleep(1);
  }
  const waits = random.below(8);
  if (waits > 0) await sleep(waits);
}
