import { fileURLToPath } from "node:url";
import { bundleAgent } from "../../fakes/bundled-agent.ts";
import { generator } from "../../fakes/random.ts";
import { byFault, sumOf } from "./counts.ts";
import { type NetworkFault, networkFaults } from "./network-faults.ts";
import { playNetworkFault, type SceneOptions, type SceneResult } from "./network-scene.ts";
import { inOwnNetwork } from "./own-network.ts";
import type { Torture, TortureContext, TortureOutcome } from "./torture.ts";

/** From when the network is whole to the first new event at the unit; milliseconds. */
const BACK_WITHIN = 150_000;
/** Faults that are under way at once: nearly all of their time is waiting. */
const AT_ONCE = 6;
/** A flapping network flaps thirty times as long: an hour. */
const HOLD = 120_000;

const ALONE = fileURLToPath(new URL("network-alone-child.ts", import.meta.url));

export const torture: Torture = {
  name: "network",
  describe: "faults of the network and of the broker, each with the agent's own patience",
  rounds: networkFaults.length,
  async run(context) {
    const program = bundleAgent(context.folder);
    return tortureNetwork(context, networkFaults, { hold: HOLD, patience: 2 * BACK_WITHIN, program });
  },
};

/** Each round is the next of `faults`, several at once. */
export async function tortureNetwork(
  context: TortureContext,
  faults: readonly NetworkFault[],
  options: Pick<SceneOptions, "hold" | "patience" | "broker" | "program">,
): Promise<TortureOutcome> {
  const { folder, seed, signal, progress } = context;
  const results: SceneResult[] = [];
  let next = 0;
  const worker = async () => {
    for (let round = next++; round < context.rounds && !signal.aborted; round = next++) {
      const fault = faults[round % faults.length] as NetworkFault;
      const result = await (fault.alone
        ? inOwnNetwork<SceneResult>(ALONE, { fault: fault.name, seed: seed + round, folder, ...options })
        : playNetworkFault(fault, { ...options, folder, signal, random: generator(seed + round) }));
      results.push(result);
      const { made, received, backAfter } = result;
      progress(`${fault.name}: ${received} of ${made}, back after ${(backAfter / 1_000).toFixed(1)} s`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const isLate = ({ backAfter }: SceneResult) => backAfter > BACK_WITHIN;
  const strikes = results.map((result) => ({
    ...{ name: result.fault, ...sumOf([result]) },
    ok: result.lost === 0 && !isLate(result),
  }));
  return {
    rounds: results.length,
    ...sumOf(results),
    faults: byFault(strikes),
    figures: {
      "back at most": `${(Math.max(...results.map(({ backAfter }) => backAfter)) / 1_000).toFixed(1)} s`,
    },
    missed: [
      ...results.filter(isLate).map(({ fault, backAfter }) => `${fault}: back after ${backAfter} ms`),
      ...results.flatMap(({ fault, lost }) => (lost > 0 ? [`${fault}: ${lost} lost`] : [])),
    ],
  };
}
