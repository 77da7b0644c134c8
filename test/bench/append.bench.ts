import { setTimeout as sleep } from "node:timers/promises";
import type { Journal } from "../../agent/model/journal.ts";
import { motionDraft } from "../fakes/drafts.ts";
import { appendBare, appendRaw, type Spent, spentOn } from "./append-ways.ts";
import { appendAll, openBenchJournal } from "./backlog.ts";
import type { Benchmark } from "./benchmark.ts";
import { figure } from "./figure.ts";
import { median, quantile } from "./statistics.ts";

const SITE = "xa-append";
/** As figures of bare SQLite have it. */
const A_COMMIT = 100;
const PER_SECOND = 1_000;

export const benchmark: Benchmark = {
  name: "append",
  describe: "durable appends, against fdatasync alone and bare better-sqlite3 with synchronous=FULL",
  async run({ quick, folder, progress }) {
    const [single, grouped, rounds] = quick ? [300, 20_000, 2] : [1_500, 100_000, 5];
    const journal = await openBenchJournal(`${folder}/journal.db`, SITE);
    await appendAll(journal, 1_000);
    const text = journal.read({ from: 2, to: 2 }, 1, 1_000_000)[0]?.body ?? "";
    const bytes = Buffer.byteLength(text);
    const found: Rounds = { raw: [], bareSingle: [], single: [], bareGrouped: [], grouped: [] };
    for (let round = 1; round <= rounds; round++) {
      progress(`round ${round} of ${rounds}: ${single} one by one, ${grouped} in groups`);
      found.raw.push(await spentOn(() => void appendRaw(`${folder}/raw`, text, single)));
      found.bareSingle.push(await spentOn(() => appendBare(`${folder}/bare.db`, text, single, 1)));
      found.single.push(await spentOn(() => oneByOne(journal, single)));
      found.bareGrouped.push(
        await spentOn(() => appendBare(`${folder}/bare-${A_COMMIT}.db`, text, grouped, A_COMMIT)),
      );
      found.grouped.push(await spentOn(() => appendAll(journal, grouped)));
    }
    progress(`${PER_SECOND} events a second`);
    const raw = appendRaw(`${folder}/raw`, text, single);
    const latencies = await paced(journal, quick ? 2_000 : 20_000);
    await journal.close();
    const rate = (ways: readonly Spent[], count: number) =>
      median(ways.map(({ seconds }) => count / seconds));
    const a100k = (ways: readonly Spent[], count: number) =>
      median(ways.map(({ cpuSeconds }) => (100_000 * cpuSeconds) / count));
    const amplified = (ways: readonly Spent[], count: number) =>
      median(ways.map(({ written }) => written / (count * bytes)));
    const bare = "bare better-sqlite3";
    return [
      figure("append.single", rate(found.single, single), {
        name: bare,
        value: rate(found.bareSingle, single),
      }),
      figure("append.single-raw", rate(found.single, single), {
        name: "raw fdatasync",
        value: rate(found.raw, single),
      }),
      figure("append.grouped", rate(found.grouped, grouped), {
        name: `${bare}, ${A_COMMIT} a commit`,
        value: rate(found.bareGrouped, grouped),
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
