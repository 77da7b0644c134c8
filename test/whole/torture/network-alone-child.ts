import { generator } from "../../fakes/random.ts";
import { networkFaults } from "./network-faults.ts";
import { playNetworkFault, type SceneOptions } from "./network-scene.ts";

/** Plays the scene of one fault in the network namespace that it is started in, and tells its result as JSON. */

const { fault, seed, ...options } = JSON.parse(process.argv[2] ?? "{}") as Omit<
  SceneOptions,
  "random" | "signal"
> & { readonly fault: string; readonly seed: number };
const chosen = networkFaults.find(({ name }) => name === fault);
if (!chosen) throw new Error(`no fault ${fault}`);
const signal = new AbortController().signal;
const result = await playNetworkFault(chosen, { ...options, random: generator(seed), signal });
process.stdout.write(JSON.stringify(result));
