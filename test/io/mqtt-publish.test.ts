import { connectAsync } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../fakes/eventually.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { brokerConfig, sessionOf } from "../fakes/session-of.ts";

// Around every length at which the variable byte integer grows, and what a topic and payload may hold.
const sizes = [0, 1, 100, 127, 128, 16_370, 16_383, 16_384, 65_536, 2_097_151];
const payloads = [...sizes.map((size) => "x".repeat(size)), "ngõ 12, đường Trần Phú 🏍", "\u0000"];

test.each(["5", "3.1.1"] as const)(
  "what is published over MQTT %s arrives byte for byte",
  async (protocol) => {
    const broker = await startMosquitto();
    onTestFinished(() => broker[Symbol.asyncDispose]());
    const unit = await connectAsync(broker.url, { protocolVersion: 5 });
    onTestFinished(() => unit.endAsync(true));
    const received: { topic: string; payload: Buffer; expiry: number | undefined }[] = [];
    unit.on("message", (topic, payload, { properties }) => {
      received.push({ topic, payload, expiry: properties?.messageExpiryInterval });
    });
    await unit.subscribeAsync("#", { qos: 1 });
    const session = await sessionOf(brokerConfig({ url: broker.url, protocol }));
    onTestFinished(() => session.end());
    for (const [index, text] of payloads.entries()) {
      const payload = index % 2 === 0 ? text : new Uint8Array(Buffer.from(text));
      const outcome = await session.publish({
        topic: `xã/${index}`,
        payload,
        retain: false,
        expirySeconds: 1_000 + index,
      });
      expect(outcome).toEqual({ kind: "acknowledged", reasonCode: 0 });
    }
    await eventually("all arrive", () => received.length === payloads.length);
    for (const [index, { topic, payload, expiry }] of received.entries()) {
      expect(topic).toBe(`xã/${index}`);
      expect(payload.equals(Buffer.from(payloads[index] ?? ""))).toBe(true);
      if (protocol === "5") expect(expiry).toBeGreaterThan(990 + index);
    }
  },
);

test("a retained message is kept by the broker, and taken away by an empty one", async () => {
  const broker = await startMosquitto();
  onTestFinished(() => broker[Symbol.asyncDispose]());
  const session = await sessionOf(brokerConfig({ url: broker.url }));
  onTestFinished(() => session.end());
  const retained = async () => {
    const unit = await connectAsync(broker.url);
    const seen: string[] = [];
    unit.on("message", (topic, payload) => seen.push(`${topic} ${payload}`));
    await unit.subscribeAsync("#", { qos: 1 });
    await unit.publishAsync("end", "", { qos: 1 });
    await eventually("the end", () => seen.includes("end "));
    await unit.endAsync(true);
    return seen;
  };
  await session.publish({ topic: "kept", payload: "1", retain: true });
  await session.publish({ topic: "passing", payload: "1", retain: false });
  expect(await retained()).toEqual(["kept 1", "end "]);
  await session.publish({ topic: "kept", payload: "", retain: true });
  expect(await retained()).toEqual(["end "]);
});
