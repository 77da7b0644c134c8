import { randomUUID } from "node:crypto";
import { RangeSet } from "../../agent/core/ranges.ts";
import { resultSchema } from "../../agent/model/command.ts";
import type { Range } from "../../agent/model/journal.ts";
import { type SiteAddress, siteTopics } from "../../agent/model/topics.ts";
import { type Officer, order } from "./officer.ts";
import { type SubscriberOptions, subscribeAsUnit, type UnitSubscriber } from "./unit-subscriber.ts";

/** A monitoring unit that stores what it receives and says so by signed receipts. What it was told is gone it does not wait for. */
export interface ReceiptingUnit extends AsyncDisposable {
  /** What it has stored; never forgotten. */
  readonly unit: UnitSubscriber;
  /** Epoch → seq up to which it has stored all. */
  stored(): ReadonlyMap<string, number>;
  /** Sends a signed command; gives its request. */
  command(name: string, given: unknown): Promise<string>;
  /** The answer to a request, once it is there. */
  answer(request: string): ReturnType<typeof resultSchema.parse> | undefined;
  /** Leaves the broker, which keeps its session and queues for it. */
  leave(): Promise<void>;
  comeBack(): Promise<void>;
}

export interface ReceiptingUnitOptions extends SubscriberOptions {
  readonly at: SiteAddress;
  /** Whose key is among the site's `unit.commandKeys`. */
  readonly officer: Officer;
  /** Pause between two receipts, milliseconds. */
  readonly every?: number;
}

/** Receipts that are sent although nothing has changed: one in so many. */
const REPEAT = 5;
/** How long a command is good for: short, as the site remembers each until then. Milliseconds. */
const LIFE_MS = 30_000;

export async function startReceiptingUnit({
  at,
  officer,
  every = 200,
  clientId = "unit",
  ...options
}: ReceiptingUnitOptions): Promise<ReceiptingUnit> {
  const topics = siteTopics(at);
  const unit = await subscribeAsUnit({ ...options, clientId });
  const { client } = unit;
  // A broker that was wiped knows of no subscription.
  client.on("connect", () => client.subscribe([...(options.topics ?? ["cam/v1/#"])], { qos: 1 }));
  const stored = new Map<string, number>();
  const known = new Map<string, RangeSet>();
  const note = (epoch: string, range: Range) => {
    const seqs = known.get(epoch) ?? new RangeSet();
    known.set(epoch, seqs);
    seqs.add(range);
    stored.set(epoch, (seqs.complement(1, Number.MAX_SAFE_INTEGER)[0]?.from ?? 1) - 1);
  };
  let read = 0;
  const store = () => {
    for (const { event } of unit.events.slice(read)) {
      note(event.epoch, { from: Number(event.sequence), to: Number(event.sequence) });
      if (event.type === "vn.camera.gap.v1")
        for (const range of event.data.ranges) note(event.data.epoch, range);
    }
    read = unit.events.length;
    return stored;
  };
  const command = async (name: string, given: unknown) => {
    const request = randomUUID();
    const signed = officer.sign({ ...at, command: name, request }, order(Date.now(), given, LIFE_MS));
    await client.publishAsync(`${topics.prefix}/cmd/${name}/${request}`, JSON.stringify(signed), { qos: 1 });
    return request;
  };
  const sent = new Map<string, number>();
  let tick = 0;
  const timer = setInterval(() => {
    tick += 1;
    if (!client.connected) return;
    for (const [epoch, upTo] of store()) {
      if (upTo === 0 || (sent.get(epoch) === upTo && tick % REPEAT > 0)) continue;
      sent.set(epoch, upTo);
      command("receipt", { epoch, upTo }).catch(() => undefined);
    }
  }, every);
  return {
    unit,
    stored: store,
    command,
    answer(request) {
      const found = unit.retained.get(topics.result(request));
      return found === undefined ? undefined : resultSchema.parse(found);
    },
    leave: () => client.endAsync(),
    async comeBack() {
      const connected = new Promise((resolve) => client.once("connect", resolve));
      client.reconnect();
      await connected;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await unit[Symbol.asyncDispose]();
    },
  };
}
