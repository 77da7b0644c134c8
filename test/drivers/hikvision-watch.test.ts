import { expect, test } from "vitest";
import { halfOpen } from "../fakes/behaviours.ts";
import { eventually } from "../fakes/eventually.ts";
import type { IsapiDevice } from "../fakes/isapi-device.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { TestClock } from "../fakes/test-clock.ts";
import { camera, recorder } from "./hikvision-answers.ts";
import { never, openHikvision, simulated, type Watching, watching } from "./hikvision-open.ts";

const MINUTE = 60_000;

/** Something behind which everything that was sent before has arrived. */
async function flush(device: IsapiDevice, channel: Watching, topic = "nicbroken"): Promise<void> {
  const before = channel.told().filter((line) => line.startsWith(topic)).length;
  device.alerts.tell("vmd-active.xml", (text) => text.replaceAll("VMD", topic));
  await eventually(
    "what was sent last",
    () => channel.told().filter((line) => line.startsWith(topic)).length > before,
  );
}

const of = (channel: number) => (text: string) => text.replace("<channelID>1<", `<channelID>${channel}<`);
const ended = (text: string) => text.replace(">active<", ">inactive<");

test("motion is told as the device repeats it, and its end where the device tells one", async () => {
  const device = await simulated();
  const channel = await watching(device, openHikvision(device));
  for (const edit of [undefined, undefined, ended, ended]) device.alerts.tell("vmd-active.xml", edit);
  await flush(device, channel);
  expect(channel.told()).toEqual(["VMD 1 true", "VMD 1 true", "VMD 1 false", "nicbroken  true"]);
});

test("motion of which the end is never told is told while it lasts, and nothing is made up", async () => {
  const device = await simulated();
  const channel = await watching(device, openHikvision(device));
  for (let second = 0; second < 5; second++) device.alerts.tell("vmd-active.xml");
  await flush(device, channel);
  expect(channel.told().slice(0, -1)).toEqual(Array.from({ length: 5 }, () => "VMD 1 true"));
});

test("heartbeats show life and are no event", async () => {
  const device = await simulated({ heartbeatMs: 10 });
  const channel = await watching(device, openHikvision(device));
  await eventually("life is shown again a second later", () => channel.count("alive") >= 2);
  expect(channel.count("alive")).toBe(2);
  expect(channel.count("signal")).toBe(0);
});

test("each channel of a recorder is told its own, by channelID, dynChannelID and the numbers behind 32", async () => {
  const device = await simulated({ device: recorder });
  const gate = new OpenGate();
  const [second, ninth] = [2, 9].map((channel) => openHikvision(device, { gate, config: { channel } }));
  if (!second || !ninth) throw new Error("two sessions");
  const channel = await watching(device, second);
  const concerns = (session: typeof second) =>
    channel.heard.flatMap((news) =>
      news.kind === "signal" && session.events?.concerns(news.signal)
        ? [`${news.signal.topic} ${news.signal.source}`]
        : [],
    );
  device.alerts.tell("vmd-active.xml", of(2));
  device.alerts.tell("vmd-dyn-channel.xml");
  device.alerts.tell("psia-without-zone.xml");
  device.alerts.tell("vmd-active.xml", of(1));
  await flush(device, channel, "diskerror");
  expect(concerns(second)).toEqual(["VMD 2", "fielddetection 34", "diskerror "]);
  expect(concerns(ninth)).toEqual(["VMD 9", "diskerror "]);
});

test("every channel of a recorder is told by one source", async () => {
  const device = await simulated({ device: recorder });
  const gate = new OpenGate();
  const sources = [1, 2, 16].map(
    (channel) => openHikvision(device, { gate, config: { channel } }).events?.source,
  );
  expect(new Set(sources).size).toBe(1);
  expect(openHikvision(device, { gate, config: { events: false } }).events).toBeUndefined();
});

test.each([
  ["a boundary in the body that is not the head's", { bodyBoundary: "--somethingElse" }],
  ["no heartbeat", { heartbeatMs: 0 }],
])("%s changes nothing", async (_, options) => {
  const device = await simulated(options);
  const channel = await watching(device, openHikvision(device));
  device.alerts.tell("vmd-active.xml");
  device.alerts.tell("vmd-empty-post-count.xml");
  device.alerts.tell("vmd.json");
  await flush(device, channel);
  expect(channel.told()).toEqual([...Array.from({ length: 3 }, () => "VMD 1 true"), "nicbroken  true"]);
});

test.each([["vmd-active.xml"], ["vmd.json"]])(
  "%s is told at once, though nothing follows it",
  async (alert) => {
    const device = await simulated({ heartbeatMs: 0 });
    const channel = await watching(device, openHikvision(device));
    device.alerts.tell(alert);
    await eventually("it is told", () => channel.told().length === 1);
  },
);

test("pictures among the alerts are left out, also one of nothing but delimiters", async () => {
  const device = await simulated();
  const channel = await watching(device, openHikvision(device));
  device.alerts.tell("vmd-active.xml");
  device.alerts.picture();
  device.alerts.raw("--boundary\r\nContent-Type: image/jpeg\r\n\r\n--boundary\r\n\r\n");
  device.alerts.tell("fielddetection-region.xml");
  await flush(device, channel);
  expect(channel.told()).toEqual(["VMD 1 true", "fielddetection 1 true", "nicbroken  true"]);
});

test("an alert that makes no sense spoils no other", async () => {
  const device = await simulated();
  const channel = await watching(device, openHikvision(device));
  for (const text of ["<EventNotificationAlert><eventType>VMD", "garbage", "<a/>", "{]"])
    device.alerts.tell(text);
  device.alerts.tell("vmd-active.xml");
  await flush(device, channel);
  expect(channel.told()).toEqual(["VMD 1 true", "nicbroken  true"]);
});

test("the next alert waits until what was told is durable", async () => {
  const device = await simulated();
  const commits: (() => void)[] = [];
  const stop = new AbortController();
  const { events } = openHikvision(device);
  const end = events?.source.watch(async ({ kind }) => {
    if (kind === "signal") await new Promise<void>((resolve) => commits.push(resolve));
  }, stop.signal);
  await eventually("the stream stands", () => device.stats().streams === 1);
  device.alerts.tell("vmd-active.xml");
  device.alerts.tell("vmd-active.xml");
  await eventually("the first is told", () => commits.length === 1);
  await openHikvision(device).probe(never);
  expect(commits).toHaveLength(1);
  commits[0]?.();
  await eventually("the second follows", () => commits.length === 2);
  stop.abort();
  commits[1]?.();
  await end;
  await eventually("the stream is given back", () => device.stats().streams === 0);
});

test("the stream holds no request slot", async () => {
  const device = await simulated();
  const gate = new OpenGate();
  await watching(device, openHikvision(device, { gate }));
  expect(gate.running).toBe(0);
});

test.each([
  [300, 11_000],
  [10_000, 41_000],
])(
  "a stream with a heartbeat every %i ms that goes quiet half-open is ended after its own measure",
  async (heartbeatMs, after) => {
    const clock = new TestClock();
    const device = await simulated({ heartbeatMs, clock });
    const channel = await watching(device, openHikvision(device, { clock }));
    for (let beat = 0; beat < 5; beat++) {
      const before = channel.count("alive");
      // Enough apart that each shows life.
      for (let ms = 0; ms < Math.max(heartbeatMs, 1_200); ms += heartbeatMs) await clock.advance(heartbeatMs);
      await eventually("the heartbeat is heard", () => channel.count("alive") > before);
    }
    device.alerts.hush();
    let ended = false;
    void channel.end.then(() => {
      ended = true;
    });
    await clock.advance(after - 2_000);
    expect(ended).toBe(false);
    await clock.advance(4_000);
    expect(await channel.end).toMatchObject({ fault: { cause: "events-silent" }, retry: "backoff" });
    await eventually("the connection is gone", () => device.stats().streams === 0);
  },
);

test("a device without heartbeat that is quiet for long is asked anew in silence, and is not lost", async () => {
  const clock = new TestClock();
  const device = await simulated({ heartbeatMs: 0, clock });
  const channel = await watching(device, openHikvision(device, { clock }));
  const streamed = () => device.stats().requests["Event/notification/alertStream"] ?? 0;
  const asked = streamed();
  await clock.advance(9 * MINUTE);
  expect(streamed()).toBe(asked);
  await clock.advance(2 * MINUTE);
  await eventually("a new stream stands", () => streamed() > asked && device.stats().streams === 1);
  expect(channel.heard).toEqual([{ kind: "open" }]);
  device.alerts.tell("vmd-active.xml");
  await eventually("what comes on it is told", () => channel.told().length === 1);
});

test("a stream that the device cuts is lost for now", async () => {
  const device = await simulated();
  const channel = await watching(device, openHikvision(device));
  device.alerts.endAll();
  expect(await channel.end).toMatchObject({ fault: { cause: "events-lost" }, retry: "backoff" });
});

test("a device without an event stream is asked again rarely", async () => {
  const bare = await simulated({ device: "camera-ds-2cd1023g0-v5.7.3-not-activated" });
  bare.answer("System/deviceInfo", camera);
  const end = await openHikvision(bare).events?.source.watch(async () => {}, never);
  expect(end).toMatchObject({ fault: { cause: "events-unsupported" }, retry: "rarely" });
});

test("a device that hangs is no reason to ask rarely, and a wrong password is", async () => {
  const hung = await simulated({ behaviours: [halfOpen()] });
  expect(await openHikvision(hung).events?.source.watch(async () => {}, never)).toMatchObject({
    fault: { cause: "events-lost" },
    retry: "backoff",
  });
  const device = await simulated();
  const login = { ...device.login, password: "wrong" };
  expect(await openHikvision(device, { login }).events?.source.watch(async () => {}, never)).toMatchObject({
    fault: { cause: "events-lost" },
    retry: "rarely",
  });
  expect(device.stats().loginsRefused).toBe(1);
});
