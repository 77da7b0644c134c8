import Database from "better-sqlite3";
import type { Secrets } from "../../agent/model/config.ts";
import { type Event, eventSchema } from "../../agent/model/event.ts";
import { type ConfigText, inFolder } from "./agent-process.ts";
import type { Fleet } from "./fleet.ts";

/** Configuration of the real program for a site with all cameras of a fleet, impatient where it costs no truth. */
export function fleetSite(
  folder: string,
  broker: string,
  cameras: Fleet["cameras"],
  change: Partial<ConfigText> = {},
): ConfigText {
  return inFolder(folder, {
    site: { id: "site-a", name: "Xã A" },
    unit: { id: "unit-a", name: "Công an huyện A" },
    broker: { url: broker, reconnect: { min: "50ms", max: "200ms" } },
    cameras: cameras.map(({ id, address, onvifPort }) => ({
      id,
      name: id,
      driver: "onvif",
      address: `${address}:${onvifPort}`,
      credential: "cameras",
    })),
    ...change,
  });
}

export function fleetSecrets({ login }: Pick<Fleet, "login">): Secrets {
  return { credentials: { cameras: { ...login } } };
}

/** Resolves to how often each camera was asked for messages; a pull shows that those of the pull before are durable. */
export async function pullsOf(fleet: Pick<Fleet, "stats">): Promise<number[]> {
  return Object.values(await fleet.stats()).map(({ requests }) => requests.PullMessages ?? 0);
}

export interface JournaledEvent {
  readonly position: number;
  /** Epoch and seq, as the unit tells events apart. */
  readonly name: string;
  readonly event: Event;
}

/** What a journal holds, and the positions that it says are delivered, read past the agent, which must have ended. */
export function readJournal(path: string): {
  readonly events: JournaledEvent[];
  readonly delivered: readonly { readonly first: number; readonly last: number }[];
} {
  const database = new Database(path, { readonly: true });
  try {
    const rows = database.prepare("SELECT position, body FROM event ORDER BY position").all();
    const events = (rows as { readonly position: number; readonly body: string }[]).map(
      ({ position, body }) => {
        const event = eventSchema.parse(JSON.parse(body));
        return { position, name: nameOf(event), event };
      },
    );
    const delivered = database.prepare("SELECT first, last FROM delivered ORDER BY first").all();
    return { events, delivered: delivered as { first: number; last: number }[] };
  } finally {
    database.close();
  }
}

export const nameOf = ({ epoch, sequence }: Event) => `${epoch} ${Number(sequence)}`;
