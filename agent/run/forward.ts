import type { Clock } from "../base/clock.ts";
import type { CutOff, LeftOut } from "../core/cut-off.ts";
import { Turns } from "../core/lanes.ts";
import { judgeState } from "../core/puback.ts";
import type { TopicGates } from "../core/topic-gates.ts";
import type { Journal } from "../model/journal.ts";
import type { SiteTopics } from "../model/topics.ts";
import type { UplinkEnd, UplinkSession } from "../model/uplink.ts";
import { Flights } from "./flights.ts";
import { type EventPorts, EventSender } from "./send-events.ts";
import type { StateBoard } from "./state-board.ts";

export interface ForwardPorts {
  readonly session: Pick<UplinkSession, "publish" | "window" | "maximumBytes" | "ended">;
  readonly journal: EventPorts["journal"] &
    Pick<Journal, "onAccepted" | "onRedeliver" | "onReceipt" | "onDropped">;
  readonly board: StateBoard;
  readonly topics: Pick<SiteTopics, "event" | "state">;
  readonly site: string;
  readonly clock: Clock;
  /** Topics that the broker refuses in this session. */
  readonly gates: TopicGates;
  /** What the broker closes the connection at. Outlives the session. */
  readonly cutOff: CutOff;
  /** Told what is not sent any more, as the broker closes the connection at it. */
  readonly onLeftOut: (left: LeftOut) => void;
  /** Told, each time it was looked at, whether there is something to send or in flight. */
  readonly onBusy: (busy: boolean) => void;
}

/** Publishes made before other work has its turn on the event loop. */
const SENDS_A_TURN = 16;

/**
 * Sends what one session has to send: retained state, new events, the backlog. Reads from the journal only what the
 * window has room for. Resolves when the session has ended or `signal` aborts; by then it sends no more, but notes
 * what is still acknowledged.
 */
export async function forward(ports: ForwardPorts, signal: AbortSignal): Promise<void> {
  const pump = new Pump(ports);
  const fill = () => pump.fill();
  const forgetJournal = ports.journal.onAccepted(fill);
  const forgetBoard = ports.board.onDirty(fill);
  pump.fill();
  const end = await endedOrAborted(ports.session.ended, signal);
  pump.stop();
  if (end) pump.judgeEnd(end);
  forgetJournal();
  forgetBoard();
}

function endedOrAborted(ended: Promise<UplinkEnd>, signal: AbortSignal): Promise<UplinkEnd | undefined> {
  return new Promise((resolve) => {
    const abort = () => resolve(undefined);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    ended.then((end) => {
      signal.removeEventListener("abort", abort);
      resolve(signal.aborted ? undefined : end);
    });
  });
}

class Pump {
  readonly #ports: ForwardPorts;
  readonly #events: EventSender;
  readonly #flights: Flights;
  readonly #turns = new Turns();
  readonly #forgetRedeliver: () => void;
  readonly #forgetNeedless: readonly (() => void)[];
  #stopped = false;
  #yielded = false;
  #cancelTimer: (() => void) | undefined;

  constructor(ports: ForwardPorts) {
    this.#ports = ports;
    const { journal, topics, session, site, cutOff, clock, gates } = ports;
    this.#flights = new Flights(session, cutOff, clock);
    this.#events = new EventSender({
      journal,
      topics,
      site,
      gates,
      clock,
      flights: this.#flights,
      maximumBytes: session.maximumBytes,
      segmentBytes: cutOff.segmentBytes,
      onAnswer: (what) => this.#answered(what),
    });
    this.#forgetRedeliver = journal.onRedeliver((range) => {
      this.#events.askAgain(range);
      this.fill();
    });
    this.#forgetNeedless = [
      journal.onDropped((ranges) => this.#events.leaveOut(ranges)),
      journal.onReceipt((range) => this.#events.leaveOut([range])),
    ];
    ports.board.renew(topics.state);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    for (const forget of this.#forgetNeedless) forget();
    this.#forgetWhenLanded();
  }

  /** The connection has ended by itself: what of it may have been why. */
  judgeEnd(end: UplinkEnd): void {
    const { journal, onLeftOut } = this.#ports;
    const left = this.#flights.ended(end);
    if (!left) return;
    if (typeof left.what !== "string") journal.giveUp({ ...left.what, reason: "cut-off" });
    onLeftOut(left);
  }

  /** Sends while there is room in the window and something to send. */
  fill(): void {
    if (this.#stopped || this.#yielded) return;
    const { board, session, cutOff, onBusy } = this.#ports;
    this.#events.accepted();
    for (let sends = 0; ; sends++) {
      const lane = this.#turns.choose(cutOff.window(session.window), this.#flights.inFlight, {
        state: board.waiting > 0,
        fresh: this.#events.freshWaiting > 0,
        backlog: this.#events.mayReadBacklog,
      });
      if (!lane) break;
      if (sends === SENDS_A_TURN) {
        this.#yield();
        break;
      }
      if (lane === "state") this.#sendState();
      else if (lane === "fresh") this.#events.sendFresh();
      else this.#events.sendBacklog();
    }
    onBusy(this.#flights.count > 0 || board.waiting > 0 || this.#events.waiting);
  }

  #yield(): void {
    this.#yielded = true;
    setImmediate(() => {
      this.#yielded = false;
      this.fill();
    });
  }

  #answered(what: Parameters<EventPorts["onAnswer"]>[0]): void {
    if (what === "over") this.stop();
    else if (what === "refused") this.#wakeWhenOpen();
    this.#forgetWhenLanded();
    this.fill();
  }

  /** What is acknowledged late must not settle what was asked for again meanwhile: so long it is listened to. */
  #forgetWhenLanded(): void {
    if (this.#stopped && this.#flights.count === 0) this.#forgetRedeliver();
  }

  async #sendState(): Promise<void> {
    const { board, gates, topics, clock, cutOff } = this.#ports;
    const sending = board.take();
    if (!sending) return;
    const { topic, payload } = sending;
    const bytes = Buffer.byteLength(payload);
    if (cutOff.withholds(topic, bytes)) return board.settle(sending, "dropped");
    const flight = { what: topic, bytes };
    const verdict = judgeState(
      await this.#flights.publish("prompt", { topic, payload, retain: true }, flight),
    );
    switch (verdict.kind) {
      case "delivered":
        board.settle(sending, "published");
        if (sending.wasHeld && board.held === 0) gates.accepted(topics.state);
        break;
      case "refused":
        board.settle(sending, "held");
        gates.refused({ ...verdict, topic: topics.state }, clock.monotonic());
        break;
      case "poison":
        board.settle(sending, "dropped");
        break;
      case "over":
        board.settle(sending, "lost");
    }
    this.#answered(verdict.kind === "over" || verdict.kind === "refused" ? verdict.kind : "settled");
  }

  #wakeWhenOpen(): void {
    if (this.#stopped || this.#cancelTimer) return;
    const { gates, clock } = this.#ports;
    const now = clock.monotonic();
    const at = gates.nextOpening(now);
    if (at === undefined) return;
    this.#cancelTimer = clock.after(at - now, () => {
      this.#cancelTimer = undefined;
      this.#retry();
      this.fill();
      this.#wakeWhenOpen();
    });
  }

  #retry(): void {
    const { board, gates, topics, clock } = this.#ports;
    this.#events.retry();
    if (board.held === 0 || !gates.isOpen(topics.state, clock.monotonic())) return;
    gates.enter(topics.state);
    board.release();
  }
}
