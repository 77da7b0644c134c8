import { expect, onTestFinished, test } from "vitest";
import { listenForNotifications } from "../../drivers/onvif/notification-listener.ts";
import type { Behaviour } from "../fakes/behaviours-hooks.ts";
import type { CameraOptions } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { post } from "../fakes/onvif-device-notify.ts";
import { envelopeXml, faults } from "../fakes/onvif-device-soap.ts";
import { TestClock } from "../fakes/test-clock.ts";
import { listener, openOnvif, simulated } from "./onvif-open.ts";
import { asked, motionIn } from "./onvif-watching.ts";

/** A device of before PullPoint, or one whose makers left it out. */
const withoutPullPoint: Behaviour = {
  name: "without PullPoint",
  onSoapRequest: ({ action }) =>
    action === "tev:CreatePullPointSubscription" ? { fault: faults.actionNotSupported(action) } : undefined,
};

async function watching(options: CameraOptions & { readonly clock?: TestClock } = {}) {
  const camera = await simulated({
    ...options,
    onvif: { notifies: true, ...(options.onvif || {}) },
    behaviours: [withoutPullPoint],
  });
  const stop = new AbortController();
  const { heard, emit } = listener();
  const end = openOnvif(camera, options.clock ? { clock: options.clock } : {}).watch(emit, stop.signal);
  const leave = () => {
    stop.abort();
    return end;
  };
  onTestFinished(async () => void (await leave()));
  return { camera, heard, end, leave };
}

test("a camera without PullPoint sends its motion by itself, the state first, in order", async () => {
  const { camera, heard } = await watching();
  await eventually("it told its state", () => motionIn(heard).length === 1);
  camera.motion(true);
  camera.motion(false);
  await eventually("both changes", () => motionIn(heard).length === 3);
  expect(heard[0]).toEqual({ kind: "open" });
  expect(motionIn(heard)).toEqual([
    { active: false, initial: true },
    { active: true, initial: false },
    { active: false, initial: false },
  ]);
});

test("the subscription is renewed, which shows that it lives, and given back with the door at the end", async () => {
  const clock = new TestClock();
  const { camera, heard, leave } = await watching({ clock });
  await eventually("it told its state", () => motionIn(heard).length === 1);
  await clock.advance(60_000);
  await eventually("it was asked", () => heard.some(({ kind }) => kind === "alive"));
  expect(asked(camera, "Renew")).toBe(1);
  await leave();
  expect(camera.stats().subscriptions).toBe(0);
  await eventually("no socket stays", () => camera.stats().sockets.http === 0);
});

test("a subscription that the camera lost ends the channel", async () => {
  const clock = new TestClock();
  const { camera, heard, end } = await watching({ clock });
  await eventually("it told its state", () => motionIn(heard).length === 1);
  await camera.behave({
    name: "rebooted",
    onSoapRequest: ({ action }) => (action === "wsnt:Renew" ? { fault: faults.resourceUnknown } : undefined),
  });
  await clock.advance(60_000);
  expect(await end).toMatchObject({ fault: { cause: "events-lost" }, retry: "backoff" });
});

test("a camera that can neither be pulled nor send has no event channel, and says which call it lacks", async () => {
  const camera = await simulated({ behaviours: [withoutPullPoint] });
  const end = await openOnvif(camera).watch(async () => {}, new AbortController().signal);
  expect(end).toMatchObject({ fault: { cause: "events-unsupported" }, retry: "rarely" });
  expect(end.fault.evidence.en).toContain("CreatePullPointSubscription");
  expect(asked(camera, "Subscribe")).toBe(1);
});

const notifyXml = envelopeXml("<wsnt:Notify/>");

test("the door takes a notification at its secret path and nothing else, and stays open", async () => {
  let taken = 0;
  await using door = await listenForNotifications("127.0.0.1", async () => void taken++);
  const elsewhere = new URL("/", door.url).href;
  expect(await post(elsewhere, notifyXml)).toBe(404);
  expect(await post(door.url, "", "GET")).toBe(404);
  expect(await post(door.url, "<garbage")).toBe(400);
  expect([0, 413]).toContain(await post(door.url, Buffer.alloc(2_000_000, 0x20)));
  expect(taken).toBe(0);
  expect(await post(door.url, notifyXml)).toBe(200);
  expect(taken).toBe(1);
});

test("the camera is answered once what it sent is kept, and more than eight that wait are refused", async () => {
  const keeping: (() => void)[] = [];
  await using door = await listenForNotifications(
    "127.0.0.1",
    () => new Promise<void>((resolve) => keeping.push(resolve)),
  );
  const statuses: number[] = [];
  const sent = Array.from({ length: 9 }, async () => void statuses.push(await post(door.url, notifyXml)));
  await eventually(
    "eight are taken, one is turned away",
    () => keeping.length === 8 && statuses.length === 1,
  );
  expect(statuses).toEqual([0]);
  for (const keep of keeping) keep();
  await Promise.all(sent);
  expect(statuses.filter((status) => status === 200)).toHaveLength(8);
});

test("an address that is not this box's is refused by the system, which the caller is told", async () => {
  await expect(listenForNotifications("192.0.2.1", async () => {})).rejects.toMatchObject({
    code: "EADDRNOTAVAIL",
  });
});
