import type { MqttClient, Packet, UniqueMessageIdProvider } from "mqtt";
import type { Clock } from "../base/clock.ts";
import { compose } from "../model/messages/text.ts";
import { limitWords } from "../model/messages/units.ts";
import { uplinkTexts } from "../model/messages/uplink.ts";
import type { OutgoingPublish, PublishOutcome, UplinkEnd, UplinkSession } from "../model/uplink.ts";
import type { Protocol } from "./mqtt-protocol.ts";
import { encodePublish } from "./mqtt-publish.ts";
import { reasonWords } from "./mqtt-words.ts";

/** Longest farewell: DISCONNECT, close. */
const LEAVE_WITHIN_MS = 1_000;
/** Publishes that may wait for a place in the window; whoever sends more than that does not look at `window`. */
const WAITING_LIMIT = 1_000;
/** From here on a PUBACK reason code is an error (MQTT 5, section 2.4). */
const FIRST_ERROR = 0x80;
const RECEIVE_MAXIMUM_EXCEEDED = 0x93;

const TOOK_LEAVE: UplinkEnd = { reason: uplinkTexts.tookLeave };

export interface SessionFacts {
  readonly protocol: Protocol;
  readonly window: number;
  readonly maximumBytes: number;
  readonly publishTimeout: number;
  readonly refusedSubscriptions: readonly string[];
  /** Packet ids, shared with mqtt.js. */
  readonly ids: UniqueMessageIdProvider;
}

interface Pending {
  readonly settle: (outcome: PublishOutcome) => void;
  readonly deadline: number;
}

interface Waiting {
  readonly message: OutgoingPublish;
  readonly settle: (outcome: PublishOutcome) => void;
}

/**
 * A connection after its CONNACK. mqtt.js keeps it alive and takes what comes in; publishes are written and followed
 * here. Its own way hides the reason code of a PUBACK (0x10), may never call back for a publish in flight at a
 * disconnect, and copies every payload.
 */
export class MqttSession implements UplinkSession {
  readonly protocol: Protocol;
  readonly window: number;
  readonly maximumBytes: number;
  readonly refusedSubscriptions: readonly string[];
  readonly ended: Promise<UplinkEnd>;

  readonly #client: MqttClient;
  readonly #clock: Clock;
  readonly #publishTimeout: number;
  readonly #ids: UniqueMessageIdProvider;
  /** Oldest first. */
  readonly #pending = new Map<number, Pending>();
  #waiting: Waiting[] = [];
  #over = false;
  #leaving = false;
  #finish: (end: UplinkEnd) => void = () => undefined;
  #cancelTimer: (() => void) | undefined;

  /** `over` settles when the connection has ended; the session ends with it. */
  constructor(client: MqttClient, clock: Clock, facts: SessionFacts, over: Promise<UplinkEnd>) {
    this.#client = client;
    this.#clock = clock;
    this.protocol = facts.protocol;
    this.window = facts.window;
    this.maximumBytes = facts.maximumBytes;
    this.refusedSubscriptions = facts.refusedSubscriptions;
    this.#publishTimeout = facts.publishTimeout;
    this.#ids = facts.ids;
    this.ended = new Promise((resolve) => {
      this.#finish = resolve;
    });
    client.on("packetreceive", this.#onPacket);
    over.then((end) => this.#end(end));
  }

  publish(message: OutgoingPublish): Promise<PublishOutcome> {
    if (this.#over || this.#leaving) return Promise.resolve({ kind: "ended" });
    const bytes = Buffer.byteLength(message.topic) + Buffer.byteLength(message.payload);
    if (bytes > this.maximumBytes) return Promise.resolve({ kind: "too-large", limit: this.maximumBytes });
    if (this.#waiting.length >= WAITING_LIMIT) {
      return Promise.resolve({
        kind: "refused",
        reasonCode: RECEIVE_MAXIMUM_EXCEEDED,
        reason: `${WAITING_LIMIT} publishes wait for the window already`,
      });
    }
    return new Promise((settle) => {
      if (this.#pending.size < this.window) this.#send(message, settle);
      else this.#waiting.push({ message, settle });
    });
  }

  async end(): Promise<void> {
    if (this.#over || this.#leaving) return;
    this.#leaving = true;
    for (const waiting of this.#waiting) waiting.settle({ kind: "ended" });
    this.#waiting = [];
    const left = new AbortController();
    this.#client.end(false, () => left.abort());
    await Promise.race([this.#clock.sleep(LEAVE_WITHIN_MS, left.signal), this.ended]);
    left.abort();
    this.#end(TOOK_LEAVE);
  }

  #send(message: OutgoingPublish, settle: (outcome: PublishOutcome) => void): void {
    const id = this.#ids.allocate();
    this.#batchWrites();
    this.#client.stream.write(encodePublish(message, id, this.protocol));
    this.#pending.set(id, { settle, deadline: this.#clock.monotonic() + this.#publishTimeout });
    if (!this.#cancelTimer) this.#watchOldest();
  }

  /** What is published in one turn goes out in one write. */
  #batchWrites(): void {
    const { stream } = this.#client;
    if (stream.writableCorked > 0) return;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }

  readonly #onPacket = (packet: Packet): void => {
    if (packet.cmd !== "puback" || packet.messageId === undefined) return;
    const pending = this.#pending.get(packet.messageId);
    if (!pending) return;
    this.#pending.delete(packet.messageId);
    this.#ids.deallocate(packet.messageId);
    const reasonCode = packet.reasonCode ?? 0;
    if (reasonCode < FIRST_ERROR) pending.settle({ kind: "acknowledged", reasonCode });
    else pending.settle({ kind: "refused", reasonCode, reason: reasonWords(reasonCode) });
    const next = this.#waiting.shift();
    if (next) this.#send(next.message, next.settle);
  };

  /** One timer for all: publishes become late in the order they were sent. */
  #watchOldest(): void {
    const [oldest] = this.#pending.values();
    if (!oldest) return;
    this.#cancelTimer = this.#clock.after(oldest.deadline - this.#clock.monotonic(), () => {
      this.#cancelTimer = undefined;
      const late = this.#pending.entries().next().value;
      if (late && late[1].deadline <= this.#clock.monotonic()) {
        this.#pending.delete(late[0]);
        late[1].settle({ kind: "late" });
        this.#end({ reason: compose(uplinkTexts.noPuback, { time: limitWords(this.#publishTimeout) }) });
      } else this.#watchOldest();
    });
  }

  #end(end: UplinkEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelTimer?.();
    this.#client.off("packetreceive", this.#onPacket);
    this.#client.stream.destroy();
    for (const pending of this.#pending.values()) pending.settle({ kind: "ended" });
    for (const waiting of this.#waiting) waiting.settle({ kind: "ended" });
    this.#pending.clear();
    this.#waiting = [];
    this.#finish(this.#leaving ? TOOK_LEAVE : end);
  }
}
