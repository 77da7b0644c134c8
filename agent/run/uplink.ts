import { type Clock, rfc3339 } from "../base/clock.ts";
import type { BackoffPolicy } from "../core/backoff.ts";
import { CutOff, type LeftOut } from "../core/cut-off.ts";
import { TopicGates } from "../core/topic-gates.ts";
import type { DeadLetter, Journal } from "../model/journal.ts";
import type { Message } from "../model/messages/text.ts";
import type { SiteTopics } from "../model/topics.ts";
import type {
  ConnectUplink,
  IncomingMessage,
  OutgoingPublish,
  PublishOutcome,
  UplinkSession,
} from "../model/uplink.ts";
import type { SiteHealth, SiteState } from "../model/wire.ts";
import { forward } from "./forward.ts";
import type { StateBoard } from "./state-board.ts";
import { type Ended, supervise } from "./supervise.ts";

export interface UplinkPorts {
  readonly connect: ConnectUplink;
  readonly journal: Journal;
  readonly board: StateBoard;
  readonly topics: SiteTopics;
  readonly site: string;
  readonly bootId: string;
  /** Pauses between connections. */
  readonly policy: () => BackoffPolicy;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Topic filters of the commands. */
  readonly subscribe: readonly string[];
  /** Those whose retained messages are wanted at connect only. */
  readonly subscribeAtFirst?: readonly string[];
  readonly onMessage: (message: IncomingMessage) => void;
  /** Told after every CONNACK. */
  readonly onConnected?: (session: UplinkSession) => void;
  /** Runs beside each connection, for as long as it lasts. */
  readonly whileConnected?: (signal: AbortSignal) => Promise<void>;
  /** Told what is not sent any more, as the broker closes the connection at it. */
  readonly onLeftOut?: (left: LeftOut) => void;
  /** Told before every pause, why the connection ended or did not come about. */
  readonly onPause?: (ended: Ended<Message>, pauseMs: number, attempt: number) => void;
}

/** Pauses before a topic that the broker refuses is tried again. Milliseconds. */
const RETRY_REFUSED: BackoffPolicy = { min: 1_000, max: 30_000, stableAfter: Number.POSITIVE_INFINITY };
/** Another connection has this client id now (DISCONNECT, MQTT 5 section 3.14.2.1). */
const TAKEN_OVER = 0x8e;
/**
 * Shortest pause after that; as much again is drawn. Two boxes with one client id would otherwise throw each other out
 * without end: so each has it for a minute or two, and the reason stands in the status of the other. Milliseconds.
 */
const YIELD_FOR = 60_000;
/** Ranges of dead letters that are told. */
const DEAD_LETTERS_TOLD = 16;
/** Refused topics that are told; one cause refuses many. */
const REFUSALS_TOLD = 16;
/** Longest wait for the broker's word on the farewell; the DISCONNECT has as long once more. Milliseconds. */
const FAREWELL_WITHIN = 1_000;

interface Connected {
  readonly session: UplinkSession;
  readonly since: number;
  idle: boolean;
}

/**
 * The site's presence at its broker: keeps one session at a time, says who is there (`state`, with a Last Will of
 * the same session number), and forwards state and events while the session lasts.
 */
export class Uplink {
  readonly #ports: UplinkPorts;
  readonly #cutOff = new CutOff();
  readonly #idleWaiters = new Set<() => void>();
  #number = 0;
  #connected: Connected | undefined;
  #lastEnd: Message | null = null;
  #gates: TopicGates;

  constructor(ports: UplinkPorts) {
    this.#ports = ports;
    this.#gates = new TopicGates(RETRY_REFUSED, ports.random);
  }

  /** Keeps connected until `signal` aborts; then tells the unit why (`signal.reason`, if a string) and leaves in 2 s. */
  run(signal: AbortSignal): Promise<void> {
    const { policy, clock, random, onPause } = this.#ports;
    return supervise(
      (stop) => this.#oneSession(stop),
      { policy, clock, random, ...(onPause ? { onPause } : {}) },
      signal,
    );
  }

  facts(): SiteHealth["uplink"] {
    const { session, since } = this.#connected ?? {};
    const letters = this.#ports.journal.deadLetters();
    const told = letters.slice(0, DEAD_LETTERS_TOLD);
    return {
      session: this.#number,
      connectedSince: since === undefined ? null : rfc3339(since),
      protocol: session?.protocol ?? null,
      window: session?.window ?? 0,
      lastEnd: this.#lastEnd,
      skipped: letters.reduce((sum, { from, to }) => sum + to - from + 1, 0),
      ...(told.length > 0 && { deadLetters: told.flatMap((letter) => this.#seqsOf(letter)) }),
      refusals: this.#gates.refusals().slice(0, REFUSALS_TOLD),
    };
  }

  #seqsOf({ reason, ...range }: DeadLetter) {
    return this.#ports.journal.seqsOf(range).map((seqs) => ({ ...seqs, reason }));
  }

  /** Sends one message past state and events, such as the answer to a command; `ended` while there is no session. */
  publish(message: OutgoingPublish): Promise<PublishOutcome> {
    return this.#connected?.session.publish(message) ?? Promise.resolve({ kind: "ended" });
  }

  /** Resolves when everything was sent and acknowledged, when there is no session, or after `ms`. */
  async drained(ms: number): Promise<void> {
    if (!this.#connected || this.#connected.idle) return;
    const enough = new AbortController();
    const finish = () => enough.abort();
    this.#idleWaiters.add(finish);
    await this.#ports.clock.sleep(ms, enough.signal);
    this.#idleWaiters.delete(finish);
  }

  async #oneSession(signal: AbortSignal): Promise<Ended<Message>> {
    const {
      connect,
      journal,
      board,
      topics,
      bootId,
      subscribe,
      subscribeAtFirst,
      onMessage,
      onConnected,
      clock,
    } = this.#ports;
    this.#number = journal.nextSession();
    const who = { session: this.#number, bootid: bootId };
    const will = {
      topic: topics.state,
      payload: JSON.stringify({ state: "offline", ...who } satisfies SiteState),
    };
    const session = await connect(
      { will, subscribe, ...(subscribeAtFirst && { subscribeAtFirst }), onMessage },
      signal,
    );
    if (!("publish" in session)) {
      this.#lastEnd = session.reason;
      return { reason: session.reason };
    }
    const since = clock.wall();
    this.#connected = { session, since, idle: false };
    onConnected?.(session);
    board.set(topics.state, { state: "online", ...who, since: rfc3339(since) } satisfies SiteState);
    await this.#forward(session, signal);
    if (signal.aborted) {
      const reason = typeof signal.reason === "string" ? signal.reason : "stopped";
      await this.#takeLeave(session, { state: "stopped", ...who, since: rfc3339(clock.wall()), reason });
    }
    const { reason, reasonCode } = await session.ended;
    this.#connected = undefined;
    this.#lastEnd = reason;
    this.#tellIdle();
    if (reasonCode !== TAKEN_OVER) return { reason };
    return { reason, pause: Math.round(YIELD_FOR * (1 + this.#ports.random())) };
  }

  async #forward(session: UplinkSession, signal: AbortSignal): Promise<void> {
    this.#gates = new TopicGates(RETRY_REFUSED, this.#ports.random);
    const ports = {
      ...this.#ports,
      session,
      gates: this.#gates,
      cutOff: this.#cutOff,
      onLeftOut: (left: LeftOut) => this.#ports.onLeftOut?.(left),
      onBusy: (busy: boolean) => {
        if (this.#connected) this.#connected.idle = !busy;
        if (!busy) this.#tellIdle();
      },
    };
    const over = new AbortController();
    const beside = this.#ports.whileConnected?.(over.signal);
    await forward(ports, signal);
    over.abort();
    await beside;
  }

  async #takeLeave(session: UplinkSession, state: SiteState): Promise<void> {
    const { topics, clock } = this.#ports;
    const said = new AbortController();
    const saying = session.publish({ topic: topics.state, payload: JSON.stringify(state), retain: true });
    saying.then(() => said.abort());
    await clock.sleep(FAREWELL_WITHIN, said.signal);
    await session.end();
  }

  #tellIdle(): void {
    for (const finish of this.#idleWaiters) finish();
  }
}
