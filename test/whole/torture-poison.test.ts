import { expect, test } from "vitest";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { torturePoison } from "./torture/poison.torture.ts";
import { poisonKinds } from "./torture/poison-kinds.ts";

// How long 0x95 takes is judged by the full form alone: a machine with other work takes it beyond the bar (TORTURE.md).
const kinds = poisonKinds.filter(({ name }) => !name.includes("0x95"));

/** Far beyond the bar of the full form: a machine with other work is slow, what waits for bad events waits for ever. */
const FRESH_WITHIN = 30_000;

// Each has a broker and a journal of its own, and mostly waits.
test.concurrent.each(kinds.map((kind) => [kind.name, kind] as const))(
  "nothing waits behind events that the broker does not take: %s",
  async (_, kind) => {
    using folder = temporaryFolder();
    const outcome = await torturePoison(
      {
        rounds: 1,
        folder: folder.path,
        seed: 1,
        signal: new AbortController().signal,
        progress: () => undefined,
      },
      [kind],
      FRESH_WITHIN,
    );
    expect(outcome).toMatchObject({ rounds: 1, lost: 0, missed: [] });
  },
  90_000,
);
