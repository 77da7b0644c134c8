import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { RequestGate } from "../../agent/run/host-gate.ts";
import {
  answers,
  exhausted,
  httpAnswer,
  lineFeeds,
  muteStream,
  picturesBetween,
} from "../fakes/dahua-behaviours.ts";
import { eventually } from "../fakes/eventually.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { TestClock } from "../fakes/test-clock.ts";
import { dahua, openDahua, watchDahua } from "./dahua-open.ts";
import { impatient, listener } from "./onvif-open.ts";

const patient = { ...impatient, requestTimeout: 30_000 };
const PICTURE = readFileSync(new URL("../fixtures/video/snapshot-320x180.jpg", import.meta.url));

const quirks = [
  "quirk-boundary-with-space",
  "quirk-other-boundary",
  "quirk-status-inside",
  "quirk-no-blank-line",
  "quirk-no-length",
  "quirk-length-too-large",
  "quirk-length-too-small",
  "quirk-no-content-type",
];

const PERSON = `Code=CrossRegionDetection;action=Start;index=0;data={
   "Class" : "Normal",
   "Name" : "a;b=c",
   "Object" : {
      "BoundingBox" : [ 1, 2 ],
      "ObjectType" : "Human"
   },
   "RealUTC" : 1795482000,
   "UTC" : 1795507200
}`;

test.each(["", ...quirks])(
  "events come at once and whole, whatever the stream is like (%s)",
  async (quirk) => {
    const device = await dahua({ transcripts: quirk === "" ? [] : [quirk] });
    const channel = await watchDahua(device);
    device.motion(true);
    await eventually("the event is there before any other part", () => channel.signals().length === 1);
    device.say(PERSON);
    device.say("Heartbeat");
    device.motion(false);
    await eventually("all are there", () => channel.signals().length === 3);
    expect(channel.signals()).toEqual([
      "VideoMotion 0 true",
      "CrossRegionDetection 0 true",
      "VideoMotion 0 false",
    ]);
  },
);

test.each([
  ["line feeds alone", lineFeeds()],
  ["pictures between", picturesBetween(PICTURE)],
] as const)("a stream with %s brings the same events", async (_, behaviour) => {
  const device = await dahua({ behaviours: [behaviour] });
  const channel = await watchDahua(device);
  device.motion(true);
  device.say(PERSON);
  device.motion(false);
  await eventually("all are there", () => channel.signals().length === 3);
});

test("an event tells its code, channel, time and fields, and its data is cut at no sign", async () => {
  const device = await dahua();
  const channel = await watchDahua(device);
  device.say(PERSON);
  const news = await eventually("the event", () => channel.heard.find(({ kind }) => kind === "signal"));
  expect(news).toEqual({
    kind: "signal",
    signal: {
      kind: "motion",
      topic: "CrossRegionDetection",
      source: "0",
      channels: ["0"],
      cameraTime: "2026-11-24T01:00:00.000Z",
      value: { active: true, initial: false },
      data: {
        "Object.ObjectType": "Human",
        Class: "Normal",
        Name: "a;b=c",
        RealUTC: "1795482000",
        UTC: "1795507200",
      },
    },
  });
});

test("of a recorder's channels each hears its own, from one stream and one login", async () => {
  const device = await dahua({ transcripts: ["nvr4108-4.001"], channels: 8 });
  const gate = new OpenGate();
  const sessions = [1, 2, 3].map((channel) => openDahua(device, { gate, config: { channel } }));
  const [first, second, third] = sessions.map(({ events }) => events);
  expect(second?.source).toBe(first?.source);
  expect(third?.source).toBe(first?.source);
  const channel = await watchDahua(device, { gate });
  device.motion(true, 2);
  device.say("Code=VideoMotion;action=Start");
  device.say("Code=StorageFailure;action=Start;index=1");
  await eventually("all are there", () => channel.signals().length === 3);
  const concerned = channel.heard.flatMap((news) =>
    news.kind === "signal" ? [[first, second, third].map((events) => events?.concerns(news.signal))] : [],
  );
  // Its own; one that names no channel; one of the whole device, whose index is a disk's.
  expect(concerned).toEqual([
    [false, true, false],
    [true, true, true],
    [true, true, true],
  ]);
  expect(device.streams).toBe(1);
});

test("an index makes no difference where the device has one channel", async () => {
  const device = await dahua();
  const gate = new OpenGate();
  const session = openDahua(device, { gate });
  await session.probe(new AbortController().signal);
  const channel = await watchDahua(device, { gate });
  device.say("Code=VideoMotion;action=Start;index=4");
  const news = await eventually("the event", () => channel.heard.find(({ kind }) => kind === "signal"));
  expect(news.kind === "signal" && session.events?.concerns(news.signal)).toBe(true);
});

test("a heartbeat is life, and an open stream holds no request slot", async () => {
  const device = await dahua({ heartbeatMs: 20 });
  const gate = new OpenGate();
  const channel = await watchDahua(device, { gate });
  await eventually("it is alive", () => channel.heard.some(({ kind }) => kind === "alive"));
  expect(gate.running).toBe(0);
  await channel.stop();
  await eventually("no stream stays", () => device.sockets === 0);
});

/** A watch on a clock of its own; the device beats every five seconds of it. */
async function beating(heartbeatMs: number | undefined) {
  const clock = new TestClock();
  const device = await dahua({ clock, ...(heartbeatMs !== undefined && { heartbeatMs }) });
  const channel = await watchDahua(device, { clock, health: patient });
  return { clock, device, channel };
}

test("a stream whose heartbeat was learnt and stops is dead after a few of them", async () => {
  const { clock, device, channel } = await beating(5_000);
  const alive = () => channel.heard.filter(({ kind }) => kind === "alive").length;
  for (let beat = 1; beat <= 5; beat++) {
    await eventually("the beat arrived", () => alive() === beat);
    await clock.advance(5_000);
  }
  await device.behave(muteStream());
  await clock.advance(19_000);
  expect(await Promise.race([channel.end, "stands"])).toBe("stands");
  await clock.advance(6_000);
  const end = await channel.end;
  expect(end).toMatchObject({ fault: { cause: "events-silent" }, retry: "backoff" });
  expect(end.fault.evidence.en).toContain("eventManager.cgi for 20 s");
});

test("a stream without a heartbeat is asked anew after a quiet while, and nobody is told", async () => {
  const { clock, device, channel } = await beating(undefined);
  await clock.advance(590_000);
  expect(device.asked("eventManager.cgi.attach")).toBe(2);
  await clock.advance(20_000);
  await eventually("it is asked anew", () => device.asked("eventManager.cgi.attach") > 2);
  await eventually("the new stream stands alone", () => device.streams === 1);
  device.motion(true);
  await eventually("motion", () => channel.signals().length === 1);
  expect(channel.heard.filter(({ kind }) => kind === "open")).toHaveLength(1);
});

test("a device that closes the stream has lost it for now", async () => {
  const device = await dahua();
  const channel = await watchDahua(device);
  device.dropSubscriptions();
  expect(await channel.end).toMatchObject({ fault: { cause: "events-lost" }, retry: "backoff" });
});

async function endOf(behaviour: Parameters<typeof dahua>[0]) {
  const device = await dahua(behaviour);
  const { events } = openDahua(device);
  return events?.source.watch(listener().emit, new AbortController().signal);
}

test("a device without events is asked again rarely, and so is one with another password", async () => {
  const absent = answers("eventManager.cgi.attach", httpAnswer(400, "Error\r\nBad Request!\r\n"));
  expect(await endOf({ behaviours: [absent] })).toMatchObject({
    fault: { cause: "events-unsupported" },
    retry: "rarely",
  });
  expect(await endOf({ behaviours: [exhausted()] })).toMatchObject({
    fault: { cause: "events-lost" },
    retry: "rarely",
  });
});

test("a stream that is refused after a success waits for a free connection", async () => {
  const device = await dahua();
  const gate = new RequestGate(systemClock, () => impatient).of("gate-1");
  await openDahua(device, { gate }).probe(new AbortController().signal);
  await device.behave(exhausted());
  const { events } = openDahua(device, { gate });
  const end = await events?.source.watch(listener().emit, new AbortController().signal);
  expect(end).toMatchObject({ fault: { cause: "events-lost" }, retry: "backoff" });
});

test("a channel whose events are switched off in the configuration has none", async () => {
  const device = await dahua();
  expect(openDahua(device, { config: { events: false } }).events).toBeUndefined();
});
