import fc from "fast-check";
import { expect, test } from "vitest";
import { eventually } from "../fakes/eventually.ts";
import { type Mutation, mutation } from "../fakes/mangled-text.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { dahua, openDahua, watchDahua } from "./dahua-open.ts";
import { impatient } from "./onvif-open.ts";

const never = new AbortController().signal;

test("a device that mangles its answers is always done with, and no slot or connection stays", async () => {
  const device = await dahua({
    transcripts: ["nvr4108-4.001"],
    schemes: ["basic"],
    channels: false,
    recordings: [{ channel: 2, from: "2026-11-03 09:00:00", to: "2026-11-03 10:00:00" }],
  });
  let mutations: readonly Mutation[] = [];
  await device.behave({
    name: "mangles",
    onCgiAnswer: (_, answer) =>
      Buffer.from(
        mutations.reduce((text, mutate) => mutate(text), answer.toString("latin1")),
        "latin1",
      ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (chosen) => {
      mutations = chosen;
      const gate = new OpenGate();
      const session = openDahua(device, {
        gate,
        config: { channel: 2, rtspPort: 9 },
        health: { ...impatient, requestTimeout: 150 },
      });
      const { rungs } = await session.probe(never);
      expect(Object.keys(rungs).length).toBeGreaterThan(0);
      await session.storage(never);
      await session.recordings(never);
      await session.snapshot(never);
      expect(gate.running).toBe(0);
    }),
    { numRuns: 20 },
  );
  await eventually("no connection stays", () => device.sockets === 0);
});

test("whatever comes on the event stream, what follows it is heard", async () => {
  const device = await dahua();
  const channel = await watchDahua(device);
  let motions = 0;
  const heard = () => channel.signals().filter((each) => each === "VideoMotion 7 true").length;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }), async (garbage) => {
      for (const bytes of garbage) device.sayBytes(Buffer.from(bytes));
      device.sayBytes(Buffer.from("\r\n"));
      motions += 1;
      device.motion(true, 8);
      await eventually("the event", () => heard() === motions);
    }),
    { numRuns: 60 },
  );
  expect(device.streams).toBe(1);
});
