import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { generator, type Random } from "../../fakes/random.ts";
import { Oracle } from "./oracle.ts";
import { afterPowerCut, cuts, type DiskContent, readDiskLog } from "./power-disk.ts";
import { Tally } from "./tally.ts";
import type { Torture, TortureContext } from "./torture.ts";
import { readTold, type WriterOrder } from "./writer-order.ts";
import { startZygote, type Zygote } from "./zygote.ts";

/** Journals under way at once. */
const LANES = 4;
/** Cuts that one journal lives through. The next begins with an empty folder, so that beginning is cut too. */
const LIVES = 40;
/** Events that a writer makes at most before it is cut off. */
const MOST = 60;
const SITE = "site-1";
/** A restart after a cut, unattended. Milliseconds. */
const RESTART = 10_000;
/** Cuts of a journal that does not wait for the disk: they must show as loss, or the rig finds nothing. */
const CONTROL = 40;

export const torture: Torture = {
  name: "power",
  describe: "power cut: every byte not yet fsynced dropped, kept or torn by sectors, also while it recovers",
  rounds: 2_000,
  run,
};

async function run(context: TortureContext) {
  await using zygote = await startZygote(context.folder);
  const control = new Tally({ ...context, progress: () => undefined });
  await cutOff({
    zygote,
    context,
    tally: control,
    rounds: Math.min(CONTROL, context.rounds),
    synchronous: "normal",
  });
  const tally = new Tally(context);
  await cutOff({ zygote, context, tally, rounds: context.rounds, synchronous: "full" });
  const { lost, rounds } = control.outcome();
  if (lost === 0) tally.miss("the rig finds no loss in a journal with synchronous=NORMAL");
  if (tally.slowestOpening > RESTART) tally.miss(`a restart took ${Math.round(tally.slowestOpening)} ms`);
  return tally.outcome({ "control, synchronous=NORMAL": `${lost} lost in ${rounds} cuts` });
}

interface Cutting {
  readonly zygote: Zygote;
  readonly context: TortureContext;
  readonly tally: Tally;
  readonly rounds: number;
  readonly synchronous: WriterOrder["synchronous"];
}

async function cutOff(cutting: Cutting): Promise<void> {
  const { context, rounds, synchronous } = cutting;
  let begun = 0;
  const next = () => !context.signal.aborted && begun++ < rounds;
  const lane = async (number: number) => {
    const random = generator(context.seed * 1_000 + number);
    for (let journal = 0, lives = LIVES; lives === LIVES; journal++) {
      const folder = `${context.folder}/${synchronous}-${number}-${journal}`;
      mkdirSync(folder);
      lives = await livesOf(cutting, { folder, random, next });
      rmSync(folder, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
}

/** One journal until it has been cut off LIVES times or no rounds are left, and what it then holds; gives the cuts. */
async function livesOf(
  { zygote, tally, synchronous }: Cutting,
  {
    folder,
    random,
    next,
  }: { readonly folder: string; readonly random: Random; readonly next: () => boolean },
): Promise<number> {
  const oracle = new Oracle();
  let disk: DiskContent = new Map();
  /** A writer on the disk as it is; resolves to the folder, when it has ended. */
  const live = async (life: number, order: Pick<WriterOrder, "count" | "end">) => {
    const place = `${folder}/${life}`;
    mkdirSync(place);
    for (const [name, content] of disk) writeFileSync(`${place}/${name}`, content);
    const writer = await zygote.writer({
      journal: `${place}/journal.db`,
      site: SITE,
      oracle: `${place}.oracle`,
      recordDisk: true,
      first: life * 1_000,
      synchronous,
      ...order,
    });
    const crash = await writer.ended();
    if (crash) tally.miss(`a writer ended by itself: ${crash}`);
    return place;
  };
  let lives = 0;
  for (; lives < LIVES && next(); lives++) {
    const end = random.below(4) === 0 ? "close" : "die";
    const place = await live(lives, { count: 1 + random.below(MOST), end });
    const log = readDiskLog(readFileSync(`${place}.log`));
    const records = log.slice(0, random.below(log.length + 1));
    const notes = records.filter(({ operation }) => operation === "note").map(({ data }) => data.toString());
    for (const line of readTold(notes.join(""))) oracle.take(line);
    const cut = cuts[random.below(cuts.length)] ?? "torn";
    disk = afterPowerCut(disk, records, cut, random);
    if (synchronous === "full") for (const name of setAside(place)) tally.miss(`cut ${cut}: ${name}`);
    rmSync(place, { recursive: true });
    rmSync(`${place}.log`);
    rmSync(`${place}.oracle`);
    tally.round();
  }
  if (lives > 0) {
    const place = await live(lives, { count: 20, end: "close" });
    for (const line of readTold(readFileSync(`${place}.oracle`, "utf8"))) oracle.take(line);
    if (synchronous === "full") for (const name of setAside(place)) tally.miss(`at last: ${name}`);
    tally.judge(oracle, `${place}/journal.db`, SITE);
  }
  return lives;
}

/** What a recovery leaves, and what it was for: a cut is no damage, and must not look like it. */
function setAside(place: string): string[] {
  const found = readdirSync(place).filter((name) => /^journal\.db\.(damaged|foreign|newer)-\w+$/.test(name));
  if (found.length === 0) return [];
  using database = new DatabaseSync(`${place}/journal.db`);
  const told = database.prepare("SELECT value FROM meta WHERE key = 'recovery'").get();
  return found.map((name) => `${name}: ${told?.value}`);
}
