import { expect, test } from "vitest";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { tortureOutage } from "./torture/outage.torture.ts";

test("a backlog is sent over 200 ms of round trip whole, in bounded memory, and new motion does not wait for it", async () => {
  using folder = temporaryFolder();
  const outcome = await tortureOutage(
    { rounds: 1, folder: folder.path, progress: () => undefined },
    { events: 20_000, delay: 100, loss: 0, calm: 2_000 },
  );
  // How fast it is, on a machine that does other things too, is judged by the full form alone.
  expect(outcome.missed.filter((text) => !text.includes("would take"))).toEqual([]);
  expect(outcome.lost).toBe(0);
}, 120_000);
