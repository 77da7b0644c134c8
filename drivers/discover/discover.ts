import type { Clock } from "../../agent/base/clock.ts";
import { callEach, callOut, type Unasked } from "./call-out.ts";
import { dhip } from "./dhip.ts";
import type { Announcement, FoundDevice } from "./found-device.ts";
import { CAMERA_PORTS, observe, portStates } from "./identify.ts";
import { judge } from "./judge.ts";
import { many } from "./many.ts";
import { type Conflict, conflictsOf, Neighbours } from "./neighbours.ts";
import type { Question } from "./question.ts";
import { sadp } from "./sadp.ts";
import { addressNumber, type LocalInterface } from "./subnet.ts";
import { wsDiscovery } from "./ws-discovery.ts";

/** With four sockets each 256 in all, of the 1,024 that a process may usually have. */
const HOSTS_AT_ONCE = 64;
/** A box's table of neighbours holds 1,024, and each that is dead stays in it for three seconds. */
const HOSTS_A_SECOND = 100;
/** The first of them show whether a host lives: every camera answers on one, by taking or refusing. */
const PORTS_AT_ONCE = 4;

export interface DiscoverOptions {
  readonly clock: Clock;
  /** Where it is asked who is there. */
  readonly interfaces: readonly LocalInterface[];
  /** Addresses that are asked one by one. */
  readonly hosts: readonly string[];
  /** Text of the ARP table, empty where there is none. */
  readonly neighbours: () => Promise<string>;
  /** TCP ports that are tried; those of cameras unless told otherwise. */
  readonly ports?: readonly number[];
  /** What is asked of all at once; every question that is known unless told otherwise. */
  readonly questions?: readonly Question[];
  /** Addresses that are done with, of how many. Called often. */
  readonly onProgress?: (done: number, of: number) => void;
}

export interface Discovery {
  /** Whatever answered, cameras or not, ascending by address. */
  readonly devices: readonly FoundDevice[];
  readonly conflicts: readonly Conflict[];
  readonly unasked: readonly Unasked[];
}

/**
 * Finds the devices of a network: by asking all at once who is there, and the stated addresses one by one. Nothing is
 * ever logged in to. A /24 takes some ten seconds; `signal` ends it with what was found.
 */
export async function discover(options: DiscoverOptions, signal: AbortSignal): Promise<Discovery> {
  const { clock, interfaces, hosts, ports = CAMERA_PORTS, questions = [wsDiscovery, sadp, dhip] } = options;
  const neighbours = new Neighbours(options.neighbours, clock);
  await neighbours.look();
  const announcements: Announcement[] = [];
  const unasked: Unasked[] = [];
  const evidence = new Map<string, { ports: number[]; observations: Awaited<ReturnType<typeof observe>> }>();
  let done = 0;
  let total = hosts.length;
  const visit = async (address: string) => {
    const open = await openPortsOf(address, ports, neighbours, clock, signal);
    if (open.length > 0)
      evidence.set(address, { ports: open, observations: await observe(address, open, clock, signal) });
    options.onProgress?.(++done, total);
  };
  const pace = { clock, atOnce: HOSTS_AT_ONCE, aSecond: HOSTS_A_SECOND };
  const calling = questions.map(async (question) => {
    const heard = await callOut(question, { interfaces, clock }, signal);
    announcements.push(...heard.announcements);
    unasked.push(...heard.unasked);
  });
  await Promise.all([...calling, many(hosts, pace, visit, signal)]);
  const asked = new Set(hosts);
  const more = [...new Set(announcements.map(({ address }) => address))].filter((one) => !asked.has(one));
  total += more.length;
  await many(more, pace, visit, signal);
  const shy = [...evidence].filter(
    ([address, { observations }]) =>
      observations.some(({ kind }) => kind !== "http") &&
      !announcements.some((one) => one.by === "ws-discovery" && one.address === address),
  );
  const named = questions.find(({ by }) => by === "ws-discovery");
  if (named && shy.length > 0)
    announcements.push(
      ...(await callEach(
        named,
        shy.map(([address]) => address),
        clock,
        signal,
      )),
    );
  await neighbours.look();

  const addresses = [...new Set([...evidence.keys(), ...announcements.map(({ address }) => address)])];
  addresses.sort((a, b) => addressNumber(a) - addressNumber(b));
  const devices = await Promise.all(
    addresses.map(async (address) => {
      const mac = await neighbours.macOf(address);
      return judge({
        address,
        ports: evidence.get(address)?.ports ?? [],
        observations: evidence.get(address)?.observations ?? [],
        announcements: announcements.filter((one) => one.address === address),
        ...(mac !== undefined && { mac }),
      });
    }),
  );
  return { devices, conflicts: conflictsOf(addresses, neighbours, announcements), unasked };
}

/** A few ports first: where none of them answers and neither does ARP, nobody is there. */
async function openPortsOf(
  address: string,
  ports: readonly number[],
  neighbours: Neighbours,
  clock: Clock,
  signal: AbortSignal,
): Promise<number[]> {
  const open: number[] = [];
  for (let at = 0; at < ports.length && !signal.aborted; at += PORTS_AT_ONCE) {
    const some = ports.slice(at, at + PORTS_AT_ONCE);
    const states = await portStates(address, some, clock, signal);
    open.push(...some.filter((_, index) => states[index] === "open"));
    const isSilent = states.every((state) => state === "silent");
    if (at === 0 && isSilent && (await neighbours.macOf(address)) === undefined) return [];
  }
  return open;
}
