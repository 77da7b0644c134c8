import { expect, onTestFinished, test } from "vitest";
import { type Clock, systemClock } from "../../agent/base/clock.ts";
import type { CameraEvents, WatchEnd, WatchNews } from "../../agent/model/camera.ts";
import { configSchema } from "../../agent/model/config.ts";
import { fillLogin, hiding } from "../../drivers/protocol/login-in-address.ts";
import { motionOf } from "../../drivers/rtsp/motion-source.ts";
import { answerOf, cutsStreamAfter, describesButSendsNoRtp, halfOpen } from "../fakes/behaviours.ts";
import { type CameraOptions, createCamera, type SimulatedCamera } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { TestClock } from "../fakes/test-clock.ts";

interface Watch {
  readonly heard: WatchNews[];
  readonly end: Promise<WatchEnd>;
  readonly gate: OpenGate;
  stop(): Promise<WatchEnd>;
  count(kind: WatchNews["kind"]): number;
}

async function walking(options: CameraOptions = {}): Promise<SimulatedCamera> {
  const camera = await createCamera({ onvif: false, clip: "walk", ...options });
  onTestFinished(() => camera.close());
  return camera;
}

function eventsOf(
  camera: SimulatedCamera,
  clock: Clock,
  gate: OpenGate,
  url = camera.streamUri,
): CameraEvents {
  const health = configSchema.shape.health.parse(
    clock === systemClock ? { requestTimeout: "2s", streamTimeout: "500ms" } : { requestTimeout: "2m" },
  );
  const context = { clock, host: gate, health: () => health };
  return motionOf({ url, login: camera.login, context }, "medium");
}

function watch(events: CameraEvents, gate: OpenGate): Watch {
  const stop = new AbortController();
  const heard: WatchNews[] = [];
  const end = events.source.watch(async (news) => void heard.push(news), stop.signal);
  const channel = {
    heard,
    end,
    gate,
    count: (kind: WatchNews["kind"]) => heard.filter((news) => news.kind === kind).length,
    stop() {
      stop.abort();
      return end;
    },
  };
  onTestFinished(async () => void (await channel.stop()));
  return channel;
}

function watching(camera: SimulatedCamera, clock: Clock = systemClock): Watch {
  const gate = new OpenGate();
  return watch(eventsOf(camera, clock, gate), gate);
}

/** Lets the camera play so many seconds, ten at a time, while the watch keeps up. */
async function play(seconds: number, clock: TestClock, channel: Watch): Promise<void> {
  await eventually("the stream flows", async () => {
    await clock.advance(1);
    return channel.count("open");
  });
  for (let played = 0; played < seconds; played += 10) {
    const before = channel.count("alive");
    await clock.advance(10_000);
    await eventually("the watch keeps up", async () => {
      await clock.advance(10);
      return channel.count("alive") > before;
    });
  }
}

const signalsOf = ({ heard }: Watch) =>
  heard.flatMap((news) => (news.kind === "signal" ? [news.signal] : []));
const motionOfWatch = (channel: Watch) =>
  signalsOf(channel).map(({ value }) => value !== "pulse" && value.active);

test("what walks by once is one motion, told by what the stream's access units weigh", async () => {
  const clock = new TestClock();
  const camera = await walking({ clock });
  const channel = watching(camera, clock);
  // Past the session's minute, for which the camera must be told that its client lives; the next walk is at 72.
  await play(70, clock, channel);
  expect(channel.heard[0]).toEqual({ kind: "open" });
  expect(motionOfWatch(channel).slice(0, 2)).toEqual([true, false]);
  const [began] = signalsOf(channel);
  expect(began).toMatchObject({ kind: "motion", topic: "RTSP/AccessUnitSize", source: "" });
  expect(Number(began?.data.bytes)).toBeGreaterThan(1.4 * Number(began?.data.quietBytes));
});

test("what was learned of a camera outlives its stream", async () => {
  const clock = new TestClock();
  const camera = await walking({ clock, rtsp: { startAt: "anywhere" } });
  const gate = new OpenGate();
  const events = eventsOf(camera, clock, gate);
  const first = watch(events, gate);
  await play(60, clock, first);
  await first.stop();
  // The second session begins twelve seconds before the next walk; a camera that is new is learned for half a minute.
  const second = watch(events, gate);
  await play(30, clock, second);
  expect(motionOfWatch(second)).toEqual([true, false]);
});

test("a watch holds no request slot, and gives its session back when it is given up", async () => {
  const camera = await walking();
  const channel = watching(camera);
  await eventually("it stands", () => channel.count("open"));
  expect([channel.gate.running, camera.stats().rtspSessions]).toEqual([0, 1]);
  const { fault, retry } = await channel.stop();
  expect([fault.cause, retry]).toEqual(["events-lost", "backoff"]);
  await eventually("the camera is left alone", () => camera.stats().sockets.rtsp === 0);
  expect(camera.stats()).toMatchObject({ rtspSessions: 0, requests: { TEARDOWN: 1 } });
});

test("a watch that is given up before the camera answered ends at once", async () => {
  const camera = await walking({ behaviours: [halfOpen()] });
  const channel = watching(camera);
  await eventually("it is asked", () => camera.stats().sockets.rtsp);
  const { fault } = await channel.stop();
  expect([fault.cause, channel.heard]).toEqual(["events-lost", []]);
  await eventually("nothing is left open", () => camera.stats().sockets.rtsp === 0);
});

test("a stream that is cut ends the watch with why", async () => {
  const camera = await walking({ behaviours: [cutsStreamAfter(10)] });
  const { fault, retry } = await watching(camera).end;
  expect([fault.cause, retry]).toEqual(["events-lost", "backoff"]);
  expect(fault.evidence.en).toContain("closed");
});

test("a stream that stops while its connection stands ends the watch", async () => {
  const camera = await walking();
  const channel = watching(camera);
  await eventually("it stands", () => channel.count("open"));
  await camera.behave(describesButSendsNoRtp());
  const { fault, retry } = await channel.end;
  expect([fault.cause, fault.evidence.en, retry]).toEqual([
    "events-silent",
    "the stream stopped: no RTP packet for 500 ms",
    "backoff",
  ]);
});

test("a camera that plays nothing never opens", async () => {
  const camera = await walking({ behaviours: [describesButSendsNoRtp()] });
  const channel = watching(camera);
  const { fault } = await channel.end;
  expect([fault.cause, channel.heard]).toEqual(["events-lost", []]);
  expect(fault.evidence.en).toContain("no RTP packet within 500 ms");
});

test("a wrong password is tried once, and again rarely", async () => {
  const camera = await walking({ login: { username: "admin", password: "another" } });
  const gate = new OpenGate();
  const events = eventsOf(
    {
      ...camera,
      login: { username: "admin", password: "wrong" },
      streamUri: camera.streamUri,
    } as SimulatedCamera,
    systemClock,
    gate,
  );
  const { fault, retry } = await watch(events, gate).end;
  expect([fault.cause, retry, camera.stats().loginsRefused]).toEqual(["events-lost", "rarely", 1]);
});

test("a refusal that quotes the login out of the address does not get through", async () => {
  const path = "/user=admin&password=Secret-123/live";
  const camera = await walking({ behaviours: [answerOf(404)], rtsp: { schemes: [], paths: [path] } });
  const login = { username: "admin", password: "Secret-123" };
  const gate = new OpenGate();
  const health = configSchema.shape.health.parse({});
  const url = fillLogin(
    camera.streamUri.replace(/\/[^/]*$/, "/user={username}&password={password}/x"),
    login,
  );
  const inAddress = { hide: hiding(login) };
  const context = { clock: systemClock, host: gate, health: () => health };
  const { fault } = await watch(motionOf({ url, login, inAddress, context }, "medium"), gate).end;
  expect(JSON.stringify(fault)).not.toContain(login.password);
});
