import { type AgentProcess, type ConfigText, startAgent } from "../../fakes/agent-process.ts";
import { eventually } from "../../fakes/eventually.ts";
import { type Fleet, startFleet } from "../../fakes/fleet.ts";
import { fleetSecrets, fleetSite, pullsOf, readJournal } from "../../fakes/fleet-site.ts";
import type { UnitSubscriber } from "../../fakes/unit-subscriber.ts";

export interface MovingOptions {
  readonly folder: string;
  /** Where the agent is told that its broker is. */
  readonly broker: ConfigText["broker"];
  readonly cameras?: number;
  /** Pause between two motions of one camera, milliseconds. */
  readonly every?: number;
}

/** What became of the motions: made by the cameras' own count, received by the subscriber's. */
export interface MotionCount {
  readonly made: number;
  readonly accepted: number;
  readonly received: number;
  readonly lost: number;
  /** Events that arrived more than once; the unit drops repeats. */
  readonly duplicated: number;
}

/** A site whose cameras see motion all the time, and the real agent that watches them. */
export interface MovingSite extends AsyncDisposable {
  readonly agent: AgentProcess;
  /** Motions made so far. */
  made(): Promise<number>;
  /** Ends the motion; resolves once the last one is made. */
  calm(): Promise<void>;
}

/** Resolves when the event channel of every camera is open, so that each motion counts, and motion has begun. */
export async function startMovingSite({
  folder,
  broker,
  cameras = 4,
  every = 200,
}: MovingOptions): Promise<MovingSite> {
  await using parts = new AsyncDisposableStack();
  const fleet = parts.use(await startFleet({ count: cameras }));
  const config = fleetSite(folder, broker.url, fleet.cameras, { broker });
  const agent = parts.use(await startAgent(folder, config, { secrets: fleetSecrets(fleet) }));
  const watching = async () => (await pullsOf(fleet)).every((pulls) => pulls > 0);
  await eventually("every event channel is open", watching, 60_000);
  const calm = new AbortController();
  const moving = Promise.all(fleet.cameras.map(({ id }) => move(fleet, id, every, calm.signal)));
  const owned = parts.move();
  const end = async () => {
    calm.abort();
    await moving;
  };
  return {
    agent,
    made: () => madeBy(fleet),
    calm: end,
    async [Symbol.asyncDispose]() {
      await end();
      await owned.disposeAsync();
    },
  };
}

async function move(fleet: Fleet, id: string, every: number, calm: AbortSignal): Promise<void> {
  for (let active = true; !calm.aborted; active = !active) {
    await fleet.motion(id, active);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

async function madeBy(fleet: Fleet): Promise<number> {
  const counts = Object.values(await fleet.made());
  return counts.reduce((sum, { motionStarts, motionEnds }) => sum + motionStarts + motionEnds, 0);
}

/** When each motion that arrived was made, microseconds since 1970, by camera; in order of arrival. */
export function motionsAt({ events }: Pick<UnitSubscriber, "events">): { camera: string; madeAt: number }[] {
  return events.flatMap(({ event }) => {
    if (event.type !== "vn.camera.motion.v1") return [];
    const madeAt = Number(event.data.fields.MadeAt);
    return Number.isNaN(madeAt) ? [] : [{ camera: event.subject ?? "", madeAt }];
  });
}

/** Distinct motions that arrived. */
function receivedMotions(unit: Pick<UnitSubscriber, "events">): number {
  return new Set(motionsAt(unit).map(({ camera, madeAt }) => `${camera} ${madeAt}`)).size;
}

/** Calms the site, waits until what it made has arrived, or for `ms`, ends the agent, and counts. */
export async function countMotions(
  site: MovingSite,
  folder: string,
  units: readonly UnitSubscriber[],
  ms: number,
): Promise<MotionCount> {
  await site.calm();
  const made = await site.made();
  const merged = () => ({ events: units.flatMap(({ events }) => events) });
  await eventually("all arrived", () => receivedMotions(merged()) >= made, ms).catch(() => undefined);
  await site.agent.stop();
  const accepted = readJournal(`${folder}/journal.db`).events.filter(
    ({ event }) => event.type === "vn.camera.motion.v1" && event.data.fields.MadeAt !== undefined,
  ).length;
  const received = receivedMotions(merged());
  const duplicated = units.reduce((sum, { repeats }) => sum + repeats, 0);
  return { made, accepted, received, lost: made - received, duplicated };
}
