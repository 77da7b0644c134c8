import { expect, test } from "vitest";
import { eventually } from "./eventually.ts";
import { type Fleet, startFleet, startMixedFleet } from "./fleet.ts";
import { http, RtspWire, soapEnvelope } from "./simulated-client.ts";

const camera = { onvif: { authentication: "none" }, rtsp: { schemes: [] } } as const;

async function soap(
  { address: host, onvifPort: port }: Fleet["cameras"][number],
  action: string,
  content = "",
  path = "/onvif/event_service",
): Promise<string> {
  return (await http({ host, port, path, body: soapEnvelope(action, content) })).body.toString("utf8");
}

function cameraOf({ cameras }: Fleet, number: number): Fleet["cameras"][number] {
  const found = cameras[number - 1];
  if (!found) throw new Error(`no camera ${number}`);
  return found;
}

test("a fleet's cameras live in one other process and are each themselves", async () => {
  await using fleet = await startFleet({ count: 3, camera });
  expect(fleet.pid).not.toBe(process.pid);
  expect(fleet.cameras.map(({ id, address }) => `${id} ${address}`)).toEqual([
    "cam-001 127.1.0.1",
    "cam-002 127.1.0.2",
    "cam-003 127.1.0.3",
  ]);
  const told = await Promise.all(fleet.cameras.map((camera) => soap(camera, "tds:GetDeviceInformation")));
  const serials = told.map((text) => /<tds:SerialNumber>(\d+)</.exec(text)?.[1]);
  expect(serials).toEqual(["0012345678901200001", "0012345678901200002", "0012345678901200003"]);
  const first = cameraOf(fleet, 1);
  using wire = new RtspWire(first.rtspPort, first.address);
  await wire.play(first.streamUri);
  await eventually("a packet", () => wire.rtp.length > 0);
});

test("motion carries the moment that it was made, in microseconds, and is counted", async () => {
  await using fleet = await startFleet({ count: 2, camera });
  const second = cameraOf(fleet, 2);
  const address = /subscription=\d+/.exec(await soap(second, "tev:CreatePullPointSubscription"))?.[0];
  const before = Date.now();
  await fleet.motion("cam-002", true);
  const after = Date.now();
  const pulled = await soap(
    second,
    "tev:PullMessages",
    "<tev:Timeout>PT60S</tev:Timeout>",
    `/onvif/subscription?${address}`,
  );
  const madeAt = Number(/Name="MadeAt" Value="(\d+)"/.exec(pulled)?.[1]) / 1000;
  // A process's own fine clock and Date.now() differ by as much as NTP moved the latter since the process began.
  expect(madeAt).toBeGreaterThan(before - 1_000);
  expect(madeAt).toBeLessThan(after + 1_000);
  expect(await fleet.made()).toEqual({
    "cam-001": { count: 0, motionStarts: 0, motionEnds: 0 },
    "cam-002": { count: 1, motionStarts: 1, motionEnds: 0 },
  });
});

test("behaviours are switched by name over the process boundary, and nonsense is refused", async () => {
  await using fleet = await startFleet({ count: 1, camera });
  const only = cameraOf(fleet, 1);
  await fleet.behave("cam-001", "refuses");
  await expect(soap(only, "tds:GetSystemDateAndTime")).rejects.toThrow("ECONNREFUSED");
  await fleet.calm("cam-001", "refuses");
  expect(await soap(only, "tds:GetSystemDateAndTime")).toContain("Response");
  await expect(fleet.behave("cam-001", "garbage", "x")).rejects.toThrow("wants one of bytes, body");
  await expect(fleet.motion("cam-009", true)).rejects.toThrow("no camera cam-009");
});

test("devices of every make are at fault one by one and well again, and count the wrong logins of a fault", async () => {
  const drivers = ["onvif", "hikvision", "dahua"] as const;
  await using fleet = await startMixedFleet(drivers.map((driver) => ({ driver, channels: 2 })));
  expect(fleet.devices.map(({ id, address }) => `${id} ${address}`)).toEqual([
    "onvif-001 127.1.0.1",
    "hikvision-002 127.1.0.2",
    "dahua-003 127.1.0.3",
  ]);
  for (const { id, address: host, httpPort: port, rtspPort } of fleet.devices) {
    const ask = () => http({ host, port, path: "/cgi-bin/x", headers: { Authorization: "Basic eDp4" } });
    await fleet.afflict(id, "refused");
    await expect(ask()).rejects.toThrow("ECONNREFUSED");
    using shut = new RtspWire(rtspPort, host);
    await eventually("RTSP is refused too", () => shut.ended instanceof Error);
    expect(await fleet.relieve(id, "refused")).toBe(0);
    await fleet.afflict(id, "wrong-password");
    expect((await ask()).status).toBe(401);
    expect(await fleet.relieve(id, "wrong-password")).toBe(1);
  }
});

test("the devices of a mixed fleet tell when which channel was played", async () => {
  const streams = {
    onvif: "/live/2/main",
    hikvision: "/Streaming/Channels/202",
    dahua: "/cam/realmonitor?channel=2&subtype=0",
  };
  const drivers = ["onvif", "hikvision", "dahua"] as const;
  await using fleet = await startMixedFleet(drivers.map((driver) => ({ driver, channels: 2 })));
  const before = Date.now() - 1_000;
  for (const [index, { address, rtspPort }] of fleet.devices.entries()) {
    using wire = new RtspWire(rtspPort, address);
    await wire.ask("PLAY", `rtsp://${address}${streams[drivers[index] ?? "onvif"]}`);
  }
  const played = Object.values(await fleet.plays());
  expect(played.map((channels) => Object.keys(channels))).toEqual([["2"], ["2"], ["2"]]);
  for (const channels of played) expect((channels[2]?.[0] ?? 0) / 1_000).toBeGreaterThan(before);
  expect(Object.values(await fleet.plays())).toEqual([{}, {}, {}]);
});

test("a closed fleet leaves no process, and its calls are refused", async () => {
  const fleet = await startFleet({ count: 1, camera });
  await fleet.close();
  await fleet.close();
  expect(() => process.kill(fleet.pid, 0)).toThrow("ESRCH");
  await expect(fleet.made()).rejects.toThrow();
});
