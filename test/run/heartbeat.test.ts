import { expect, test } from "vitest";
import { Progress } from "../../agent/core/progress.ts";
import { siteProblems } from "../../agent/core/site-problems.ts";
import { configSchema } from "../../agent/model/config.ts";
import type { EventDraft } from "../../agent/model/event.ts";
import type { HostFacts } from "../../agent/model/host.ts";
import type { JournalFault } from "../../agent/model/journal.ts";
import { uplinkTexts } from "../../agent/model/messages/uplink.ts";
import { type AgentStatus, statusSchema } from "../../agent/model/status.ts";
import { healthSchema, type SiteHealth } from "../../agent/model/wire.ts";
import { heartbeat } from "../../agent/run/heartbeat.ts";
import { TestClock } from "../fakes/test-clock.ts";

const config = configSchema.parse({
  site: { id: "s", name: "Xã S" },
  unit: { id: "u", name: "Công an" },
  broker: { url: "mqtt://broker" },
});
const facts: HostFacts = {
  uptimeSeconds: 100,
  clockSynced: true,
  cpu: { usedPercent: 3, load1: 0.1, cores: 4 },
  memory: { totalBytes: 8e9, availableBytes: 4e9, agentBytes: 6e7 },
  temperatureCelsius: null,
  disks: [],
};

function scene() {
  const clock = new TestClock();
  const stop = new AbortController();
  const shown: SiteHealth[] = [];
  const written: AgentStatus[] = [];
  const drafts: EventDraft[] = [];
  const observed: [synced: boolean | null, wall: number][] = [];
  const warnings: object[] = [];
  const said: string[] = [];
  const progress = new Progress();
  const state: {
    disk: "fine" | "gone";
    isDiskFull: boolean;
    box: Promise<HostFacts>;
    fault?: JournalFault;
  } = {
    isDiskFull: false,
    disk: "fine",
    box: Promise.resolve(facts),
  };
  const beat = heartbeat({
    clock,
    log: { warn: (fields) => void warnings.push(fields), info: (_, message) => void said.push(message) },
    host: { read: () => state.box, inventory: async () => ({}) },
    journal: {
      stats: () => ({
        epoch: "0".repeat(32),
        lastSeq: 9,
        undelivered: 2,
        undeliveredRanges: [[8, 9]],
        oldestUndelivered: clock.wall(),
        bytes: 4_096,
        used: 4_096,
        events: 7,
        dropped: 2,
        maxSize: 8_589_934_592,
        maxEvents: 6_000_000,
        isDiskFull: state.isDiskFull,
        unsent: { events: 2, reason: "size" as const, at: clock.wall() },
        accepted: 9,
        commits: 9,
      }),
      check: () => state.fault,
    },
    recorder: { record: async (draft) => void drafts.push(draft), refused: 1 },
    progress: progress.loop("heartbeat"),
    version: "1.0.0",
    bootId: "boot",
    config: () => config,
    cameras: () => [],
    uplink: () => ({
      session: 1,
      connectedSince: null,
      protocol: null,
      window: 0,
      lastEnd: uplinkTexts.cut,
      skipped: 0,
      refusals: [],
    }),
    observeClock: (synced, at) => void observed.push([synced, at.wall]),
    show: (health) => void shown.push(healthSchema.parse(health)),
    writeStatus: async (_, status) => {
      if (state.disk === "gone") throw new Error("ENOSPC");
      written.push(statusSchema.parse(status));
    },
  });
  const done = beat.run(stop.signal);
  return {
    clock,
    beat,
    shown,
    written,
    drafts,
    observed,
    warnings,
    said,
    progress,
    state,
    done,
    async end() {
      stop.abort();
      await done;
    },
  };
}

test("the unit hears of the box once a minute, the status file every five seconds", async () => {
  const { clock, beat, shown, written, end } = scene();
  await clock.advance(119_000);
  expect(shown).toHaveLength(2);
  expect(written).toHaveLength(24);
  expect(beat.latest()).toMatchObject({
    journal: { undelivered: 2, undeliveredRanges: [[8, 9]], refused: 1 },
  });
  expect(written.at(-1)).toMatchObject({ unit: { name: "Công an" }, health: { agentUptimeSeconds: 115 } });
  await end();
});

test("a wall clock that was set is an event, with by how much; one that runs is none", async () => {
  const { clock, drafts, end } = scene();
  await clock.advance(30_000);
  expect(drafts).toEqual([]);
  clock.stepWall(-3_600_000);
  await clock.advance(30_000);
  expect(drafts).toMatchObject([{ kind: "site", data: { what: "clock-stepped", detail: "-3600.0 s" } }]);
  await end();
});

test("what the box says of its clock is of the moment before it was asked, not of when it answered", async () => {
  const { clock, observed, state, end } = scene();
  await clock.advance(0);
  const answer = Promise.withResolvers<HostFacts>();
  state.box = answer.promise;
  await clock.advance(5_000);
  const asked = clock.wall();
  clock.stepWall(-3_600_000);
  answer.resolve(facts);
  await clock.advance(0);
  expect(observed.slice(1)).toEqual([[true, asked]]);
  await end();
});

test("a status file that cannot be written is one warning, and the unit hears of the box all the same", async () => {
  const { clock, shown, written, warnings, state, end } = scene();
  state.disk = "gone";
  await clock.advance(119_000);
  expect(warnings).toHaveLength(1);
  expect(shown).toHaveLength(2);
  state.disk = "fine";
  await clock.advance(5_000);
  expect(written).toHaveLength(1);
  await end();
});

test("a journal that is lost is told at once, in the status file too, and ends the heartbeat", async () => {
  const { clock, shown, written, progress, state, done } = scene();
  await clock.advance(7_000);
  expect(siteProblems(shown[0] as SiteHealth).map(({ kind }) => kind)).not.toContain("journal-lost");
  state.fault = { kind: "replaced", path: "/srv/journal.db", evidence: "ENOENT" };
  await clock.advance(5_000);
  expect(await done).toEqual(state.fault);
  for (const health of [shown.at(-1), written.at(-1)?.health])
    expect(siteProblems(health as SiteHealth)).toContainEqual({ kind: "journal-lost", fault: state.fault });
  expect({ shown: shown.length, written: written.length }).toEqual({ shown: 2, written: 3 });
  expect(progress.overdue(Number.MAX_SAFE_INTEGER)).toEqual([]);
  expect(clock.waiting).toBe(0);
});

test("a box that cannot be read any more stops the proof of progress", async () => {
  const { clock, progress, state } = scene();
  await clock.advance(60_000);
  expect(progress.overdue(clock.monotonic())).toEqual([]);
  state.box = new Promise(() => {});
  await clock.advance(80_000);
  expect(progress.overdue(clock.monotonic())).toEqual(["heartbeat"]);
});

test("that the journal's disk is full is one line of the log, and that it is over another", async () => {
  const { clock, warnings, said, state, end } = scene();
  await clock.advance(20_000);
  state.isDiskFull = true;
  await clock.advance(60_000);
  expect(warnings).toEqual([{ bytes: 4_096, dropped: 2, unsentDropped: 2 }]);
  expect(said).toEqual([]);
  state.isDiskFull = false;
  await clock.advance(60_000);
  expect(warnings).toHaveLength(1);
  expect(said).toEqual(["the journal's disk has room again"]);
  await end();
});
