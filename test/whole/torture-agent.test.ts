import { expect, test } from "vitest";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { tortureAgentKill } from "./torture/agent-kill.torture.ts";

/** The short forms of what is done to the whole agent. */

test("an agent that is killed again and again loses no motion that it took from a camera", async () => {
  using folder = temporaryFolder();
  const outcome = await tortureAgentKill(
    {
      rounds: 2,
      folder: folder.path,
      seed: 1,
      signal: new AbortController().signal,
      progress: () => undefined,
    },
    { cameras: 2, life: 600 },
  );
  expect(outcome).toMatchObject({ rounds: 2, lost: 0, missed: [] });
  expect(outcome.accepted).toBeGreaterThan(0);
}, 180_000);
