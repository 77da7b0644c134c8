import { expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import type { Fault } from "../../agent/model/fault.ts";
import { HostGates } from "../../agent/run/host-gate.ts";
import { watchEvents } from "../../agent/run/watch-events.ts";
import { openCamera } from "../../drivers/registry.ts";
import { endsSubscriptionAtAnyError, losesEverySubscription } from "../fakes/behaviours.ts";
import { eventually } from "../fakes/eventually.ts";
import { TestClock } from "../fakes/test-clock.ts";
import { impatient, openOnvif, simulated } from "./onvif-open.ts";
import { asked, motionIn, pass, watching } from "./onvif-watching.ts";

/** What users reported of event channels and logins that no single call shows (test/FIELD-FAULTS.md). */

const never = new AbortController().signal;

test("a camera that loses every subscription is asked ever more rarely, with one at a time and none left behind", async () => {
  const clock = new TestClock();
  const camera = await simulated({ clock, behaviours: [losesEverySubscription()] });
  const pauses: unknown[] = [];
  const lost: Fault[] = [];
  const note = ({ pauseMs }: Readonly<Record<string, unknown>>) => void pauses.push(pauseMs);
  const stop = new AbortController();
  const done = watchEvents(
    openOnvif(camera, { clock }).watch,
    {
      channelOpened() {},
      channelAlive() {},
      signal: async () => {},
      channelLost: async (seen) => void lost.push(seen),
    },
    { clock, random: () => 1 - Number.EPSILON, log: { debug: note, info: note, warn: note, error: note } },
    stop.signal,
  );
  for (let attempt = 1; attempt <= 8; attempt++) {
    await eventually("it waits for its next try", () => pauses.length === attempt && clock.waiting > 0);
    expect(camera.stats().subscriptions).toBe(0);
    if (attempt < 8) await clock.advance(Number(pauses.at(-1)));
  }
  stop.abort();
  await done;
  expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  expect(asked(camera, "CreatePullPointSubscription")).toBe(8);
  expect(new Set(lost.map(({ cause }) => cause))).toEqual(new Set(["events-lost"]));
  expect(camera.stats().loginsRefused).toBe(0);
});

test("a camera that ends its subscription over the question for the state is heard without that question", async () => {
  const camera = await simulated({ behaviours: [endsSubscriptionAtAnyError()] });
  const channel = await watching(camera, {}, "open");
  await eventually("the second subscription is pulled", () => asked(camera, "PullMessages") === 2);
  camera.motion(true);
  await eventually("motion", () => motionIn(channel.heard).length === 1);
  expect(channel.count("open")).toBe(1);
  expect(asked(camera, "SetSynchronizationPoint")).toBe(1);
  expect(camera.stats().subscriptions).toBe(1);
  await channel.stop();
  expect(camera.stats().subscriptions).toBe(0);
});

test("a camera that ends its subscription over Renew gets another, and the channel goes on", async () => {
  const clock = new TestClock();
  const camera = await simulated({ clock, behaviours: [endsSubscriptionAtAnyError()] });
  const channel = await watching(camera, { clock }, "open");
  await eventually("the second subscription is pulled", () => asked(camera, "PullMessages") === 2);
  const pullWaits = () => camera.stats().sockets.http === 1;
  await pass(clock, 500_000, 20_000, pullWaits);
  expect([asked(camera, "Renew"), asked(camera, "CreatePullPointSubscription")]).toEqual([1, 3]);
  camera.motion(true);
  await eventually("motion", () => motionIn(channel.heard).length === 1);
  expect(channel.count("open")).toBe(1);
  expect(camera.stats().subscriptions).toBe(1);
});

test("a camera that has nothing to tell is alive by its pulls, and is not subscribed to anew", async () => {
  const clock = new TestClock();
  const camera = await simulated({ clock });
  const channel = await watching(camera, { clock });
  const pullWaits = () => camera.stats().sockets.http === 1;
  await eventually("a pull waits", pullWaits);
  const before = channel.count("alive");
  await pass(clock, 900_000, 20_000, pullWaits);
  expect(channel.count("alive") - before).toBeGreaterThanOrEqual(14);
  expect([channel.count("open"), channel.count("signal")]).toEqual([1, 1]);
  expect(asked(camera, "CreatePullPointSubscription")).toBe(1);
});

test("a password that ONVIF refuses and RTSP takes is told as refused by ONVIF, and the stream by itself is well", async () => {
  const stream = await simulated({ onvif: false });
  const device = await simulated({
    login: { ...stream.login, password: "of ONVIF users alone" },
    rtsp: false,
  });
  const hosts = new HostGates(systemClock, () => impatient);
  const look = async (id: string, driver: Readonly<Record<string, unknown>>) => {
    const config = { ...{ id, name: id, maintenance: false }, ...driver } as Parameters<
      typeof openCamera
    >[0]["config"];
    const context = { clock: systemClock, host: hosts.of(config), health: () => impatient };
    const session = await openCamera({ config, login: stream.login }, context);
    return (await session.probe(never)).rungs;
  };
  const address = `127.0.0.1:${device.onvifPort}`;
  const refused = await look("a", { driver: "onvif", address, path: "/onvif/device_service", events: true });
  expect(refused.login).toMatchObject({
    ok: false,
    fault: { cause: "login-rejected", evidence: { en: expect.stringContaining("GetDeviceInformation") } },
  });
  expect(refused.stream).toBe(undefined);
  const well = await look("b", { driver: "rtsp", stream: stream.streamUri, motion: "off" });
  expect(well).toMatchObject({ login: { ok: true }, stream: { ok: true } });
  expect(device.stats().loginsRefused + stream.stats().loginsRefused).toBe(1);
});
