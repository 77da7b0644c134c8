import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { torture as clock } from "./torture/clock.torture.ts";
import { torture as edits } from "./torture/edits.torture.ts";
import { tortureOnce } from "./torture/harness.ts";
import { torture as kill } from "./torture/kill.torture.ts";
import { torture as power } from "./torture/power.torture.ts";
import { torture as rot } from "./torture/rot.torture.ts";
import type { Torture } from "./torture/torture.ts";

/** The short form of each: enough to see that it finds nothing and still works. `npm run torture` is the full one. */

const BUILD = fileURLToPath(new URL("../../.build", import.meta.url));

async function short(torture: Torture, rounds: number) {
  mkdirSync(BUILD, { recursive: true });
  const folder = mkdtempSync(`${BUILD}/torture-`);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return tortureOnce(torture, {
    rounds,
    folder,
    seed: 1,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
}

test("a journal that is killed at random instants has every event that it accepted, and its chain", async () => {
  const result = await short(kill, 5);
  expect(result).toMatchObject({ rounds: 5, lost: 0, duplicated: 0, missed: [], ok: true });
  expect(result.accepted).toBeGreaterThan(0);
  expect(result.received).toBeGreaterThanOrEqual(result.accepted);
}, 120_000);

test("a power cut takes no accepted event, and takes some from a journal that does not wait for the disk", async () => {
  const result = await short(power, 6);
  expect(result).toMatchObject({ rounds: 6, lost: 0, duplicated: 0, missed: [], ok: true });
  expect(result.accepted).toBeGreaterThan(0);
}, 120_000);

test("a clock that jumps loses and reorders nothing", async () => {
  const result = await short(clock, 8);
  expect(result).toMatchObject({ rounds: 8, lost: 0, duplicated: 0, missed: [], ok: true });
  expect(result.received).toBe(480);
}, 120_000);

test("every edit of a received stream is found, and no honest event raises an alarm", async () => {
  expect(await short(edits, 20)).toMatchObject({ rounds: 20, missed: [], ok: true });
}, 120_000);

test("whatever rots in a journal is found, what is intact is gone on with, and one start is enough", async () => {
  const result = await short(rot, 24);
  expect(result).toMatchObject({ rounds: 24, missed: [], ok: true });
  expect(result.figures.recoveries).toBeGreaterThan(8);
}, 120_000);
