import { fileURLToPath } from "node:url";
import { usualLimits } from "../../../agent/io/journal-sqlite-room.ts";
import { byFault, type FaultCounts, sumOf } from "./counts.ts";
import type { DiskOptions, DiskResult } from "./disk-rounds.ts";
import { inOwnNetwork } from "./own-network.ts";
import type { Torture, TortureContext, TortureOutcome } from "./torture.ts";

/** From when the disk is well again to a new event at the unit; milliseconds. */
const BACK_WITHIN = 30_000;
/** Faults that one journal lives through. Every fourth journal is that of a whole agent. */
const LIVES = 20;
const WHOLE_EVERY = 4;
/** Every second journal keeps so few events that it drops some of its own accord. */
const FEW = 1_000;
const ALONE = fileURLToPath(new URL("disk-alone-child.ts", import.meta.url));

export const torture: Torture = {
  name: "disk",
  describe:
    "a full disk, EIO and a read-only disk by turns, under a journal that is written to and sent from",
  rounds: 200,
  run: (context) => tortureDisk(context, { hold: 1_500, patience: 2 * BACK_WITHIN }),
};

export async function tortureDisk(
  { rounds: wanted, folder, seed, signal, progress }: TortureContext,
  options: Pick<DiskOptions, "hold" | "patience">,
): Promise<TortureOutcome> {
  const results: DiskResult[] = [];
  const rounds = () => results.reduce((total, { backAfter }) => total + backAfter.length, 0);
  const sum = (key: "gone" | "goneAndThere" | "refused") =>
    results.reduce((total, result) => total + result[key], 0);
  const strikes = () => results.flatMap(({ strikes, backAfter }) => judged(strikes, backAfter));
  for (let first = 0; first < wanted && !signal.aborted; first += LIVES) {
    const asked: DiskOptions = {
      ...options,
      ...{ folder: `${folder}/${first}`, first, seed: seed * 1_000 + first },
      rounds: Math.min(LIVES, wanted - first),
      maxEvents: (first / LIVES) % 2 === 1 ? FEW : usualLimits.maxEvents,
      under: (first / LIVES) % WHOLE_EVERY === WHOLE_EVERY - 1 ? "agent" : "journal",
    };
    const told = (text: string) =>
      progress(`${rounds()} of ${wanted} rounds, ${sumOf(strikes()).lost} lost; ${text}`);
    results.push(await inOwnNetwork<DiskResult>(ALONE, asked, told));
  }
  const slowest = Math.max(0, ...results.flatMap(({ backAfter }) => backAfter));
  const late = slowest > BACK_WITHIN ? [`back after ${slowest.toFixed(0)} ms`] : [];
  return {
    rounds: rounds(),
    ...sumOf(strikes()),
    faults: byFault(strikes()),
    figures: {
      "refused, and told so": sum("refused"),
      "told to be gone": sum("gone"),
      "told to be gone that arrived, sent as the connection broke": sum("goneAndThere"),
      "back at most": `${(slowest / 1_000).toFixed(1)} s`,
    },
    missed: [...late, ...results.flatMap(({ wrong }) => wrong)].slice(0, 20),
  };
}

/** A strike is survived where nothing is lost and the journal is soon back. */
function judged(strikes: readonly FaultCounts[], backAfter: readonly number[]): FaultCounts[] {
  return strikes.map((strike, round) => ({
    ...strike,
    ok: strike.ok && (backAfter[round] ?? 0) <= BACK_WITHIN,
  }));
}
