import { setTimeout as pause } from "node:timers/promises";
import type { Event } from "../../../agent/model/event.ts";
import {
  type AgentOptions,
  type AgentProcess,
  type ConfigText,
  startAgent,
} from "../../fakes/agent-process.ts";
import { eventually } from "../../fakes/eventually.ts";
import { type Fleet, type FleetOptions, startFleet } from "../../fakes/fleet.ts";
import { fleetSecrets, fleetSite, pullsOf, readJournal } from "../../fakes/fleet-site.ts";
import type { UnitSubscriber } from "../../fakes/unit-subscriber.ts";

/** Where its topics are. */
export const MOVING_SITE = { unit: "unit-a", site: "site-a" } as const;

export interface MovingOptions {
  readonly folder: string;
  /** Where the agent is told that its broker is. */
  readonly broker: ConfigText["broker"];
  readonly cameras?: number;
  /** What each is like. */
  readonly camera?: FleetOptions["camera"];
  /** Pause between two motions of one camera, milliseconds. */
  readonly every?: number;
  /** Keys of officers whose commands the site obeys. */
  readonly commandKeys?: NonNullable<ConfigText["unit"]["commandKeys"]>;
  /** How the agent is started. */
  readonly start?: Pick<AgentOptions, "env" | "program">;
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

/** One motion of a camera. */
export interface Move {
  readonly camera: string;
  /** Wall microseconds. */
  readonly madeAt: number;
}

/** A site whose cameras see motion all the time, and the real agent that watches them. */
export interface MovingSite extends AsyncDisposable {
  /** The one that runs, or ran last. */
  readonly agent: AgentProcess;
  readonly moves: readonly Move[];
  /** Motions made so far. */
  made(): Promise<number>;
  /** Starts the agent anew, after it has ended. */
  restart(): Promise<void>;
  /** How often each camera was asked for messages. That it is asked again shows that what it gave before is durable. */
  pulls(): Promise<ReadonlyMap<string, number>>;
  /**
   * Resolves when every camera was asked for messages twice from now on. The first request may have been under way;
   * the second is of an event channel that is open now, so that each motion counts. There must be motion.
   */
  watchedAnew(ms: number): Promise<void>;
  /** Ends the motion; resolves once the last one is made. */
  calm(): Promise<void>;
}

/** Between two questions to the cameras: their answers are work for them too. Milliseconds. */
const ASK_MS = 25;
/** On a machine that starts many at once. */
const WATCHED_MS = 180_000;

/** Resolves when the event channel of every camera is open, so that each motion counts, and motion has begun. */
export async function startMovingSite({
  folder,
  broker,
  cameras = 4,
  camera = {},
  every = 200,
  commandKeys = [],
  start: how = {},
}: MovingOptions): Promise<MovingSite> {
  await using parts = new AsyncDisposableStack();
  const fleet = parts.use(await startFleet({ count: cameras, camera }));
  const config = fleetSite(folder, broker.url, fleet.cameras, {
    broker,
    unit: { id: MOVING_SITE.unit, name: "Công an huyện A", commandKeys },
  });
  const start = () => startAgent(folder, config, { secrets: fleetSecrets(fleet), ...how });
  let agent = await start();
  parts.defer(() => agent[Symbol.asyncDispose]());
  const watched = async (ms: number, isOpen: (pulls: number, index: number) => boolean) => {
    const areOpen = async () => {
      await pause(ASK_MS);
      return (await pullsOf(fleet)).every(isOpen);
    };
    await eventually("every event channel is open", areOpen, ms);
  };
  await watched(WATCHED_MS, (pulls) => pulls > 0);
  const calm = new AbortController();
  const moves: Move[] = [];
  const moving = Promise.all(fleet.cameras.map(({ id }) => move(fleet, id, every, moves, calm.signal)));
  const owned = parts.move();
  const end = async () => {
    calm.abort();
    await moving;
  };
  return {
    get agent() {
      return agent;
    },
    moves,
    made: () => madeBy(fleet),
    async restart() {
      agent = await start();
    },
    pulls: async () => {
      const pulls = await pullsOf(fleet);
      return new Map(fleet.cameras.map(({ id }, index) => [id, pulls[index] ?? 0]));
    },
    async watchedAnew(ms) {
      const before = await pullsOf(fleet);
      await watched(ms, (pulls, index) => pulls >= (before[index] ?? 0) + 2);
    },
    calm: end,
    async [Symbol.asyncDispose]() {
      await end();
      await owned.disposeAsync();
    },
  };
}

async function move(
  fleet: Fleet,
  camera: string,
  every: number,
  moves: Move[],
  calm: AbortSignal,
): Promise<void> {
  for (let active = true; !calm.aborted; active = !active) {
    moves.push({ camera, madeAt: await fleet.motion(camera, active) });
    await pause(every);
  }
}

async function madeBy(fleet: Fleet): Promise<number> {
  const counts = Object.values(await fleet.made());
  return counts.reduce((sum, { motionStarts, motionEnds }) => sum + motionStarts + motionEnds, 0);
}

/** The motion that a camera made, if the event is of one. A channel that is lost repeats the fields of what was active. */
export function motionOf({ type, subject = "", data }: Event): Move | undefined {
  if (type !== "vn.camera.motion.v1" || data.reason !== "reported") return undefined;
  const madeAt = Number(data.fields.MadeAt);
  return Number.isNaN(madeAt) ? undefined : { camera: subject, madeAt };
}

/** The motions that arrived, in order of arrival. */
export function motionsAt({ events }: Pick<UnitSubscriber, "events">): Move[] {
  return events.flatMap(({ event }) => motionOf(event) ?? []);
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
  const accepted = readJournal(`${folder}/journal.db`).events.filter(({ event }) => motionOf(event)).length;
  const received = receivedMotions(merged());
  const duplicated = units.reduce((sum, { repeats }) => sum + repeats, 0);
  return { made, accepted, received, lost: made - received, duplicated };
}
