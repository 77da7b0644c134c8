import { afterEach, expect, test } from "vitest";
import type { WatchEnd, WatchNews } from "../../agent/model/camera.ts";
import { renewIn } from "../../drivers/onvif/pull-point.ts";
import {
  emptyPullsAtOnce,
  everythingInitialized,
  halfOpen,
  malformedSubscriptionReference,
  noEvents,
  rebootsSubscriptions,
  subscriptionDiesSilently,
} from "../fakes/behaviours.ts";
import { type CameraOptions, createCamera, type SimulatedCamera } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { faults } from "../fakes/onvif-device-soap.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { TestClock } from "../fakes/test-clock.ts";
import { listener, type OpenOptions, openOnvif } from "./onvif-open.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function simulated(options: CameraOptions = {}): Promise<SimulatedCamera> {
  const camera = await createCamera(options);
  cleanups.push(() => camera.close());
  return camera;
}

interface Watching {
  readonly heard: WatchNews[];
  readonly end: Promise<WatchEnd>;
  readonly gate: OpenGate;
  stop(): Promise<WatchEnd>;
  count(kind: WatchNews["kind"]): number;
}

/** An open channel; it is stopped when the test ends. */
async function watching(camera: SimulatedCamera, options: OpenOptions = {}): Promise<Watching> {
  const gate = new OpenGate();
  const stop = new AbortController();
  const { heard, emit } = listener();
  const end = openOnvif(camera, { gate, ...options }).watch(emit, stop.signal);
  const count = (kind: WatchNews["kind"]) => heard.filter((news) => news.kind === kind).length;
  const channel: Watching = {
    heard,
    end,
    gate,
    count,
    stop() {
      stop.abort();
      return end;
    },
  };
  cleanups.push(channel.stop);
  await eventually("the channel stands and was told the state", () => count("signal") > 0);
  return channel;
}

const asked = (camera: SimulatedCamera, name: string) => camera.stats().requests[name] ?? 0;

/** Lets time pass in steps while the sockets keep up. */
async function pass(
  clock: TestClock,
  ms: number,
  step: number,
  keepUp: () => unknown = () => true,
): Promise<void> {
  for (let left = ms; left > 0; left -= step) {
    await clock.advance(Math.min(step, left));
    await eventually("the driver keeps up", keepUp);
  }
}

const motionIn = (heard: readonly WatchNews[]) =>
  heard.flatMap((news) =>
    news.kind === "signal" && news.signal.kind === "motion" ? [news.signal.value] : [],
  );

test("a channel opens, is told the state, and tells motion as it comes, in order", async () => {
  const camera = await simulated();
  const { heard } = await watching(camera);
  camera.motion(true);
  camera.motion(false);
  await eventually("both changes", () => motionIn(heard).length === 3);
  expect(heard[0]).toEqual({ kind: "open" });
  expect(motionIn(heard)).toEqual([
    { active: false, initial: true },
    { active: true, initial: false },
    { active: false, initial: false },
  ]);
  expect(heard.filter(({ kind }) => kind === "alive").length).toBeGreaterThan(0);
});

test("the next pull waits until what was told is durable", async () => {
  const camera = await simulated();
  const stop = new AbortController();
  const commits: (() => void)[] = [];
  const end = openOnvif(camera).watch(async ({ kind }) => {
    if (kind === "signal") await new Promise<void>((resolve) => commits.push(resolve));
  }, stop.signal);
  await eventually("the state is told", () => commits.length === 1);
  camera.motion(true);
  await openOnvif(camera).probe(new AbortController().signal);
  expect(asked(camera, "PullMessages")).toBe(1);
  commits[0]?.();
  await eventually("the next pull follows the commit", () => commits.length === 2);
  expect(asked(camera, "PullMessages")).toBe(2);
  stop.abort();
  commits[1]?.();
  await end;
});

test("the subscription is given back when the agent stops", async () => {
  const camera = await simulated();
  const channel = await watching(camera);
  expect(camera.stats().subscriptions).toBe(1);
  await channel.stop();
  expect(camera.stats().subscriptions).toBe(0);
  expect(camera.stats().sockets.http).toBe(0);
});

test("the long pull holds no request slot", async () => {
  const camera = await simulated();
  const channel = await watching(camera);
  await eventually("a pull waits", () => camera.stats().sockets.http === 1);
  expect(channel.gate.running).toBe(0);
});

test("a subscription is renewed at 80 % of its life, and not otherwise", async () => {
  const clock = new TestClock();
  const camera = await simulated({ clock });
  const channel = await watching(camera, { clock });
  const pullWaits = () => camera.stats().sockets.http === 1;
  await eventually("a pull waits", pullWaits);
  await pass(clock, 475_000, 5_000, pullWaits);
  expect(asked(camera, "Renew")).toBe(0);
  await pass(clock, 10_000, 5_000);
  await eventually("it was renewed", () => asked(camera, "Renew") === 1);
  await eventually("a pull waits", pullWaits);
  await pass(clock, 600_000, 5_000, pullWaits);
  expect(asked(camera, "Renew")).toBe(2);
  expect(asked(camera, "CreatePullPointSubscription")).toBeLessThanOrEqual(2);
  expect(channel.count("open")).toBe(1);
}, 60_000);

test("a life is taken with a floor of a minute, a ceiling of an hour, and as asked for where there is none", () => {
  expect(renewIn(600_000)).toBe(480_000);
  expect(renewIn(10_000)).toBe(48_000);
  expect(renewIn(86_400_000)).toBe(2_880_000);
  expect(renewIn(undefined)).toBe(480_000);
});

test.each(["missing-host", "empty", "garbage", "wrong-host"] as const)(
  "a subscription reference that is malformed (%s) works all the same",
  async (kind) => {
    const camera = await simulated({ behaviours: [malformedSubscriptionReference(kind)] });
    const channel = await watching(camera);
    camera.motion(true);
    await eventually("motion", () => motionIn(channel.heard).length === 2);
    await channel.stop();
    expect(camera.stats().subscriptions).toBe(0);
  },
);

test("a subscription that is told by reference parameters is addressed by them (Axis)", async () => {
  const camera = await simulated({ onvif: { subscriptionBy: "reference-parameters" } });
  const channel = await watching(camera);
  camera.motion(true);
  await eventually("motion", () => motionIn(channel.heard).length === 2);
  await channel.stop();
  expect(camera.stats().subscriptions).toBe(0);
});

test("empty answers at once are pulled no faster than once a second, and motion still arrives", async () => {
  const clock = new TestClock();
  const camera = await simulated({ clock, behaviours: [emptyPullsAtOnce()] });
  const channel = await watching(camera, { clock });
  await eventually("the driver holds", () => clock.waiting > 0 && asked(camera, "PullMessages") >= 1);
  const before = asked(camera, "PullMessages");
  for (let second = 1; second <= 10; second++) {
    await clock.advance(1_000);
    await eventually("one pull", () => channel.count("alive") >= before + second - 1);
  }
  expect(asked(camera, "PullMessages") - before).toBeLessThanOrEqual(11);
  camera.motion(true);
  await pass(clock, 2_000, 1_000);
  await eventually("motion", () => motionIn(channel.heard).length === 2);
});

test("a make that sends everything as Initialized is marked, not filtered", async () => {
  const camera = await simulated({ behaviours: [everythingInitialized()] });
  const channel = await watching(camera);
  camera.motion(true);
  await eventually("motion", () => motionIn(channel.heard).length === 2);
  expect(motionIn(channel.heard)[1]).toEqual({ active: true, initial: true });
});

test("a reboot ends the channel as lost", async () => {
  const camera = await simulated();
  const channel = await watching(camera);
  await camera.behave(rebootsSubscriptions());
  expect(await channel.end).toMatchObject({ fault: { cause: "events-lost" }, retry: "backoff" });
});

test("a pull that the camera knows no subscription for ends the channel as lost", async () => {
  const camera = await simulated();
  const channel = await watching(camera);
  await camera.behave({
    name: "forgets",
    onSoapRequest: ({ action }) =>
      action === "tev:PullMessages" ? { fault: faults.resourceUnknown } : undefined,
  });
  camera.motion(true);
  const end = await channel.end;
  expect(end).toMatchObject({ fault: { cause: "events-lost" }, retry: "backoff" });
  expect(end.fault.evidence).toContain("ResourceUnknownFault");
});

test("a subscription that died silently is found out by its renewal, and the channel ends as lost", async () => {
  const clock = new TestClock();
  const camera = await simulated({ clock });
  const channel = await watching(camera, { clock });
  const pullWaits = () => camera.stats().sockets.http === 1;
  await eventually("a pull waits", pullWaits);
  await camera.behave(subscriptionDiesSilently("deaf"));
  await pass(clock, 475_000, 5_000, pullWaits);
  await pass(clock, 10_000, 5_000);
  const end = await channel.end;
  expect(end).toMatchObject({ fault: { cause: "events-lost" }, retry: "backoff" });
  expect(end.fault.evidence).toContain("Renew");
}, 60_000);

test("a pull that gets no answer ends the channel as silent, after its timeout and a margin", async () => {
  const clock = new TestClock();
  const camera = await simulated({ clock });
  const channel = await watching(camera, { clock });
  await eventually("a pull waits", () => asked(camera, "PullMessages") === 2);
  await camera.behave(subscriptionDiesSilently("mute"));
  await clock.advance(60_000);
  await eventually("the next pull waits for nothing", () => asked(camera, "PullMessages") === 3);
  await clock.advance(89_000);
  expect(asked(camera, "Unsubscribe")).toBe(0);
  await clock.advance(2_000);
  expect(await channel.end).toMatchObject({ fault: { cause: "events-silent" }, retry: "backoff" });
  expect(camera.stats().subscriptions).toBe(0);
});

test("a camera that goes half open under a pull is silent, and giving back does not hold the channel up", async () => {
  const clock = new TestClock();
  const camera = await simulated({ clock });
  const channel = await watching(camera, { clock });
  await eventually("a pull waits", () => camera.stats().sockets.http === 1);
  await camera.behave(halfOpen());
  const settle = (async () => {
    for (let second = 0; second < 120; second++) await clock.advance(1_000);
  })();
  expect(await channel.end).toMatchObject({
    fault: { cause: expect.stringMatching(/^events-(silent|lost)$/) },
  });
  await settle;
});

test("a subscription that is renewed but never brings anything is replaced after an hour, and the channel goes on", async () => {
  const clock = new TestClock();
  const camera = await simulated({ clock });
  let mute = false;
  await camera.behave({ name: "swallows", onDelivery: () => (mute ? "lost" : undefined) });
  const channel = await watching(camera, { clock });
  const pullWaits = () => camera.stats().sockets.http === 1;
  await eventually("a pull waits", pullWaits);
  mute = true;
  await pass(clock, 3_540_000, 20_000, pullWaits);
  expect(asked(camera, "Unsubscribe")).toBe(0);
  mute = false;
  await pass(clock, 120_000, 20_000, pullWaits);
  expect(asked(camera, "Unsubscribe")).toBe(1);
  expect(channel.count("open")).toBe(1);
  expect(motionIn(channel.heard).filter((value) => value !== "pulse" && value.initial).length).toBe(2);
  expect(camera.stats().subscriptions).toBe(1);
}, 90_000);

test("a camera without events is asked again rarely", async () => {
  const camera = await simulated({ behaviours: [noEvents()] });
  const end = await openOnvif(camera).watch(listener().emit, new AbortController().signal);
  expect(end).toMatchObject({ fault: { cause: "events-unsupported" }, retry: "rarely" });
  expect(asked(camera, "CreatePullPointSubscription")).toBe(1);
});

test("a camera that lists no event service is asked again rarely", async () => {
  const camera = await simulated({
    behaviours: [
      {
        name: "mediaOnly",
        onSoapRequest: ({ action }) =>
          action === "tds:GetServices"
            ? {
                body: "<tds:GetServicesResponse><tds:Service><tds:Namespace>http://www.onvif.org/ver10/media/wsdl</tds:Namespace><tds:XAddr>http://c/onvif/media</tds:XAddr></tds:Service></tds:GetServicesResponse>",
              }
            : undefined,
      },
    ],
  });
  const end = await openOnvif(camera).watch(listener().emit, new AbortController().signal);
  expect(end).toMatchObject({ fault: { cause: "events-unsupported" }, retry: "rarely" });
});

test("a camera whose subscriptions are all taken is lost for now", async () => {
  const camera = await simulated({ onvif: { maxSubscriptions: 1 } });
  await watching(camera);
  const end = await openOnvif(camera).watch(listener().emit, new AbortController().signal);
  expect(end).toMatchObject({ fault: { cause: "events-lost" }, retry: "backoff" });
});

test("a camera without SetSynchronizationPoint and Renew is watched all the same", async () => {
  const clock = new TestClock();
  const camera = await simulated({
    clock,
    behaviours: [
      {
        name: "bare",
        onSoapRequest: ({ action }) =>
          /SetSynchronizationPoint|Renew/.test(action)
            ? { fault: faults.actionNotSupported(action) }
            : undefined,
      },
    ],
  });
  const stop = new AbortController();
  const { heard, emit } = listener();
  const end = openOnvif(camera, { clock }).watch(emit, stop.signal);
  const pullWaits = () => camera.stats().sockets.http === 1 && asked(camera, "PullMessages") > 0;
  await eventually("a pull waits", pullWaits);
  await pass(clock, 500_000, 20_000, pullWaits);
  expect(asked(camera, "Renew")).toBe(1);
  camera.motion(true);
  await eventually("motion", () => motionIn(heard).length === 1);
  stop.abort();
  await end;
}, 60_000);
