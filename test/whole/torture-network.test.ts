import { expect, test } from "vitest";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { tortureNetwork } from "./torture/network.torture.ts";
import { networkFaults } from "./torture/network-faults.ts";

/** The same faults as `npm run torture -- network`, by an agent that is impatient, and each for a second. */
const impatient = {
  reconnect: { min: "50ms", max: "300ms" },
  keepalive: "5s",
  connectTimeout: "2s",
  publishTimeout: "2s",
};
const SHORT = [
  "half-open",
  "nothing passes",
  "cut within packets",
  "TLS expired",
  "TLS not-yet",
  "CONNACK 0x97",
  "CONNACK 0x05",
];

test("what cameras see arrives whole after every fault of the network, and soon after it is over", async () => {
  using folder = temporaryFolder();
  const faults = networkFaults.filter(({ name }) => SHORT.includes(name));
  const told: string[] = [];
  const outcome = await tortureNetwork(
    {
      rounds: faults.length,
      folder: folder.path,
      seed: 1,
      signal: new AbortController().signal,
      progress: (text) => told.push(text),
    },
    faults,
    { hold: 1_000, patience: 30_000, broker: impatient },
  );
  expect(outcome.missed).toEqual([]);
  expect(outcome).toMatchObject({ rounds: SHORT.length, lost: 0 });
  expect(told).toHaveLength(SHORT.length);
}, 180_000);
