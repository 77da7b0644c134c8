import type { Clock } from "../base/clock.ts";
import type { CutOff, LeftOut, Unanswered } from "../core/cut-off.ts";
import { sealSegment, segmentRoom } from "../core/envelope.ts";
import { Lanes, Turns } from "../core/lanes.ts";
import { judgeEvent, judgeState } from "../core/puback.ts";
import type { RangeSet } from "../core/ranges.ts";
import type { TopicGates } from "../core/topic-gates.ts";
import { SEGMENT_EVENTS } from "../model/event-names.ts";
import type { Journal, Range, StoredEvent } from "../model/journal.ts";
import type { SiteTopics } from "../model/topics.ts";
import type { OutgoingPublish, PublishOutcome, UplinkSession } from "../model/uplink.ts";
import type { StateBoard } from "./state-board.ts";

export interface ForwardPorts {
  readonly session: Pick<UplinkSession, "publish" | "window" | "maximumBytes" | "ended">;
  readonly journal: Pick<Journal, "head" | "read" | "undelivered" | "settle" | "onAccepted">;
  readonly board: StateBoard;
  readonly topics: Pick<SiteTopics, "event" | "state">;
  readonly site: string;
  readonly clock: Clock;
  /** Topics that the broker refuses in this session. */
  readonly gates: TopicGates;
  /** Positions of events that a broker will never take. Outlives the session; added to here. */
  readonly skipped: RangeSet;
  /** What the broker closes the connection at. Outlives the session. */
  readonly cutOff: CutOff;
  /** Told what is not sent any more, as the broker closes the connection at it. */
  readonly onLeftOut: (left: LeftOut) => void;
  /** Told, each time it was looked at, whether there is something to send or in flight. */
  readonly onBusy: (busy: boolean) => void;
}

/** Bytes of events in flight, beyond which no more backlog is read: enough for 20 segments of 64 KB at any distance, and a bound where the window is wide. */
const BYTES_IN_FLIGHT = 2 * 1_024 * 1_024;
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
  await endedOrAborted(ports.session.ended, signal);
  pump.stop();
  if (!signal.aborted) pump.judgeEnd();
  forgetJournal();
  forgetBoard();
}

function endedOrAborted(ended: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      signal.removeEventListener("abort", finish);
      resolve();
    };
    signal.addEventListener("abort", finish);
    if (signal.aborted) finish();
    ended.then(finish);
  });
}

class Pump {
  readonly #ports: ForwardPorts;
  readonly #lanes: Lanes;
  readonly #turns = new Turns();
  readonly #segmentTopic: string;
  readonly #room: number;
  readonly #inFlight = { prompt: 0, backlog: 0 };
  readonly #unanswered = new Set<Unanswered>();
  #answered = false;
  #bytes = 0;
  /** Halves of a segment that was refused as a whole. */
  #pieces: Range[] = [];
  /** Events too large for a segment, whose own topic is closed. */
  #deferred: Range[] = [];
  #stopped = false;
  #yielded = false;
  #cancelTimer: (() => void) | undefined;

  constructor(ports: ForwardPorts) {
    this.#ports = ports;
    const { journal, skipped, topics, session, site, cutOff } = ports;
    this.#lanes = new Lanes(journal.undelivered(), journal.head(), skipped.ranges());
    this.#segmentTopic = topics.event("segment");
    const room = segmentRoom(site, session.maximumBytes - Buffer.byteLength(this.#segmentTopic));
    this.#room = Math.min(room, cutOff.segmentBytes);
    ports.board.renew(topics.state);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  /** The connection has ended by itself: what of it may have been why. */
  judgeEnd(): void {
    const { cutOff, skipped, clock, onLeftOut } = this.#ports;
    const left = cutOff.ended([...this.#unanswered], this.#answered, clock.monotonic());
    if (!left) return;
    if (typeof left.what !== "string") skipped.add(left.what);
    onLeftOut(left);
  }

  /** Sends while there is room in the window and something to send. */
  fill(): void {
    if (this.#stopped || this.#yielded) return;
    const { journal, session, cutOff, onBusy } = this.#ports;
    this.#lanes.accepted(journal.head());
    for (let sends = 0; ; sends++) {
      const lane = this.#turns.choose(cutOff.window(session.window), this.#inFlight, {
        state: this.#ports.board.waiting > 0,
        fresh: this.#lanes.freshWaiting > 0,
        backlog: this.#mayReadBacklog(),
      });
      if (!lane) break;
      if (sends === SENDS_A_TURN) {
        this.#yield();
        break;
      }
      if (lane === "state") this.#sendState();
      else if (lane === "fresh") this.#sendFresh();
      else this.#sendBacklog();
    }
    onBusy(this.#isBusy());
  }

  #yield(): void {
    this.#yielded = true;
    setImmediate(() => {
      this.#yielded = false;
      this.fill();
    });
  }

  #isBusy(): boolean {
    if (this.#inFlight.prompt + this.#inFlight.backlog > 0 || this.#ports.board.waiting > 0) return true;
    return this.#lanes.freshWaiting + this.#lanes.backlogWaiting + this.#pieces.length > 0;
  }

  #mayReadBacklog(): boolean {
    const { gates, clock } = this.#ports;
    if (this.#pieces.length === 0 && this.#lanes.backlogWaiting === 0) return false;
    return this.#bytes < BYTES_IN_FLIGHT && gates.isOpen(this.#segmentTopic, clock.monotonic());
  }

  async #sendState(): Promise<void> {
    const { board, gates, topics, clock, cutOff } = this.#ports;
    const sending = board.take();
    if (!sending) return;
    const { topic, payload } = sending;
    const bytes = Buffer.byteLength(payload);
    if (cutOff.withholds(topic, bytes)) return board.settle(sending, "dropped");
    const flight = { what: topic, bytes };
    const verdict = judgeState(await this.#publish("prompt", { topic, payload, retain: true }, flight));
    switch (verdict.kind) {
      case "delivered":
        board.settle(sending, "published");
        if (sending.wasHeld && board.held === 0) gates.accepted(topics.state);
        break;
      case "refused":
        board.settle(sending, "held");
        gates.refused({ ...verdict, topic: topics.state }, clock.monotonic());
        this.#wakeWhenOpen();
        break;
      case "poison":
        board.settle(sending, "dropped");
        break;
      case "over":
        board.settle(sending, "lost");
        this.stop();
    }
    this.fill();
  }

  #sendFresh(): void {
    const { journal, topics, gates, clock } = this.#ports;
    const position = this.#lanes.takeFresh();
    if (position === undefined) return;
    const [event] = journal.read({ from: position, to: position }, 1, Number.POSITIVE_INFINITY);
    if (!event) return;
    const topic = topics.event(event.kind);
    if (gates.isOpen(topic, clock.monotonic())) this.#sendEvent("prompt", topic, event);
    else this.#lanes.giveBack({ from: position, to: position });
  }

  #sendBacklog(): void {
    const { journal, topics, site } = this.#ports;
    const range = this.#pieces.shift() ?? this.#lanes.takeBacklog(SEGMENT_EVENTS);
    if (!range) return;
    const events = journal.read(range, SEGMENT_EVENTS, this.#room);
    const first = events[0];
    const last = events.at(-1);
    if (!first || !last) return;
    if (last.position < range.to) this.#lanes.giveBack({ from: last.position + 1, to: range.to });
    if (first === last && first.bytes > this.#room)
      this.#sendEvent("backlog", topics.event(first.kind), first);
    else {
      const bytes = events.reduce((sum, event) => sum + event.bytes, 0);
      const payload = sealSegment(site, events);
      this.#send("backlog", { topic: this.#segmentTopic, payload, bytes }, rangeOf(first, last));
    }
  }

  #sendEvent(share: Share, topic: string, event: StoredEvent): void {
    this.#send(share, { topic, payload: event.body, bytes: event.bytes }, rangeOf(event, event));
  }

  async #send(share: Share, message: Message, range: Range): Promise<void> {
    const { clock, gates, journal } = this.#ports;
    const { topic, payload, bytes } = message;
    gates.enter(topic);
    this.#bytes += bytes;
    const verdict = judgeEvent(
      await this.#publish(share, { topic, payload, retain: false }, { what: range, bytes }),
    );
    this.#bytes -= bytes;
    switch (verdict.kind) {
      case "delivered":
        journal.settle(range);
        gates.accepted(topic);
        break;
      case "refused":
        gates.refused({ topic, reasonCode: verdict.reasonCode, reason: verdict.reason }, clock.monotonic());
        // Kept, to travel with the backlog; while its topic is closed nothing else is tried on it.
        if (topic === this.#segmentTopic || bytes <= this.#room) this.#lanes.giveBack(range);
        else this.#deferred.push(range);
        this.#wakeWhenOpen();
        break;
      case "poison":
        gates.accepted(topic);
        this.#divide(range);
        break;
      case "over":
        this.stop();
    }
    this.fill();
  }

  async #publish(share: Share, message: OutgoingPublish, about: LeftOut): Promise<PublishOutcome> {
    const { session, clock, cutOff } = this.#ports;
    const flight = { ...about, sentAt: clock.monotonic() };
    this.#inFlight[share] += 1;
    this.#unanswered.add(flight);
    const outcome = await session.publish(message);
    this.#inFlight[share] -= 1;
    if (outcome.kind === "late" || outcome.kind === "ended") return outcome;
    this.#unanswered.delete(flight);
    this.#answered ||= outcome.kind !== "too-large";
    cutOff.cleared(about.what);
    return outcome;
  }

  /** A segment that is refused for good is halved until the event that it is refused for stands alone. */
  #divide(range: Range): void {
    if (range.from === range.to) {
      this.#ports.skipped.add(range);
      return;
    }
    const middle = Math.floor((range.from + range.to) / 2);
    this.#pieces.push({ from: range.from, to: middle }, { from: middle + 1, to: range.to });
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
    for (const range of this.#deferred.splice(0)) this.#lanes.giveBack(range);
    if (board.held === 0 || !gates.isOpen(topics.state, clock.monotonic())) return;
    gates.enter(topics.state);
    board.release();
  }
}

interface Message {
  readonly topic: string;
  readonly payload: string;
  /** Length of the events in it. */
  readonly bytes: number;
}

type Share = "prompt" | "backlog";

function rangeOf(first: StoredEvent, last: StoredEvent): Range {
  return { from: first.position, to: last.position };
}
