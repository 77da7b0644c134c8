import { connectAsync } from "mqtt";

/** A subscriber that does as little as it can with what arrives, so that it is not what is measured. */
export interface EventCounter extends AsyncDisposable {
  readonly events: number;
  /** By performance.now(); undefined while nothing came. */
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
}

const OPENING = Buffer.from('"specversion"');

/** Keeps its session while the broker is away, so that nothing is published to nobody. */
export async function countEvents(url: string, topic: string): Promise<EventCounter> {
  const client = await connectAsync(url, {
    protocolVersion: 5,
    clientId: "event-counter",
    clean: false,
    properties: { sessionExpiryInterval: 3_600 },
    reconnectPeriod: 20,
  });
  let events = 0;
  let firstAt: number | undefined;
  let lastAt: number | undefined;
  client.on("message", (arrived, payload) => {
    lastAt = performance.now();
    firstAt ??= lastAt;
    events += arrived.endsWith("/segment") ? eventsIn(payload) : 1;
  });
  await client.subscribeAsync(topic, { qos: 1 });
  return {
    get events() {
      return events;
    },
    get firstAt() {
      return firstAt;
    },
    get lastAt() {
      return lastAt;
    },
    async [Symbol.asyncDispose]() {
      await client.endAsync(true);
    },
  };
}

/** Events of a segment: every envelope in it but its own. */
function eventsIn(segment: Buffer): number {
  let found = -1;
  for (let at = segment.indexOf(OPENING); at !== -1; at = segment.indexOf(OPENING, at + OPENING.length))
    found += 1;
  return found;
}
