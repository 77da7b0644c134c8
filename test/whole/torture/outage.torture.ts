import { fileURLToPath } from "node:url";
import { type OutageOptions, type OutageResult, playOutage } from "./outage-scene.ts";
import { inOwnNetwork } from "./own-network.ts";
import type { Torture, TortureContext, TortureOutcome } from "./torture.ts";

/** Events of a round: seven days of 500 cameras are 50 rounds. */
const EVENTS = 100_000;
const SEVEN_DAYS = 5_000_000;
const DRAINED_WITHIN_MINUTES = 60;
const MEMORY_GROWTH_MB = 64;
/** From a camera to the unit, while the backlog is being sent; milliseconds. */
const NEW_EVENT_WITHIN = 5_000;

const ALONE = fileURLToPath(new URL("outage-alone-child.ts", import.meta.url));

export const torture: Torture = {
  name: "outage",
  describe: "100,000 events in one outage, then sent over 200 ms of round trip with 1 % loss",
  rounds: SEVEN_DAYS / EVENTS,
  run: (context) =>
    tortureOutage(context, { events: context.rounds * EVENTS, delay: 100, loss: 1, calm: 10_000 }),
};

/** One outage. It is not ended early: what waits is sent whole, or it is not known whether anything is lost. */
export async function tortureOutage(
  { rounds, folder, progress }: Pick<TortureContext, "rounds" | "folder" | "progress">,
  options: Omit<OutageOptions, "folder">,
): Promise<TortureOutcome> {
  const asked = { ...options, folder };
  const result =
    options.loss > 0
      ? await inOwnNetwork<OutageResult>(ALONE, asked, progress)
      : await playOutage(asked, progress);
  const { made, received, lost, duplicated, seconds, memoryBefore, memoryMost, motionP99, motions } = result;
  const rate = options.events / seconds;
  const minutes = SEVEN_DAYS / rate / 60;
  const growth = memoryMost - memoryBefore;
  return {
    rounds,
    ...{ made, accepted: made, received, lost, duplicated },
    figures: {
      rate: `${Math.round(rate)} events/s`,
      "5,000,000 events": `${minutes.toFixed(1)} min`,
      "resident memory": `${memoryBefore.toFixed(0)} MB, at most ${memoryMost.toFixed(0)} MB in the drain`,
      "new events in the drain": `${motions}, p99 ${Math.round(motionP99)} ms`,
    },
    missed: [
      ...(minutes > DRAINED_WITHIN_MINUTES ? [`5,000,000 events would take ${minutes.toFixed(0)} min`] : []),
      ...(growth > MEMORY_GROWTH_MB ? [`memory grew by ${growth.toFixed(0)} MB`] : []),
      ...(motions === 0 || motionP99 > NEW_EVENT_WITHIN
        ? [`p99 of ${motions} new events: ${Math.round(motionP99)} ms`]
        : []),
    ],
  };
}
