import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Clock } from "../../agent/base/clock.ts";
import type { Announcement, Announcer } from "./found-device.ts";
import type { Question } from "./question.ts";
import type { LocalInterface } from "./subnet.ts";

/** Datagrams lost are asked for again: milliseconds from the beginning. */
const SENDS_MS = [0, 500, 1_500] as const;
/** WS-Discovery lets devices take half a second to answer; slow ones take three. */
export const LISTEN_MS = 4_500;
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

export interface CallOutOptions {
  readonly interfaces: readonly LocalInterface[];
  readonly clock: Clock;
}

export interface Heard {
  /** What devices said, each once. */
  readonly announcements: readonly Announcement[];
  readonly unasked: readonly Unasked[];
}

/**
 * Asks the question on every interface, three times, and listens for 4.5 s or until `signal` aborts. Needs no default
 * route. An interface that is gone, or where multicast is forbidden, is told in `unasked`; the others go on.
 */
export async function callOut(
  question: Question,
  { interfaces, clock }: CallOutOptions,
  signal: AbortSignal,
): Promise<Heard> {
  const announcements = new Map<string, Announcement>();
  const unasked = new Map<string, Unasked>();
  const cannot = (error: unknown, on?: string) => {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    unasked.set(on ?? "", { by: question.by, ...(on !== undefined && { interface: on }), reason });
  };
  const result = () => ({
    announcements: [...announcements.values()],
    unasked: unasked.has("")
      ? [...unasked.values()].filter((one) => one.interface === undefined)
      : [...unasked.values()],
  });
  const opened = await openSocket(question);
  if (!opened.socket) {
    cannot(opened.error);
    return result();
  }
  await using socket = opened.socket;
  let answers = 0;
  socket.on("error", (error) => cannot(error));
  socket.on("message", (bytes, { address }) => {
    if (++answers > MOST_ANSWERS || bytes.length > LARGEST_ANSWER) return;
    for (const one of question.read(bytes, address)) {
      const key = JSON.stringify([one.address, one.mac, one.serial]);
      if (announcements.size < MOST_DEVICES || announcements.has(key)) announcements.set(key, one);
    }
  });
  if (question.answersGoToGroup)
    for (const { name, address } of interfaces)
      attempt(
        () => socket.addMembership(question.group, address),
        (error) => cannot(error, name),
      );
  const begun = clock.monotonic();
  for (const at of [...SENDS_MS, LISTEN_MS]) {
    await clock.sleep(Math.max(0, begun + at - clock.monotonic()), signal);
    if (signal.aborted || at === LISTEN_MS) break;
    for (const { name, address } of interfaces)
      await ask(socket, question, address).catch((error: unknown) => cannot(error, name));
  }
  return result();
}

/** One after the other: the interface is an option of the socket that counts when the datagram goes out. */
function ask(socket: Socket, question: Question, from: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.setMulticastInterface(from);
    socket.send(question.message(), question.port, question.group, (error) =>
      error ? reject(error) : resolve(),
    );
  });
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
