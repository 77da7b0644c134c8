import { expect, onTestFinished, test } from "vitest";
import type { IncomingMessage } from "../../agent/model/uplink.ts";
import { eventually } from "../fakes/eventually.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { brokerConfig, request, sessionOf } from "../fakes/session-of.ts";
import { TestClock } from "../fakes/test-clock.ts";

async function mosquitto() {
  const broker = await startMosquitto();
  onTestFinished(() => broker[Symbol.asyncDispose]());
  return broker;
}

const message = (topic: string, payload: string) => ({ topic, payload, retain: false });

test.each(["5", "3.1.1"])(
  "retained messages that are wanted at first come once, and own ones do not come back afterwards (MQTT %s)",
  async (protocol) => {
    const { url } = await mosquitto();
    const before = await sessionOf(brokerConfig({ url, protocol }));
    for (const name of ["a", "b"])
      await before.publish({ ...message(`first/${name}`, "left"), retain: true });
    await before.end();
    const seen: string[] = [];
    const clock = new TestClock();
    const onMessage = ({ topic: from, payload, retain }: IncomingMessage) =>
      seen.push(`${from} ${Buffer.from(payload)}${retain ? " retained" : ""}`);
    const asked = { ...request, subscribe: ["lasting/+"], subscribeAtFirst: ["first/+"], onMessage };
    const session = await sessionOf(brokerConfig({ url, protocol }), asked, { clock });
    onTestFinished(() => session.end());
    await eventually("both", () => seen.length === 2);
    expect(seen.sort()).toEqual(["first/a left retained", "first/b left retained"]);
    await clock.advance(10_000);
    // Packets are taken in order, so what follows the UNSUBSCRIBE is published without that subscription.
    await session.publish(message("first/a", "own"));
    await session.publish(message("lasting/a", "own"));
    await eventually("what lasts", () => seen.length > 2);
    expect(seen.slice(2)).toEqual(["lasting/a own"]);
    await session.end();
    expect(clock.waiting).toBe(0);
  },
);

test("a session that ends before keeps no timer for its first subscriptions", async () => {
  const { url } = await mosquitto();
  const clock = new TestClock();
  const asked = { ...request, subscribeAtFirst: ["first/+"] };
  const session = await sessionOf(brokerConfig({ url }), asked, { clock });
  expect(clock.waiting).toBe(1);
  await session.end();
  await eventually("no timer", () => clock.waiting === 0);
});
