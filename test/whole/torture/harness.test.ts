import { expect, test } from "vitest";
import { temporaryFolder } from "../../fakes/temporary-folder.ts";
import { torture } from "./harness.ts";
import type { Torture } from "./torture.ts";

const counts = { made: 3, accepted: 2, received: 2, lost: 0, duplicated: 1 };

/** Two faults, of which the second is not survived, and news at every step. */
const two: Torture = {
  name: "two",
  describe: "two faults",
  rounds: 2,
  async run({ rounds, progress }) {
    for (let step = 0; step < 100; step++) progress(`step ${step}`);
    const faults = [
      { name: "mild", ...counts, ok: true },
      { name: "harsh", ...counts, lost: 1, ok: false },
    ];
    return { rounds, ...counts, lost: 1, faults, figures: {}, missed: [] };
  },
};

async function run(...args: string[]) {
  using folder = temporaryFolder();
  let [out, err] = ["", ""];
  const code = await torture(args, [two], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    ...{ columns: 100, colours: false, scratch: folder.path, memory: folder.path },
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

test("a torture gives one object, in which each of its faults has one with its counts and whether it was survived", async () => {
  const { code, out } = await run("two", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    ...{ name: "two", ...counts, lost: 1, ok: false },
    faults: [
      { name: "mild", ...counts, ok: true },
      { name: "harsh", ...counts, lost: 1, ok: false },
    ],
  });
});

test("the table has a row for each fault, and progress is a line now and then, however much news there is", async () => {
  const { out, err } = await run("two");
  expect(out).toMatch(/^two .* 1 .*✗ missed$/m);
  expect(out).toMatch(/^ {2}mild +3 +2 +2 +0 +1 +✓$/m);
  expect(out).toMatch(/^ {2}harsh .*✗ missed$/m);
  expect(err).toMatch(/^two +0 s {2}step 0\n$/);
});
