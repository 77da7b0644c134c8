import { type FleetFault, fleetFaults } from "../fakes/fleet-faults.ts";
import type { FleetDriver } from "../fakes/fleet-messages.ts";
import { generator } from "../fakes/random.ts";

/** A fault of one device for a while; milliseconds since the beginning. */
export interface Affliction {
  readonly device: string;
  readonly fault: FleetFault;
  readonly from: number;
  readonly until: number;
}

export interface PlanOptions {
  readonly seed: number;
  /** Milliseconds; a fault that would last longer ends here. */
  readonly lasting: number;
  /** Share of the devices that are at fault at once. */
  readonly share: number;
}

/** Of each fault, milliseconds. */
const SHORTEST = 20_000;
const LONGEST = 180_000;
/**
 * Of those of the login. A login that was right before is forgiven two refusals, with pauses of one and two minutes; a
 * third means that it is not tried for 35 minutes, which would be right and leave nothing to measure.
 */
const LONGEST_OF_LOGIN = 110_000;
/** What lasts so long without a fault that its logins are trusted again. */
const REST = 240_000;

const ofLogin: readonly FleetFault[] = ["wrong-password", "exhausted"];

/** Faults of devices drawn at random, the same of one seed: at any moment as many as `share` says, one a device. */
export function planFaults(
  devices: readonly { readonly id: string; readonly driver: FleetDriver }[],
  { seed, lasting, share }: PlanOptions,
): Affliction[] {
  const random = generator(seed);
  const freeAt = new Map(devices.map(({ id }) => [id, 0]));
  const plan: Affliction[] = [];
  const lanes = Array.from({ length: Math.round(share * devices.length) }, (_, lane) => lane * 1_000);
  for (;;) {
    const from = Math.min(...lanes);
    if (!(from < lasting)) break;
    const free = devices.filter(({ id }) => (freeAt.get(id) ?? 0) <= from);
    const device = free[random.below(free.length)];
    if (!device) throw new Error("too many faults for so few devices");
    const possible = fleetFaults.filter((fault) => fault !== "events-mute" || device.driver !== "rtsp");
    const fault = possible[random.below(possible.length)] as FleetFault;
    const longest = ofLogin.includes(fault) ? LONGEST_OF_LOGIN : LONGEST;
    const until = Math.min(lasting, from + SHORTEST + random.below(longest - SHORTEST));
    plan.push({ device: device.id, fault, from, until });
    freeAt.set(device.id, until + REST);
    lanes[lanes.indexOf(from)] = until;
  }
  return plan;
}
