import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { eventually } from "../fakes/eventually.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const MAIN = fileURLToPath(new URL("../../agent/main.ts", import.meta.url));

/** The demo as people start it, with a folder of its own for what it puts into the system's temporary one. */
function startDemo(temporary: string, ...args: string[]) {
  const child = spawn(process.execPath, [MAIN, "demo", ...args], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text: Buffer) => {
      output += text.toString();
    });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, ended, output: () => output };
}

/** Processes whose command line names `folder`. */
function processesOf(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder);
      } catch {
        return false; // It ended while we looked.
      }
    });
}

test("the demo plays its seven acts, the numbers agree, and nothing is left behind", {
  timeout: 100_000,
}, async () => {
  using folder = temporaryFolder();
  const temporary = folder.file("tmp");
  mkdirSync(temporary);
  const frames = folder.file("frames");
  const demo = startDemo(temporary, "--lang", "en", "--frames", frames);
  expect(await demo.ended, demo.output()).toBe(0);
  const said = demo.output();
  expect(said).toContain("✔ The numbers agree.");
  expect(said).toContain("CAM-501 The camera describes its stream but sends no picture.");
  expect(said.match(/^act \d of 7: /gm)).toHaveLength(7);
  expect(said).toMatch(/broker: AWAY/);
  expect(said).not.toContain("\x1b");
  const seconds = Number(/agree\. {2}(\d+) s in all/.exec(said)?.[1]);
  expect(seconds).toBeGreaterThan(20);
  expect(readdirSync(temporary)).toEqual([]);
  expect(processesOf(temporary)).toEqual([]);
  expect(readdirSync(frames).toSorted()).toEqual(
    ["failure", "healthy", "motion", "outage", "recovery", "return", "summary"].map(
      (name) => `${name}.en.ansi`,
    ),
  );
  expect(readFileSync(`${frames}/outage.en.ansi`, "utf8")).toContain("AWAY");
});

test("Ctrl-C in the middle of the demo ends the agent and removes the folder", {
  timeout: 60_000,
}, async () => {
  using folder = temporaryFolder();
  const demo = startDemo(folder.path, "--lang", "en");
  await eventually("the first camera is healthy", () => demo.output().includes("● healthy"), 40_000);
  expect(processesOf(folder.path)).toHaveLength(1);
  demo.child.kill("SIGINT");
  expect(await demo.ended).toBe(1);
  expect(demo.output()).toContain("Ended by Ctrl-C.");
  expect(readdirSync(folder.path)).toEqual([]);
  expect(processesOf(folder.path)).toEqual([]);
});
