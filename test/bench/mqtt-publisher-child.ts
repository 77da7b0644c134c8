import { connectAsync } from "mqtt";

/**
 * A process of its own that publishes `count` texts of `bytes` from memory, one a PUBLISH at QoS 1, with at most
 * `window` in flight: what mqtt.js itself can do.
 */
export interface PublisherOptions {
  readonly url: string;
  readonly topic: string;
  readonly count: number;
  readonly bytes: number;
  readonly window: number;
}

const { url, topic, count, bytes, window } = JSON.parse(process.argv[2] ?? "{}") as PublisherOptions;
const client = await connectAsync(url, { protocolVersion: 5 });
const payload = "x".repeat(bytes);
let sent = 0;
const worker = async () => {
  while (sent < count) {
    sent += 1;
    await client.publishAsync(topic, payload, { qos: 1 });
  }
};
await Promise.all(Array.from({ length: window }, worker));
await client.endAsync();
