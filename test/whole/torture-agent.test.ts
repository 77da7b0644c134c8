import { afterAll, expect, test } from "vitest";
import { bundleAgent } from "../fakes/bundled-agent.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { tortureAgentClock } from "./torture/agent-clock.torture.ts";
import { tortureAgentKill } from "./torture/agent-kill.torture.ts";

/** The short forms of what is done to the whole agent. */

const short = (folder: string, rounds: number) => ({
  ...{ rounds, folder, seed: 1 },
  signal: new AbortController().signal,
  progress: () => undefined,
});

const built = temporaryFolder();
afterAll(() => built[Symbol.dispose]());
const small = { cameras: 2, program: bundleAgent(built.path) };

test("an agent that is killed again and again loses no motion that it took from a camera", async () => {
  using folder = temporaryFolder();
  const outcome = await tortureAgentKill(short(folder.path, 2), { ...small, life: 600 });
  expect(outcome).toMatchObject({ rounds: 2, lost: 0, missed: [] });
  expect(outcome.accepted).toBeGreaterThan(0);
}, 180_000);

test("a wall clock that leaps loses and reorders no motion, and makes no command older or younger than it is", async () => {
  using folder = temporaryFolder();
  const outcome = await tortureAgentClock(short(folder.path, 4), small);
  expect(outcome).toMatchObject({ rounds: 4, lost: 0, missed: [] });
  expect(outcome.accepted).toBeGreaterThan(0);
  expect(outcome.figures["good commands taken"]).toBe(4);
}, 180_000);
