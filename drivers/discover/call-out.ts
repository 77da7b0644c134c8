import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Clock } from "../../agent/base/clock.ts";
import type { Announcement, Announcer } from "./found-device.ts";
import type { Question } from "./question.ts";
import type { LocalInterface } from "./subnet.ts";

/** Datagrams lost are asked for again: milliseconds from the beginning; the last is when listening ends. */
interface Course {
  readonly sendsMs: readonly number[];
  readonly listenMs: number;
}

/** WS-Discovery lets devices take half a second to answer all; slow ones take three. */
const TO_ALL: Course = { sendsMs: [0, 500, 1_500], listenMs: 4_500 };
const TO_ONE: Course = { sendsMs: [0, 500], listenMs: 1_500 };
/** A subnet of /20 whose every host answers each send. */
const MOST_ANSWERS = 16_384;
const MOST_DEVICES = 4_096;
/** ONVIF's answers are 2 kB. */
const LARGEST_ANSWER = 16_384;

/** Where a question could not be asked, and what the system says why: "ENETUNREACH", "EPERM". */
export interface Unasked {
  readonly by: Announcer;
  /** Undefined: on none. */
  readonly interface?: string;
  readonly reason: string;
}

export interface Heard {
  /** What devices said, each once. */
  readonly announcements: readonly Announcement[];
  readonly unasked: readonly Unasked[];
}

/**
 * Asks the question of all on every interface, three times, and listens for 4.5 s or until `signal` aborts. Needs no
 * default route. An interface that is gone, or where multicast is forbidden, is told in `unasked`; the others go on.
 */
export async function callOut(
  question: Question,
  { interfaces, clock }: { readonly interfaces: readonly LocalInterface[]; readonly clock: Clock },
  signal: AbortSignal,
): Promise<Heard> {
  if (interfaces.length === 0) return { announcements: [], unasked: [] };
  const opened = await openSocket(question);
  if (!opened.socket)
    return { announcements: [], unasked: [{ by: question.by, reason: codeOf(opened.error) }] };
  await using socket = opened.socket;
  const unasked = new Map<string, Unasked>();
  const cannot = (name: string, error: unknown) => {
    unasked.set(name, { by: question.by, interface: name, reason: codeOf(error) });
  };
  if (question.answersGoToGroup)
    for (const { name, address } of interfaces)
      attempt(
        () => socket.addMembership(question.group, address),
        // Two addresses of one interface: it is in the group by the first.
        (error) => codeOf(error) !== "EADDRINUSE" && cannot(name, error),
      );
  const ask = async () => {
    // One after the other: the interface is an option of the socket that counts when the datagram goes out.
    for (const { name, address } of interfaces)
      await send(socket, question, question.group, address).catch((error: unknown) => cannot(name, error));
  };
  return {
    announcements: await hear(socket, question, ask, TO_ALL, clock, signal),
    unasked: [...unasked.values()],
  };
}

/** Asks the question of each host, twice, also beyond routers, where nothing reaches all; takes 1.5 s. */
export async function callEach(
  question: Question,
  hosts: readonly string[],
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly Announcement[]> {
  const opened = await bound(0);
  if (!opened.socket) return [];
  await using socket = opened.socket;
  const ask = async () => {
    // A host that cannot be sent to was found otherwise, and is shown with what was learned there.
    for (const host of hosts) await send(socket, question, host).catch(() => {});
  };
  return await hear(socket, question, ask, TO_ONE, clock, signal);
}

async function hear(
  socket: Socket,
  question: Question,
  ask: () => Promise<void>,
  { sendsMs, listenMs }: Course,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly Announcement[]> {
  const announcements = new Map<string, Announcement>();
  let answers = 0;
  // What one datagram ran into; the next goes out all the same.
  socket.on("error", () => {});
  socket.on("message", (bytes, { address }) => {
    if (++answers > MOST_ANSWERS || bytes.length > LARGEST_ANSWER) return;
    for (const one of question.read(bytes, address)) {
      const key = JSON.stringify([one.address, one.mac, one.serial]);
      if (announcements.size < MOST_DEVICES || announcements.has(key)) announcements.set(key, one);
    }
  });
  const begun = clock.monotonic();
  for (const at of sendsMs) {
    await clock.sleep(Math.max(0, begun + at - clock.monotonic()), signal);
    if (!signal.aborted) await ask();
  }
  await clock.sleep(Math.max(0, begun + listenMs - clock.monotonic()), signal);
  return [...announcements.values()];
}

/** `from`: the address of the interface that it leaves by, for a group. */
function send(socket: Socket, question: Question, to: string, from?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (from !== undefined) socket.setMulticastInterface(from);
    socket.send(question.message(), question.port, to, (error) => (error ? reject(error) : resolve()));
  });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

interface Opened {
  readonly socket?: Socket;
  readonly error?: unknown;
}

/** On the question's own port where answers go there; on any other where somebody has it. */
async function openSocket({ port, answersGoToGroup }: Question): Promise<Opened> {
  const own = answersGoToGroup ? await bound(port) : {};
  return own.socket ? own : bound(0);
}

async function bound(port: number): Promise<Opened> {
  const socket = createSocket({ type: "udp4", reuseAddr: port !== 0 });
  try {
    const listening = once(socket, "listening");
    socket.bind(port);
    await listening;
    socket.setMulticastTTL(1);
    return { socket };
  } catch (error) {
    attempt(
      () => socket.close(),
      () => {},
    );
    return { error };
  }
}

function attempt(action: () => void, failed: (error: unknown) => void): void {
  try {
    action();
  } catch (error) {
    failed(error);
  }
}
