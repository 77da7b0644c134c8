import type { Clock } from "../base/clock.ts";
import { sealSegment, segmentRoom } from "../core/envelope.ts";
import { Lanes } from "../core/lanes.ts";
import { judgeEvent } from "../core/puback.ts";
import type { TopicGates } from "../core/topic-gates.ts";
import { SEGMENT_EVENTS } from "../model/event-names.ts";
import type { DeadLetter, DeadLetterReason, Journal, Range, StoredEvent } from "../model/journal.ts";
import type { SiteTopics } from "../model/topics.ts";
import type { Flights, Share } from "./flights.ts";

export interface EventPorts {
  readonly journal: Pick<
    Journal,
    "head" | "read" | "undelivered" | "handOver" | "settle" | "deadLetters" | "giveUp"
  >;
  readonly topics: Pick<SiteTopics, "event">;
  readonly site: string;
  readonly gates: TopicGates;
  readonly clock: Clock;
  readonly flights: Flights;
  /** Largest message of events, topic and payload, bytes. */
  readonly maximumBytes: number;
  /** Largest sum of events in a segment, bytes. */
  readonly segmentBytes: number;
  /** An answer is dealt with: `refused` when its topic is closed for now, `over` when the session is. */
  readonly onAnswer: (what: "settled" | "refused" | "over") => void;
}

/** Bytes in flight, beyond which no more backlog is read: enough for 20 segments of 64 KB at any distance, and a bound where the window is wide. */
const BYTES_IN_FLIGHT = 2 * 1_024 * 1_024;

/** The events of one session: fresh ones each as a message, the backlog in segments. */
export class EventSender {
  readonly #ports: EventPorts;
  readonly #lanes: Lanes;
  readonly #segmentTopic: string;
  readonly #room: number;
  /** Halves of a segment that was refused as a whole. */
  #pieces: Range[] = [];
  /** Events too large for a segment, whose own topic is closed. */
  #deferred: Range[] = [];

  constructor(ports: EventPorts) {
    this.#ports = ports;
    const { journal, topics, site, maximumBytes, segmentBytes } = ports;
    const skipped = journal.deadLetters().filter((letter) => !this.#fitsNow(letter));
    this.#lanes = new Lanes(journal.undelivered(), journal.head(), skipped);
    this.#segmentTopic = topics.event("segment");
    const room = segmentRoom(site, maximumBytes - Buffer.byteLength(this.#segmentTopic));
    this.#room = Math.min(room, segmentBytes);
  }

  /** Whether the broker takes larger messages than when these were given up. */
  #fitsNow({ from, reason }: DeadLetter): boolean {
    const { journal, topics, maximumBytes } = this.#ports;
    if (reason !== "too-large") return false;
    const [event] = journal.read({ from, to: from }, 1, Number.POSITIVE_INFINITY);
    return event !== undefined && Buffer.byteLength(topics.event(event.kind)) + event.bytes <= maximumBytes;
  }

  get freshWaiting(): number {
    return this.#lanes.freshWaiting;
  }

  /** Events that wait, whether or not they may be sent now. */
  get waiting(): boolean {
    return this.#lanes.freshWaiting + this.#lanes.backlogWaiting + this.#pieces.length > 0;
  }

  get mayReadBacklog(): boolean {
    const { gates, clock, flights } = this.#ports;
    if (this.#pieces.length === 0 && this.#lanes.backlogWaiting === 0) return false;
    return flights.bytes < BYTES_IN_FLIGHT && gates.isOpen(this.#segmentTopic, clock.monotonic());
  }

  accepted(): void {
    this.#lanes.accepted(this.#ports.journal.head());
  }

  /** These need no sending any more. */
  leaveOut(ranges: readonly Range[]): void {
    for (const range of ranges) this.#lanes.leaveOut(range);
  }

  askAgain(range: Range): void {
    this.#lanes.askAgain(range);
  }

  /** Tries again what waited for its topic. */
  retry(): void {
    for (const range of this.#deferred.splice(0)) this.#lanes.giveBack(range);
  }

  sendFresh(): void {
    const { journal, topics, gates, clock } = this.#ports;
    const position = this.#lanes.takeFresh();
    if (position === undefined) return;
    const range = { from: position, to: position };
    const [event] = journal.read(range, 1, Number.POSITIVE_INFINITY);
    if (!event) {
      this.#lanes.finish(range);
      return;
    }
    const topic = topics.event(event.kind);
    if (gates.isOpen(topic, clock.monotonic())) this.#send("prompt", alone(topic, event), range);
    else this.#lanes.giveBack(range);
  }

  sendBacklog(): void {
    const { journal, topics, site } = this.#ports;
    const range = this.#pieces.shift() ?? this.#lanes.takeBacklog(SEGMENT_EVENTS);
    if (!range) return;
    const events = journal.read(range, SEGMENT_EVENTS, this.#room);
    const first = events[0];
    const last = events.at(-1);
    if (!first || !last) {
      this.#lanes.finish(range);
      return;
    }
    if (first.position > range.from) this.#lanes.finish({ from: range.from, to: first.position - 1 });
    if (last.position < range.to) this.#lanes.giveBack({ from: last.position + 1, to: range.to });
    const sent = { from: first.position, to: last.position };
    if (first === last && first.bytes > this.#room)
      this.#send("backlog", alone(topics.event(first.kind), first), sent);
    else {
      const bytes = events.reduce((sum, event) => sum + event.bytes, 0);
      this.#send("backlog", { topic: this.#segmentTopic, payload: sealSegment(site, events), bytes }, sent);
    }
  }

  async #send(share: Share, message: Message, range: Range): Promise<void> {
    const { clock, gates, flights, onAnswer } = this.#ports;
    const { topic, payload, bytes } = message;
    gates.enter(topic);
    this.#ports.journal.handOver(range);
    const outcome = await flights.publish(share, { topic, payload, retain: false }, { what: range, bytes });
    const verdict = judgeEvent(outcome);
    switch (verdict.kind) {
      case "delivered":
        for (const part of this.#lanes.finish(range)) this.#ports.journal.settle(part);
        gates.accepted(topic);
        return onAnswer("settled");
      case "refused":
        gates.refused({ topic, reasonCode: verdict.reasonCode, reason: verdict.reason }, clock.monotonic());
        // Kept, to travel with the backlog; while its topic is closed nothing else is tried on it.
        if (topic === this.#segmentTopic || bytes <= this.#room) this.#lanes.giveBack(range);
        else this.#deferred.push(range);
        return onAnswer("refused");
      case "poison":
        gates.accepted(topic);
        this.#divide(range, verdict.why);
        return onAnswer("settled");
      case "over":
        return onAnswer("over");
    }
  }

  /** A segment that is refused for good is halved until the event that it is refused for stands alone. */
  #divide(range: Range, reason: DeadLetterReason): void {
    if (range.from === range.to) {
      for (const part of this.#lanes.finish(range)) this.#ports.journal.giveUp({ ...part, reason });
      return;
    }
    const middle = Math.floor((range.from + range.to) / 2);
    this.#pieces.push({ from: range.from, to: middle }, { from: middle + 1, to: range.to });
  }
}

interface Message {
  readonly topic: string;
  readonly payload: string;
  /** Length of the events in it. */
  readonly bytes: number;
}

function alone(topic: string, event: StoredEvent): Message {
  return { topic, payload: event.body, bytes: event.bytes };
}
