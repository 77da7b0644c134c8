import { copyFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { RangeSet } from "../../agent/core/ranges.ts";
import { readPublicKeys } from "../../agent/core/signed-text.ts";
import { Verifier } from "../../agent/core/verify.ts";
import { eventSchema } from "../../agent/model/event.ts";
import type { Journal, Range, StoredEvent } from "../../agent/model/journal.ts";
import { Checkpoints } from "../../agent/run/checkpoints.ts";
import { eventually } from "../fakes/eventually.ts";
import { appendMotion, openTestJournal } from "../fakes/open-journal.ts";
import { generator } from "../fakes/random.ts";
import { testSigner } from "../fakes/signer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { TestClock } from "../fakes/test-clock.ts";

const LIMITS = { maxSize: 2 ** 30, maxEvents: 600, keepFree: 0 };
const clock = new TestClock();
const keys = readPublicKeys(testSigner().publicKey) ?? new Map();

/** What a unit has; it forgets nothing. */
class Unit {
  readonly bodies = new Map<number, string>();
  readonly #known = new RangeSet();
  /** Seq of each report of gone events, and what it told of. */
  readonly reports: [number, readonly Range[]][] = [];

  receive({ seq, body }: StoredEvent): void {
    this.bodies.set(seq, body);
    this.#known.add({ from: seq, to: seq });
    const event = eventSchema.parse(JSON.parse(body));
    if (event.type !== "vn.camera.gap.v1") return;
    this.reports.push([seq, event.data.ranges]);
    for (const range of event.data.ranges) this.#known.add(range);
  }

  /** Up to here it has all, or was told that it is gone. */
  get stored(): number {
    return (this.#known.complement(1, 1e9)[0]?.from ?? 1) - 1;
  }
}

async function checkpoint(journal: Journal): Promise<void> {
  const checkpoints = new Checkpoints({
    clock,
    journal,
    recorder: { record: async (draft) => void (await journal.append(draft)) },
    signer: testSigner(),
    site: "site-1",
    progress: { beat: () => {}, end: () => {} },
    policy: () => ({ checkpointEvery: 60_000, checkpointEvents: 256 }),
  });
  await checkpoints.write();
}

/** The next process on what SIGKILL left of the files. */
async function killed(path: string, journal: Journal, run: number) {
  const next = `${path}.${run}`;
  for (const end of ["", "-wal"]) copyFileSync(path + end, next + end);
  await journal.close();
  return { path: next, journal: await openTestJournal({ path: next, limits: LIMITS, clock }) };
}

test.each([2, 3, 4, 6])(
  "no honest site is accused, whatever arrives of what was sent, is lost by the broker, dropped and cut short: %i",
  async (seed) => {
    const folder = temporaryFolder();
    onTestFinished(() => folder[Symbol.dispose]());
    const { number, chance } = dice(seed);
    const unit = new Unit();
    /** Whoever saw all reports, and nothing else. */
    const site = new Unit();
    const sendsReceipts = seed % 2 === 0;
    let path = folder.file("journal.db");
    let journal = await openTestJournal({ path, limits: LIMITS, clock });
    journal.redeliver({ from: 1, to: 1 });
    journal.sendsTo("unit-1");
    if (sendsReceipts) journal.expectReceipts(1);
    for (let round = 0; round < 25; round++) {
      await appendMotion(journal, number(150));
      if (chance(0.4)) await checkpoint(journal);
      for (const range of chance(0.6) ? journal.undelivered() : []) {
        for (let { from } = range; from <= range.to && chance(0.9); ) {
          const message = { from, to: Math.min(range.to, from + number(64) - 1) };
          from = message.to + 1;
          journal.handOver(message);
          const acknowledged = chance(0.7);
          const arrives = acknowledged && !sendsReceipts ? true : chance(0.7);
          if (arrives) for (const event of journal.read(message, 64, 1e9)) unit.receive(event);
          if (acknowledged) journal.settle(message);
        }
      }
      if (sendsReceipts && chance(0.3)) journal.receipt(journal.epoch, unit.stored);
      if (chance(0.2)) journal.redeliver({ from: number(journal.head()), to: journal.head() });
      if (chance(0.3)) ({ path, journal } = await killed(path, journal, round));
      journal.sendsTo("unit-1");
      await eventually("there is room", () => journal.stats().events <= LIMITS.maxEvents);
      for (const event of journal.read({ from: 1, to: journal.head() }, 1e6, 1e9)) site.receive(event);
    }
    await checkpoint(journal);
    const left = journal.read({ from: 1, to: journal.head() }, 1e6, 1e9);
    for (const event of left) unit.receive(event);
    const verifier = new Verifier(keys);
    for (const body of unit.bodies.values()) verifier.take(Buffer.from(body));
    const [epoch] = verifier.report(clock.wall()).epochs;
    expect(epoch).toMatchObject({ missing: 0, gaps: [], brokenLinks: [], forks: [] });
    // A report that was lost, and dropped before it was receipted, is told once more without its hashes.
    const lost = new RangeSet(site.reports.flatMap(([seq, ranges]) => (unit.bodies.has(seq) ? [] : ranges)));
    const unproven = epoch?.unproven.flatMap(([from, to]) => lost.complement(from, to));
    expect(unproven).toEqual([]);
    if (lost.empty) expect(epoch).toMatchObject({ ok: true, unproven: [] });
    expect(unit.stored).toBe(journal.head());
  },
);

function dice(seed: number) {
  const random = generator(seed);
  return {
    /** 1 to `most`. */
    number: (most: number) => 1 + random.below(most),
    chance: (share: number) => random.below(1_000) < share * 1_000,
  };
}
