import { expect, test } from "vitest";
import type { CameraConfig } from "../../agent/model/config.ts";
import { openCamera } from "../../drivers/registry.ts";
import { rtsp } from "../../drivers/rtsp.ts";
import { createCamera } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { probeContext, verdict } from "./rtsp-context.ts";

const common = { id: "gate", name: "Cổng chính", maintenance: false };
const signal = new AbortController().signal;

test("a camera of the rtsp driver is looked at through the registry; with motion off it has neither events nor snapshot", async () => {
  await using camera = await createCamera({ onvif: false });
  const config: CameraConfig = { ...common, driver: "rtsp", stream: camera.streamUri, motion: "off" };
  const session = await openCamera({ config, login: camera.login }, probeContext());
  expect([session.events, session.snapshot]).toEqual([undefined, undefined]);
  const report = await session.probe(signal);
  expect(verdict(report)).toBe("host port login describe stream");
  expect(report).toMatchObject({
    facts: { streamUri: camera.streamUri },
    stream: { codec: "h264", width: 640 },
  });
});

test("motion is told from the stream where the configuration wants it", async () => {
  await using camera = await createCamera({ onvif: false });
  const open = (motion: "off" | "low") => {
    const config = { ...common, driver: "rtsp", stream: camera.streamUri, motion } as const;
    return rtsp.open({ config, login: camera.login }, probeContext());
  };
  expect(open("off").events).toBeUndefined();
  const stop = new AbortController();
  const told: string[] = [];
  const end = open("low").events?.source.watch(async ({ kind }) => void told.push(kind), stop.signal);
  await eventually("the stream flows", () => told.includes("open"));
  stop.abort();
  expect((await end)?.fault.cause).toBe("events-lost");
});

test("a look that fails has no measurement, and opening a camera opens no connection", async () => {
  await using camera = await createCamera({ onvif: false });
  const config: CameraConfig = { ...common, driver: "rtsp", stream: camera.streamUri, motion: "off" };
  const session = await openCamera({ config, login: undefined }, probeContext());
  expect(camera.stats().sockets.rtsp).toBe(0);
  const report = await session.probe(signal);
  expect(report.rungs.login).toMatchObject({ ok: false, fault: { cause: "login-missing" } });
  expect("stream" in report).toBe(false);
});

test("a look that is given up ends without a throw, also while it waits for its turn at the host", async () => {
  await using camera = await createCamera({ onvif: false });
  const config: CameraConfig = { ...common, driver: "rtsp", stream: camera.streamUri, motion: "off" };
  const context = probeContext({ measureFor: 60_000 });
  const stop = new AbortController();
  const session = await openCamera({ config, login: camera.login }, context);
  const looks = [1, 2, 3].map(() => session.probe(stop.signal));
  await eventually("playing", () => camera.stats().requests.PLAY);
  stop.abort(new Error("no longer looked after"));
  for (const { rungs } of await Promise.all(looks)) expect(rungs).toEqual({});
});

test("a configuration of another driver is a bug, not a fault", () => {
  const config: CameraConfig = {
    ...common,
    driver: "onvif",
    address: "192.0.2.1",
    path: "/onvif/device_service",
    events: true,
  };
  expect(() => rtsp.open({ config, login: undefined }, probeContext())).toThrow(TypeError);
});
