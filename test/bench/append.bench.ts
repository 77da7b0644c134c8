import { setTimeout as sleep } from "node:timers/promises";
import type { Journal } from "../../agent/model/journal.ts";
import { motionDraft } from "../fakes/drafts.ts";
import { appendRaw, openBare, type Spent, spentOn } from "./append-ways.ts";
import { appendAll, openBenchJournal } from "./backlog.ts";
import type { Benchmark } from "./benchmark.ts";
import { figure, figureOfRounds } from "./figure.ts";
import { quantile } from "./statistics.ts";

const SITE = "xa-append";
/** As figures of bare SQLite have it. */
const A_COMMIT = 100;
const PER_SECOND = 1_000;

/** Before the rounds: until the compiler has done with all of it, and the ballast is there. */
const WARM_UP = 20_000;

export const benchmark: Benchmark = {
  name: "append",
  describe: "durable appends, against fdatasync alone and bare better-sqlite3 with synchronous=FULL",
  async run({ quick, folder, progress }) {
    const [single, grouped, rounds] = quick ? [200, 10_000, 3] : [600, 30_000, 15];
    const alone = await openBenchJournal(`${folder}/alone.db`, SITE);
    const together = await openBenchJournal(`${folder}/together.db`, SITE);
    await appendAll(alone, WARM_UP);
    await appendAll(together, WARM_UP);
    const text = together.read({ from: 2, to: 2 }, 1, 1_000_000)[0]?.body ?? "";
    const size = Buffer.byteLength(text);
    using bareAlone = openBare(`${folder}/bare.db`, text, 1);
    using bareTogether = openBare(`${folder}/bare-${A_COMMIT}.db`, text, A_COMMIT);
    bareTogether.append(WARM_UP);
    const found: Rounds = { raw: [], bareSingle: [], single: [], bareGrouped: [], grouped: [] };
    for (let round = 1; round <= rounds; round++) {
      progress(`round ${round} of ${rounds}: ${single} one by one, ${grouped} in groups`);
      found.raw.push(await spentOn(() => void appendRaw(`${folder}/raw`, text, single)));
      found.bareSingle.push(await spentOn(() => bareAlone.append(single)));
      found.single.push(await spentOn(() => oneByOne(alone, single)));
      found.bareGrouped.push(await spentOn(() => bareTogether.append(grouped)));
      found.grouped.push(await spentOn(() => appendAll(together, grouped)));
    }
    progress(`${PER_SECOND} events a second`);
    const raw = appendRaw(`${folder}/raw`, text, single);
    const latencies = await paced(together, quick ? 2_000 : 20_000);
    await alone.close();
    await together.close();

    const bare = "bare better-sqlite3";
    const rates = (ways: readonly Spent[], count: number) => ways.map(({ seconds }) => count / seconds);
    // Of all rounds: only some of them move the log into the file.
    const sum = (ways: readonly Spent[], what: "cpuSeconds" | "written") =>
      ways.reduce((total, spent) => total + spent[what], 0);
    const a100k = (ways: readonly Spent[], count: number) =>
      (100_000 * sum(ways, "cpuSeconds")) / (ways.length * count);
    const amplified = (ways: readonly Spent[], count: number) =>
      sum(ways, "written") / (ways.length * count * size);
    return [
      figureOfRounds("append.single", rates(found.single, single), {
        name: bare,
        values: rates(found.bareSingle, single),
      }),
      figureOfRounds("append.single-raw", rates(found.single, single), {
        name: "raw fdatasync",
        values: rates(found.raw, single),
      }),
      figureOfRounds("append.grouped", rates(found.grouped, grouped), {
        name: `${bare}, ${A_COMMIT} a commit`,
        values: rates(found.bareGrouped, grouped),
      }),
      figure("append.median", quantile(latencies, 0.5), { name: "raw fdatasync", value: quantile(raw, 0.5) }),
      figure("append.p99", quantile(latencies, 0.99), { name: "raw fdatasync", value: quantile(raw, 0.99) }),
      figure("append.written", amplified(found.single, single), {
        name: bare,
        value: amplified(found.bareSingle, single),
      }),
      figure("append.written-grouped", amplified(found.grouped, grouped), {
        name: bare,
        value: amplified(found.bareGrouped, grouped),
      }),
      figure("append.cpu", a100k(found.single, single), {
        name: bare,
        value: a100k(found.bareSingle, single),
      }),
      figure("append.cpu-grouped", a100k(found.grouped, grouped), {
        name: bare,
        value: a100k(found.bareGrouped, grouped),
      }),
    ];
  },
};

/** What each round spent, by way. */
type Rounds = Record<"raw" | "bareSingle" | "single" | "bareGrouped" | "grouped", Spent[]>;

/** Each waits for the one before it, so that none shares a commit. */
async function oneByOne(journal: Journal, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await journal.append(motionDraft(n));
}

/**
 * Milliseconds from when each event was due, PER_SECOND of them a second, until it was accepted: an event that had to
 * wait for the loop has waited too.
 */
async function paced(journal: Journal, count: number): Promise<number[]> {
  const began = performance.now();
  const accepted: Promise<number>[] = [];
  while (accepted.length < count) {
    const due = began + (1_000 * accepted.length) / PER_SECOND;
    if (performance.now() < due) await sleep(1);
    else accepted.push(journal.append(motionDraft(accepted.length)).then(() => performance.now() - due));
  }
  return Promise.all(accepted);
}
