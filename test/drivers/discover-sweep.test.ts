import { expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { callOut } from "../../drivers/discover/call-out.ts";
import { dhip, dhipDatagram } from "../../drivers/discover/dhip.ts";
import { discover } from "../../drivers/discover/discover.ts";
import { many } from "../../drivers/discover/many.ts";
import { sadp } from "../../drivers/discover/sadp.ts";
import { hostsOf, parseSubnet } from "../../drivers/discover/subnet.ts";
import { wsDiscovery } from "../../drivers/discover/ws-discovery.ts";
import { createCamera } from "../fakes/camera.ts";
import { createAnnouncer, freeUdpPort, probeMatches, sadpMatch } from "../fakes/discover-announcer.ts";
import { eventually } from "../fakes/eventually.ts";
import { createIsapi } from "../fakes/isapi-device.ts";

const live = new AbortController().signal;
const loopback = { name: "lo", address: "127.0.0.1", prefix: 8 };
const noNeighbours = async () => "";

function hostsIn(text: string): string[] {
  const subnet = parseSubnet(text);
  if (!subnet.ok) throw new Error(`${text}: ${subnet.error}`);
  return hostsOf([subnet.value]);
}

test("a /24 is swept: the living are found, the dead are not, and each step is told", async () => {
  await using camera = await createCamera({ address: "127.9.9.7" });
  await using device = await createIsapi({ device: "camera-ds-2cd2146g2-v5.7.18", address: "127.9.9.200" });
  const ports = [camera.onvifPort, camera.rtspPort, device.httpPort, device.rtspPort];
  const progress: [number, number][] = [];
  const { devices, conflicts } = await discover(
    {
      clock: systemClock,
      interfaces: [],
      hosts: hostsIn("127.9.9.0/24"),
      neighbours: noNeighbours,
      ports,
      questions: [],
      onProgress: (...step) => progress.push(step),
    },
    live,
  );
  expect(devices.map(({ address, drivers }) => [address, ...drivers])).toEqual([
    ["127.9.9.7", "onvif", "rtsp"],
    ["127.9.9.200", "hikvision", "rtsp"],
  ]);
  expect(conflicts).toEqual([]);
  expect(progress.at(-1)).toEqual([254, 254]);
  expect(device.stats().loginsRefused + camera.stats().loginsRefused).toBe(0);
  await eventually("no connection", () => device.stats().sockets.http + camera.stats().sockets.http === 0);
});

test("what is swept is bounded in number and rate, and ends when told to", async () => {
  let now = 0;
  let most = 0;
  const stop = new AbortController();
  const begun = performance.now();
  await many(
    Array.from({ length: 40 }, (_, index) => index),
    { clock: systemClock, atOnce: 4, aSecond: 400 },
    async () => {
      most = Math.max(most, ++now);
      await systemClock.sleep(2);
      now -= 1;
    },
    live,
  );
  expect(most).toBeLessThanOrEqual(4);
  expect(performance.now() - begun).toBeGreaterThan(90);
  const worked: number[] = [];
  await many(
    [1, 2, 3],
    { clock: systemClock, atOnce: 1, aSecond: 1_000 },
    async (one) => {
      worked.push(one);
      stop.abort();
    },
    stop.signal,
  );
  expect(worked).toEqual([1]);
});

test("devices that announce themselves are found wherever they are, each once, whatever else answers", async () => {
  const questions = await Promise.all(
    [wsDiscovery, sadp, dhip].map(async (one) => ({ ...one, port: await freeUdpPort() })),
  );
  const [onWs, onSadp, onDhip] = questions as [typeof wsDiscovery, typeof sadp, typeof dhip];
  await using camera = await createCamera({ address: "127.1.43.1" });
  const xaddrs = `http://127.1.43.1:${camera.onvifPort}/onvif/device_service`;
  const scopes = "onvif://www.onvif.org/name/SIM onvif://www.onvif.org/hardware/SIM-2000";
  const tooLarge = probeMatches({
    scopes: `onvif://www.onvif.org/MAC/44:19:b6:01:02:03 ${"x".repeat(20_000)}`,
  });
  await using ws = await createAnnouncer(onWs, {
    address: "127.1.43.1",
    answer: () => ["garbage", Buffer.alloc(9_000, "<"), tooLarge, probeMatches({ scopes, xaddrs }), ""],
  });
  await using hikvision = await createAnnouncer(onSadp, {
    address: "127.1.43.2",
    answer: (question) =>
      question.includes("<Types>inquiry</Types>")
        ? [
            sadpMatch({
              DeviceDescription: "DS-2CD1043G0-I",
              MAC: "44-19-b6-0a-0b-0c",
              IPv4Address: "192.0.2.64",
            }),
          ]
        : [],
  });
  await using dahua = await createAnnouncer(onDhip, {
    address: "127.1.43.3",
    answer: () => [
      dhipDatagram({
        mac: "b4:4c:3b:f4:e3:01",
        method: "client.notifyDevInfo",
        params: { deviceInfo: { DeviceType: "IPC" } },
      }),
    ],
  });
  const { devices, unasked } = await discover(
    {
      clock: systemClock,
      interfaces: [loopback],
      hosts: [],
      neighbours: noNeighbours,
      ports: [9],
      questions,
    },
    live,
  );
  expect(unasked).toEqual([]);
  expect(devices).toMatchObject([
    {
      address: "127.1.43.1",
      name: "SIM",
      model: "SIM-2000",
      drivers: ["onvif"],
      onvif: { port: camera.onvifPort },
      announcedBy: ["ws-discovery"],
    },
    { address: "127.1.43.3", make: "Dahua", model: "IPC", drivers: [], isCamera: true },
    {
      address: "192.0.2.64",
      make: "Hikvision",
      model: "DS-2CD1043G0-I",
      mac: "44:19:b6:0a:0b:0c",
      isCamera: true,
    },
  ]);
  expect(devices[0]).not.toHaveProperty("mac");
  expect([ws, hikvision, dahua].map((one) => one.asked())).toEqual([3, 3, 3]);
});

test("an interface that is gone is told, and the others are asked all the same", async () => {
  const question = { ...wsDiscovery, port: await freeUdpPort() };
  await using device = await createAnnouncer(question, {
    address: "127.1.43.4",
    answer: () => [probeMatches({})],
  });
  const gone = { name: "eth7", address: "192.0.2.77", prefix: 24 };
  const stop = new AbortController();
  const calling = callOut(question, { interfaces: [gone, loopback], clock: systemClock }, stop.signal);
  // By the second question the first has long been answered.
  await eventually("asked twice", () => device.asked() > 1);
  stop.abort();
  const heard = await calling;
  expect(heard.announcements).toMatchObject([{ address: "127.1.43.4" }]);
  expect(heard.unasked).toMatchObject([{ by: "ws-discovery", interface: "eth7" }]);
});

test("a device that the question to all did not reach is asked by itself what it is called", async () => {
  const question = { ...wsDiscovery, port: await freeUdpPort() };
  await using camera = await createCamera({ address: "127.1.43.6", onvif: false });
  const scopes = "onvif://www.onvif.org/name/S%C3%A2n onvif://www.onvif.org/hardware/SIM-3";
  await using device = await createAnnouncer(question, {
    address: "127.1.43.6",
    answer: () => [probeMatches({ scopes })],
  });
  const { devices } = await discover(
    {
      clock: systemClock,
      interfaces: [],
      hosts: ["127.1.43.5", "127.1.43.6"],
      neighbours: noNeighbours,
      ports: [camera.rtspPort],
      questions: [question],
    },
    live,
  );
  expect(devices).toMatchObject([{ address: "127.1.43.6", name: "Sân", model: "SIM-3", drivers: ["rtsp"] }]);
  expect(device.asked()).toBe(2);
});
