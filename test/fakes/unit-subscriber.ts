import { connectAsync, type MqttClient } from "mqtt";
import { resultSchema } from "../../agent/model/command.ts";
import { type Event, eventSchema, segmentSchema } from "../../agent/model/event.ts";
import { parseTopic } from "../../agent/model/topics.ts";
import {
  cameraSchema,
  healthSchema,
  infoSchema,
  type SiteState,
  stateSchema,
} from "../../agent/model/wire.ts";

export interface ReceivedEvent {
  readonly event: Event;
  /** As a PUBLISH of its own, or within a segment. */
  readonly lane: "fresh" | "backlog";
}

/** The monitoring unit: records what arrives, and refuses to accept anything that is not of the contract. */
export interface UnitSubscriber extends AsyncDisposable {
  /** In order of arrival, repeats left out. */
  readonly events: readonly ReceivedEvent[];
  /** Events that arrived more than once, by count. */
  readonly repeats: number;
  /** Segments that arrived. */
  readonly segments: number;
  /** Every `state` that arrived, retained ones too. */
  readonly states: readonly SiteState[];
  /** Latest retained payload by topic; a topic whose retained message was removed is absent. */
  readonly retained: ReadonlyMap<string, unknown>;
  /** What broke the contract, in words; must stay empty. */
  readonly violations: readonly string[];
  readonly client: MqttClient;
}

export interface SubscriberOptions {
  readonly url: string;
  /** A client id of its own keeps the session over the broker's restarts and its own absence. */
  readonly clientId?: string;
  readonly protocolVersion?: 4 | 5;
  readonly topics?: readonly string[];
}

const stateSchemas = {
  state: stateSchema,
  info: infoSchema,
  health: healthSchema,
  camera: cameraSchema,
  result: resultSchema,
} as const;

export async function subscribeAsUnit({
  url,
  clientId,
  protocolVersion = 5,
  topics = ["cam/v1/#"],
}: SubscriberOptions): Promise<UnitSubscriber> {
  const events: ReceivedEvent[] = [];
  const seen = new Set<string>();
  const states: SiteState[] = [];
  const retained = new Map<string, unknown>();
  const violations: string[] = [];
  let repeats = 0;
  let segments = 0;

  const take = (event: Event, lane: ReceivedEvent["lane"]) => {
    const id = `${event.source} ${event.epoch} ${event.sequence}`;
    if (seen.has(id)) {
      repeats += 1;
      return;
    }
    seen.add(id);
    events.push({ event, lane });
  };
  const receive = (topic: string, payload: Buffer) => {
    const parsed = parseTopic(topic);
    if (!parsed) throw new Error("not a topic of the contract");
    const [area = "", kind = ""] = parsed.rest;
    if (area === "cmd") return;
    if (area === "event" && kind === "segment") {
      const segment = segmentSchema.parse(JSON.parse(payload.toString()));
      segments += 1;
      for (const event of segment.data.events) take(event, "backlog");
      return;
    }
    if (area === "event") {
      const event = eventSchema.parse(JSON.parse(payload.toString()));
      if (event.type !== `vn.camera.${kind}.v1`) throw new Error(`type ${event.type}`);
      take(event, "fresh");
      return;
    }
    if (payload.length === 0) {
      retained.delete(topic);
      return;
    }
    const schema = stateSchemas[area as keyof typeof stateSchemas];
    if (!schema) throw new Error(`no schema for ${area}`);
    const state = schema.parse(JSON.parse(payload.toString()));
    retained.set(topic, state);
    if (area === "state") states.push(state as SiteState);
  };

  const client = await connectAsync(url, {
    protocolVersion,
    reconnectPeriod: 50,
    ...(clientId ? { clientId, clean: false } : {}),
    ...(clientId && protocolVersion === 5 ? { properties: { sessionExpiryInterval: 3_600 } } : {}),
  });
  client.on("message", (topic, payload) => {
    try {
      receive(topic, payload);
    } catch (error) {
      violations.push(`${topic}: ${(error as Error).message}`);
    }
  });
  await client.subscribeAsync([...topics], { qos: 1 });
  return {
    events,
    states,
    retained,
    violations,
    client,
    get repeats() {
      return repeats;
    },
    get segments() {
      return segments;
    },
    async [Symbol.asyncDispose]() {
      await client.endAsync(true);
    },
  };
}
