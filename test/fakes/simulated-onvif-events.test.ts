import { createRequire } from "node:module";
import { expect, test } from "vitest";
import type { Login } from "../../agent/model/camera.ts";
import { createCamera } from "./camera.ts";
import { eventually } from "./eventually.ts";
import { find, textOf } from "./onvif-device-xml.ts";
import { http } from "./simulated-client.ts";
import { ask, device, login, open, pull, subscribe } from "./simulated-onvif-client.ts";
import { TestClock } from "./test-clock.ts";

const started = { topic: "tns1:VideoSource/MotionAlarm", operation: "Changed", data: { State: "true" } };

test("a waiting pull is answered as soon as there is motion", async () => {
  await using camera = await device(open);
  const { path } = await subscribe(camera);
  const waiting = pull(camera, path);
  await eventually("the pull waits", () => camera.stats().requests.PullMessages === 1);
  camera.motion(true);
  expect(await waiting).toEqual({ subcodes: [], messages: [started] });
  expect(camera.made).toMatchObject({ count: 1, motionStarts: 1, motionEnds: 0 });
  expect(Math.abs((camera.made.times[0] ?? 0) / 1000 - Date.now())).toBeLessThan(60_000);
});

test("a pull without news is answered empty after its Timeout", async () => {
  const clock = new TestClock();
  await using camera = await device(open, clock);
  const { path } = await subscribe(camera);
  const waiting = pull(camera, path, { timeout: "PT20S" });
  await eventually("the pull waits", () => clock.waiting === 2);
  await clock.advance(20_000);
  expect(await waiting).toEqual({ subcodes: [], messages: [] });
});

test("messages come in order, at most MessageLimit at a time, to every subscription", async () => {
  await using camera = await device({ ...open, motionTopics: ["RuleEngine/CellMotionDetector/Motion"] });
  const first = await subscribe(camera);
  const second = await subscribe(camera);
  for (const active of [true, false, true]) camera.motion(active);
  const states = async (path: string, limit: number) =>
    (await pull(camera, path, { limit })).messages.map(({ data }) => data.IsMotion);
  expect(await states(first.path, 2)).toEqual(["true", "false"]);
  expect(await states(first.path, 2)).toEqual(["true"]);
  expect(await states(second.path, 10)).toEqual(["true", "false", "true"]);
});

test("a client that hangs up while it pulls loses no message", async () => {
  await using camera = await device(open);
  const { path } = await subscribe(camera);
  const client = new AbortController();
  const waiting = pull(camera, path, { signal: client.signal });
  await eventually("the pull waits", () => camera.stats().requests.PullMessages === 1);
  client.abort();
  await expect(waiting).rejects.toThrow();
  await eventually("the connection is gone", () => camera.stats().sockets.http === 0);
  camera.motion(true);
  expect((await pull(camera, path)).messages).toEqual([started]);
});

test("a subscription ends by its own clock unless it is renewed", async () => {
  const clock = new TestClock();
  await using camera = await device(open, clock);
  const { path, lifeMs } = await subscribe(camera, "PT30S");
  expect(lifeMs).toBe(30_000);
  await clock.advance(29_000);
  const renewed = await ask(camera, "wsnt:Renew", {
    path,
    content: "<wsnt:TerminationTime>PT1M</wsnt:TerminationTime>",
  });
  expect(Date.parse(textOf(find(renewed.body, "TerminationTime")) ?? "")).toBe(clock.wall() + 60_000);
  await clock.advance(59_000);
  expect(camera.stats().subscriptions).toBe(1);
  const waiting = pull(camera, path);
  await eventually("the pull waits", () => clock.waiting === 2);
  await clock.advance(1_000);
  expect((await waiting).subcodes).toEqual(["wsrf-rw:ResourceUnknownFault"]);
  expect(camera.stats().subscriptions).toBe(0);
});

test("Unsubscribe frees a place where subscriptions are few", async () => {
  await using camera = await device({ ...open, maxSubscriptions: 1 });
  const { path } = await subscribe(camera);
  const refused = await ask(camera, "tev:CreatePullPointSubscription");
  expect(refused.subcodes).toEqual(["wsnt:SubscribeCreationFailedFault"]);
  expect((await ask(camera, "wsnt:Unsubscribe", { path })).status).toBe(200);
  expect((await ask(camera, "wsnt:Unsubscribe", { path })).subcodes).toEqual([
    "wsrf-rw:ResourceUnknownFault",
  ]);
  expect((await ask(camera, "tev:CreatePullPointSubscription")).status).toBe(200);
});

test("SetSynchronizationPoint replays the state as Initialized, and no pulse", async () => {
  await using camera = await device(open);
  camera.motion(true);
  camera.send({
    topic: "tns1:RuleEngine/LineDetector/Crossed",
    data: { ObjectId: "1" },
    operation: undefined,
  });
  const { path } = await subscribe(camera);
  await ask(camera, "tev:SetSynchronizationPoint", { path });
  expect((await pull(camera, path)).messages).toEqual([{ ...started, operation: "Initialized" }]);
});

test("with reference parameters the subscription's id goes in the header, as Axis does", async () => {
  await using camera = await device({ ...open, subscriptionBy: "reference-parameters" });
  await subscribe(camera);
  const created = await ask(camera, "tev:CreatePullPointSubscription");
  const reference = find(created.body, "SubscriptionReference");
  expect(textOf(find(reference, "Address"))).toBe(`http://127.0.0.1:${camera.onvifPort}/onvif/subscription`);
  const header = `<a:SubscriptionId xmlns:a="http://www.axis.com/2009/event">1</a:SubscriptionId>`;
  expect(textOf(find(reference, "ReferenceParameters", "SubscriptionId"))).toBe("2");
  expect((await ask(camera, "wsnt:Unsubscribe", { path: "/onvif/subscription", header })).status).toBe(200);
  expect(camera.stats().subscriptions).toBe(1);
});

interface OnvifCam {
  readonly profiles: readonly unknown[];
  pullMessages(options: object, done: (error: unknown, answer: unknown) => void): void;
  createPullPointSubscription(done: (error: unknown) => void): void;
}
type OnvifPackage = {
  Cam: new (options: object, done: (this: OnvifCam, error: unknown) => void) => OnvifCam;
};

test.for(["wsse", "digest"] as const)(
  "the onvif package connects with %s and pulls motion",
  async (authentication) => {
    const plain: Login = { username: "admin", password: "plain1" };
    await using camera = await createCamera({
      login: plain,
      onvif: { authentication, notAuthorizedStatus: 401 },
    });
    const { Cam } = createRequire(import.meta.url)("onvif") as OnvifPackage;
    const options = { hostname: "127.0.0.1", port: camera.onvifPort, ...plain, timeout: 5_000 };
    const cam = await new Promise<OnvifCam>((resolve, reject) => {
      new Cam({ ...options, useWSSecurity: authentication === "wsse" }, function (error) {
        if (error) reject(error);
        else resolve(this);
      });
    });
    expect(cam.profiles).toHaveLength(2);
    await new Promise<void>((resolve, reject) =>
      cam.createPullPointSubscription((error) => (error ? reject(error) : resolve())),
    );
    camera.motion(true);
    const pulled = await new Promise((resolve, reject) =>
      cam.pullMessages({ timeout: 5_000, messageLimit: 1 }, (error, answer) =>
        error ? reject(error) : resolve(answer),
      ),
    );
    expect(JSON.stringify(pulled)).toContain("MotionAlarm");
  },
);

test("a closed camera leaves no socket and no port, and may be closed again", async () => {
  const camera = await createCamera({ login, onvif: open });
  const { path } = await subscribe(camera);
  const waiting = pull(camera, path).catch(() => "cut");
  await eventually("the pull waits", () => camera.stats().requests.PullMessages === 1);
  await camera.close();
  await camera.close();
  expect(await waiting).toBe("cut");
  expect(camera.stats()).toMatchObject({ sockets: { http: 0, rtsp: 0 }, subscriptions: 0 });
  await expect(http({ port: camera.onvifPort, path: "/" })).rejects.toThrow("ECONNREFUSED");
});
