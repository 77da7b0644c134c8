import { existsSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import type { Benchmark } from "./benchmark.ts";
import { type Figure, figure, figureOfRounds } from "./figure.ts";
import { bench } from "./harness.ts";
import { commandOf, environmentOf } from "./installed-agent.ts";

const reached = figure("latency.median", 12.34567, { name: "bare MQTT publish", value: 2 });
const missed = figure("memory-idle.rss", 66);
const told = figure("memory-idle.anonymous", 20.5);

/** A benchmark that measures nothing and leaves a file behind. */
function toy(name: string, figures: readonly Figure[], ran: string[] = []): Benchmark {
  return {
    name,
    describe: `toy ${name}`,
    async run({ folder, progress, quick }) {
      writeFileSync(`${folder}/left`, "");
      ran.push(`${name}${quick ? " quick" : ""} ${folder}`);
      progress("at work");
      return [...figures];
    },
  };
}

async function run(args: readonly string[], known: readonly Benchmark[]) {
  using folder = temporaryFolder();
  let out = "";
  let err = "";
  const code = await bench(args, known, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    columns: 120,
    colours: false,
    scratch: folder.path,
  });
  return { code, out, err };
}

test("of rounds side by side the one with the median ratio is given, with its own peer", () => {
  const rounds = figureOfRounds("append.grouped", [90, 10, 50], { name: "bare", values: [100, 10, 100] });
  expect(rounds).toMatchObject({ value: 90, against: { name: "bare", value: 100 }, ratio: 0.9, ok: true });
});

test("--json writes one line a figure and nothing else, with what it was measured against and its ratio", async () => {
  const { code, out, err } = await run(["--json"], [toy("a", [reached]), toy("b", [told])]);
  expect(code).toBe(0);
  const lines = out.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      name: "latency.median",
      value: 12.35,
      unit: "ms",
      against: { name: "bare MQTT publish", value: 2 },
      ratio: 6.173,
      bar: "≤ 25 ms",
      ok: true,
    },
    { name: "memory-idle.anonymous", value: 20.5, unit: "MB", against: null, ratio: null, bar: "", ok: true },
  ]);
  expect(err).toMatch(/^a +0 s {2}at work$/m);
});

test("a missed bar is marked in the table and fails the run; figures that only explain have no verdict", async () => {
  const { code, out } = await run([], [toy("a", [reached, missed, told])]);
  expect(code).toBe(1);
  const lines = out.trimEnd().split("\n");
  expect(lines[1]).toMatch(/^latency\.median +12\.35 +ms +bare MQTT publish 2 +6\.173 × +≤ 25 ms +✓$/);
  expect(lines[2]).toMatch(/^memory-idle\.rss +66 +MB +≤ 65 MB +✗ missed$/);
  expect(lines[3]).toMatch(/^memory-idle\.anonymous +20\.5 +MB$/);
});

test("a bar on a ratio is missed where there was nothing to measure against", () => {
  const peer = { name: "ffprobe, tuned", value: 90 };
  expect(figure("probe.cpu", 1, peer).ok).toBe(true);
  expect(figure("probe.cpu", 3, peer).ok).toBe(false);
  expect(figure("probe.cpu", 1).ok).toBe(false);
});

test("only the named benchmarks run, each in a folder that is gone afterwards", async () => {
  const ran: string[] = [];
  const known = [toy("a", [], ran), toy("b", [reached], ran), toy("c", [], ran)];
  await run(["--quick", "c", "a"], known);
  expect(ran.map((line) => line.split(" /")[0])).toEqual(["a quick", "c quick"]);
  expect(ran.filter((line) => existsSync(line.slice(line.indexOf("/"))))).toEqual([]);
});

test("an unknown name runs nothing and names what there is", async () => {
  const ran: string[] = [];
  const { code, out, err } = await run(["a", "nonsense"], [toy("a", [], ran)]);
  expect({ code, out, ran }).toEqual({ code: 2, out: "", ran: [] });
  expect(err).toContain("nonsense");
  expect(err).toContain("toy a");
});

test("the agent is measured with the flags and the environment of the systemd unit", () => {
  const unit =
    "[Service]\nEnvironment=MALLOC_ARENA_MAX=1\nExecStart=/usr/lib/x/node --no-opt /usr/lib/x/lib/camera-agent.mjs run --config /etc/x.yaml\n";
  expect(commandOf(unit)).toEqual([
    process.execPath,
    "--no-opt",
    expect.stringMatching(/\.build\/lib\/camera-agent\.mjs$/),
  ]);
  expect(environmentOf(unit)).toEqual({ MALLOC_ARENA_MAX: "1" });
  expect(() => commandOf("[Service]\nExecStart=/bin/true\n")).toThrow("runs no");
});
