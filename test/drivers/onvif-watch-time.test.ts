import { expect, test } from "vitest";
import { renewIn } from "../../drivers/onvif/subscription.ts";
import { emptyPullsAtOnce, halfOpen, subscriptionDiesSilently } from "../fakes/behaviours.ts";
import { eventually } from "../fakes/eventually.ts";
import { faults } from "../fakes/onvif-device-soap.ts";
import { TestClock } from "../fakes/test-clock.ts";
import { listener, openOnvif, simulated } from "./onvif-open.ts";
import { asked, motionIn, pass, watching } from "./onvif-watching.ts";

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
  expect(end.fault.evidence.en).toContain("Renew");
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
