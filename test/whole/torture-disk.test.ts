import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { tortureDisk } from "./torture/disk.torture.ts";

const BUILD = fileURLToPath(new URL("../../.build", import.meta.url));

test("a disk that is full or fails ends nothing, and every event that was accepted arrives", async () => {
  mkdirSync(BUILD, { recursive: true });
  const folder = mkdtempSync(`${BUILD}/torture-disk-`);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const outcome = await tortureDisk(
    { rounds: 3, folder, seed: 1, signal: new AbortController().signal, progress: () => undefined },
    { hold: 200, patience: 30_000 },
  );
  expect(outcome).toMatchObject({ rounds: 3, lost: 0, missed: [] });
  expect(outcome.accepted).toBeGreaterThan(0);
  expect(outcome.figures["refused, and told so"]).toBeGreaterThan(0);
}, 120_000);
