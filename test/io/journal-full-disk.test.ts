import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { eventSchema } from "../../agent/model/event.ts";
import type { FullDiskTold } from "../fakes/full-disk-child.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const CHILD = fileURLToPath(new URL("../fakes/full-disk-child.ts", import.meta.url));
/** In a mount namespace of its own, which ends with it. */
const ON_A_SMALL_DISK = 'mount -t tmpfs -o size=48m tmpfs "$0" && exec "$@"';

test("on a disk that is full to the last byte nothing is refused: the oldest makes room, and exactly that is told", async () => {
  using folder = temporaryFolder();
  const disk = folder.file("disk");
  mkdirSync(disk);
  const { stdout } = await promisify(execFile)(
    "unshare",
    [
      "--user",
      "--map-root-user",
      "--mount",
      "sh",
      "-c",
      ON_A_SMALL_DISK,
      disk,
      process.execPath,
      CHILD,
      disk,
    ],
    { maxBuffer: 64 * 1_024 * 1_024 },
  );
  const told = JSON.parse(stdout) as FullDiskTold;
  expect(told).toMatchObject({
    refused: [0, 0, 0],
    isDiskFull: [false, true, false],
    hasBallast: [true, false, true],
    reason: "disk-full",
    restarted: "opened",
  });
  const events = told.bodies.map((body) => eventSchema.parse(JSON.parse(body)));
  const kept = new Set(events.map(({ sequence }) => Number(sequence)));
  const gone = events.flatMap((event) =>
    event.type === "vn.camera.gap.v1"
      ? event.data.ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, n) => from + n))
      : [],
  );
  expect(gone.length).toBeGreaterThan(3_000);
  expect([...kept, ...gone].toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: told.head }, (_, n) => n + 1),
  );
});
