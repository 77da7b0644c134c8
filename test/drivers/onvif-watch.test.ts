import { expect, test } from "vitest";
import {
  everythingInitialized,
  malformedSubscriptionReference,
  noEvents,
  rebootsSubscriptions,
} from "../fakes/behaviours.ts";
import { eventually } from "../fakes/eventually.ts";
import { faults } from "../fakes/onvif-device-soap.ts";
import { listener, openOnvif, simulated } from "./onvif-open.ts";
import { asked, motionIn, watching } from "./onvif-watching.ts";

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
  expect(end.fault.evidence.en).toContain("ResourceUnknownFault");
  expect(end.fault.evidence.en.match(/PullMessages/g)).toHaveLength(1);
});

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
