import { expect, test } from "vitest";
import {
  emptyPullsAtOnce,
  everythingInitialized,
  malformedSubscriptionReference,
  rebootsSubscriptions,
  stuckMotion,
  subscriptionDiesSilently,
} from "./behaviours.ts";
import { eventually } from "./eventually.ts";
import { http, soapEnvelope } from "./simulated-client.ts";
import { openCamera, pull, soap, subscribe } from "./simulated-open-camera.ts";
import { TestClock } from "./test-clock.ts";

test("subscriptionDiesSilently: pulls are answered empty, Renew is refused, a new subscription hears", async () => {
  const clock = new TestClock();
  await using camera = await openCamera(clock);
  const dead = await subscribe(camera);
  await camera.behave(subscriptionDiesSilently());
  const living = await subscribe(camera);
  camera.motion(true);
  expect((await pull(camera, living.path)).text).toContain("MotionAlarm");
  const waiting = pull(camera, dead.path, "PT5S");
  await eventually("the pull waits", () => camera.stats().requests.PullMessages === 2 && clock.waiting >= 3);
  await clock.advance(5_000);
  expect(await waiting).toMatchObject({ status: 200, text: expect.not.stringContaining("MotionAlarm") });
  expect((await soap(camera, "wsnt:Renew", "", dead.path)).text).toContain("ResourceUnknownFault");
  expect((await soap(camera, "wsnt:Renew", "", living.path)).text).toContain("RenewResponse");
});

test("subscriptionDiesSilently, mute: pulls get no answer", async () => {
  const clock = new TestClock();
  await using camera = await openCamera(clock);
  const { path } = await subscribe(camera);
  await camera.behave(subscriptionDiesSilently("mute"));
  const client = new AbortController();
  const body = soapEnvelope("tev:PullMessages", "<tev:Timeout>PT1S</tev:Timeout>");
  let answered = false;
  const waiting = http({ port: camera.onvifPort, path, body, signal: client.signal }).then(
    () => {
      answered = true;
    },
    () => {},
  );
  await eventually("the pull waits", () => camera.stats().requests.PullMessages === 1);
  await clock.advance(30_000);
  expect(answered).toBe(false);
  client.abort();
  await waiting;
});

test("rebootsSubscriptions: connections break and the old subscription is unknown", async () => {
  await using camera = await openCamera();
  const { path } = await subscribe(camera);
  const waiting = pull(camera, path).catch(() => "cut");
  await eventually("the pull waits", () => camera.stats().requests.PullMessages === 1);
  await camera.behave(rebootsSubscriptions());
  expect(await waiting).toBe("cut");
  expect((await pull(camera, path)).text).toContain("ResourceUnknownFault");
  expect(camera.stats().subscriptions).toBe(0);
});

test("emptyPullsAtOnce: a pull does not wait for its Timeout", async () => {
  await using camera = await openCamera();
  await camera.behave(emptyPullsAtOnce());
  const { path } = await subscribe(camera);
  expect((await pull(camera, path)).text).not.toContain("NotificationMessage");
  camera.motion(true);
  expect((await pull(camera, path)).text).toContain("NotificationMessage");
});

test.for([
  ["missing-host", "http:///onvif/subscription?subscription=1"],
  ["empty", ""],
  ["garbage", "%%% not an address %%%"],
  ["wrong-host", "http://192.0.2.1/onvif/subscription?subscription=1"],
] as const)(
  "malformedSubscriptionReference %s is told, and the event service takes the pull",
  async ([kind, told]) => {
    await using camera = await openCamera();
    await camera.behave(malformedSubscriptionReference(kind));
    expect((await subscribe(camera)).address).toBe(told);
    camera.motion(true);
    expect((await pull(camera, "/onvif/event_service")).text).toContain("MotionAlarm");
  },
);

test("stuckMotion: motion starts, never ends, and no end counts as made", async () => {
  await using camera = await openCamera();
  const { path } = await subscribe(camera);
  await camera.behave(stuckMotion());
  camera.motion(true);
  camera.motion(false);
  expect((await pull(camera, path)).text.match(/Name="State" Value="\w+"/g)).toEqual([
    'Name="State" Value="true"',
  ]);
  expect(camera.made).toMatchObject({ count: 1, motionStarts: 1, motionEnds: 0 });
});

test("everythingInitialized: news look like replayed state", async () => {
  await using camera = await openCamera();
  const { path } = await subscribe(camera);
  await camera.behave(everythingInitialized());
  camera.motion(true);
  camera.motion(false);
  const operations = (await pull(camera, path)).text.match(/PropertyOperation="\w+"/g);
  expect(operations).toEqual(['PropertyOperation="Initialized"', 'PropertyOperation="Initialized"']);
});
