import { expect, test } from "vitest";
import { describesButSendsNoRtp, garbage, halfOpen, refuses } from "../fakes/behaviours.ts";
import { selfSigned } from "../fakes/certificates.ts";
import { eventually } from "../fakes/eventually.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { startTlsDoor } from "../fakes/tls-door.ts";
import { analogue, camera, notActivated, recorder } from "./hikvision-answers.ts";
import { never, openHikvision, simulated, watching } from "./hikvision-open.ts";

const HOUR = 3_600_000;

test("a camera that is well is well on every rung, with its facts and its stream", async () => {
  const device = await simulated();
  const session = openHikvision(device);
  const report = await session.probe(never);
  expect(report.rungs).toEqual({
    host: { ok: true },
    port: { ok: true },
    login: { ok: true },
    clock: { ok: true },
    describe: { ok: true },
    stream: { ok: true },
  });
  expect(report.facts).toMatchObject({
    model: "DS-2CD2146G2-ISU",
    firmware: "V5.7.18 build 240826",
    streamUri: `rtsp://127.0.0.1:${device.rtspPort}/Streaming/Channels/101`,
    profile: "101",
  });
  expect(report.stream).toMatchObject({ codec: "h264", width: 640, height: 360 });
  expect(Math.abs(report.clock?.offsetMs ?? Number.NaN)).toBeLessThan(2_000);
  expect(device.stats().loginsRefused).toBe(0);
  await eventually("no connection stays", () => {
    const { http, rtsp } = device.stats().sockets;
    return http + rtsp === 0;
  });
});

test("a device over TLS is told everything through it", async () => {
  using folder = temporaryFolder();
  const device = await simulated();
  await using door = await startTlsDoor(selfSigned(folder.path), device.httpPort);
  const session = openHikvision(device, { config: { address: `https://127.0.0.1:${door.port}` } });
  const { rungs, facts } = await session.probe(never);
  expect(rungs).toMatchObject({ login: { ok: true }, stream: { ok: true } });
  expect(facts.snapshotUri).toBe(`https://127.0.0.1:${door.port}/ISAPI/Streaming/channels/101/picture`);
  const channel = await watching(device, session);
  device.alerts.tell("vmd-active.xml");
  await eventually("motion", () => channel.told().length === 1);
});

test("a camera is not asked for the channels of a recorder, and for its own once", async () => {
  const device = await simulated();
  const session = openHikvision(device);
  await session.probe(never);
  await session.probe(never);
  const { requests } = device.stats();
  expect(requests["ContentMgmt/InputProxy/channels/status"]).toBeUndefined();
  expect(requests["System/Video/inputs/channels"]).toBe(1);
  // The first with a challenge, the next with its nonce.
  expect(requests["System/deviceInfo"]).toBe(3);
});

test("the sub-stream of a channel is its own address", async () => {
  const device = await simulated({ device: recorder });
  const { facts, rungs } = await openHikvision(device, { config: { channel: 16, stream: "sub" } }).probe(
    never,
  );
  expect(facts.streamUri).toMatch(/\/Streaming\/Channels\/1602$/);
  expect(rungs.stream).toEqual({ ok: true });
});

test("a channel whose camera the recorder has lost is told so, and its stream is not asked for", async () => {
  const device = await simulated({ device: recorder });
  const { rungs } = await openHikvision(device, { config: { channel: 3 } }).probe(never);
  expect(rungs).toMatchObject({
    login: { ok: true },
    describe: {
      ok: false,
      fault: { cause: "channel-offline", evidence: { en: expect.stringContaining("netUnreachable") } },
    },
  });
  expect(rungs).not.toHaveProperty("stream");
  expect(device.stats().requests).not.toHaveProperty("DESCRIBE");
});

test("a channel that the recorder has not is told with those that it has", async () => {
  const device = await simulated({ device: recorder });
  const { rungs } = await openHikvision(device, { config: { channel: 20 } }).probe(never);
  expect(rungs.describe).toMatchObject({
    fault: { cause: "channel-missing", evidence: { vi: "không có kênh 20; thiết bị có 1-16" } },
  });
});

test("an analogue recorder's empty socket is an offline channel", async () => {
  const device = await simulated({ device: analogue });
  const [first, second] = await Promise.all(
    [1, 2].map((channel) => openHikvision(device, { config: { channel } }).probe(never)),
  );
  expect(first?.rungs.stream).toEqual({ ok: true });
  expect(second?.rungs.describe).toMatchObject({ fault: { cause: "channel-offline" } });
});

test("a list of channels that fails for now makes no channel missing, of a recorder with two lists neither", async () => {
  for (const [folder, channel] of [
    [recorder, 3],
    [analogue, 5],
  ] as const) {
    const device = await simulated({ device: folder });
    device.answer(
      "ContentMgmt/InputProxy/channels/status",
      "picture-device-error",
      "Streaming.channels.101.picture",
    );
    const { rungs } = await openHikvision(device, { config: { channel } }).probe(never);
    expect(rungs.stream).toEqual({ ok: true });
  }
});

test.each([
  [recorder, "local time with the zone beside it"],
  [analogue, "local time that is written as UTC"],
  [camera, "local time with its zone behind it"],
])("%s: %s is no wrong clock", async (folder) => {
  const device = await simulated({ device: folder });
  expect((await openHikvision(device).probe(never)).rungs.clock).toEqual({ ok: true });
});

test("a wrong clock is a wrong clock, whatever the login", async () => {
  const device = await simulated({ clockOffsetMs: 6 * 365 * 24 * HOUR });
  const { rungs, clock } = await openHikvision(device).probe(never);
  expect(rungs.login).toEqual({ ok: true });
  expect(rungs.stream).toEqual({ ok: true });
  expect(rungs.clock).toMatchObject({ fault: { cause: "clock-wrong" } });
  expect(clock?.offsetMs).toBeGreaterThan(6 * 364 * 24 * HOUR);
});

test("the factory's time zone under Vietnam's hands is a wrong time zone", async () => {
  const device = await simulated({ device: recorder, timeZone: "CST-8:00:00" });
  expect((await openHikvision(device).probe(never)).rungs.clock).toMatchObject({
    fault: {
      cause: "clock-time-zone",
      evidence: { en: expect.stringMatching(/near −1 h.*its time zone is UTC\+8$/) },
    },
  });
});

test("a device without a zone is judged but for whole hours", async () => {
  const device = await simulated({ device: recorder, timeZone: "" });
  expect((await openHikvision(device).probe(never)).rungs.clock).toEqual({ ok: true });
  const late = await simulated({ device: recorder, timeZone: "", clockOffsetMs: -700_000 });
  expect((await openHikvision(late).probe(never)).rungs.clock).toMatchObject({
    fault: { cause: "clock-wrong" },
  });
});

test("a time that cannot be read is said so, and harms nothing else", async () => {
  const device = await simulated();
  device.answerWith("System/time", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n<Time/>");
  const { rungs } = await openHikvision(device).probe(never);
  expect(rungs.clock).toMatchObject({ fault: { cause: "clock-unreadable" } });
  expect(rungs.stream).toEqual({ ok: true });
});

test("a device that was never activated says so", async () => {
  const device = await simulated({ device: notActivated });
  const { rungs } = await openHikvision(device).probe(never);
  expect(rungs.login).toMatchObject({
    fault: { cause: "login-forbidden", evidence: { vi: expect.stringContaining("chưa được kích hoạt") } },
  });
});

test("another make's web server is no Hikvision device", async () => {
  const device = await simulated();
  device.answerWith("System/deviceInfo", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  const { rungs } = await openHikvision(device).probe(never);
  expect(rungs.port).toMatchObject({
    fault: { cause: "answer-garbled", evidence: { en: expect.stringContaining("no Hikvision device") } },
  });
});

test("a stream that is described and not sent is no well stream", async () => {
  const device = await simulated({ behaviours: [describesButSendsNoRtp()] });
  const { rungs } = await openHikvision(device).probe(never);
  expect(rungs).toMatchObject({ describe: { ok: true }, stream: { fault: { cause: "rtp-absent" } } });
});

test.each([
  [refuses(), "port-closed"],
  [halfOpen(), "answer-late"],
  [garbage(), "answer-garbled"],
] as const)("a device that misbehaves is told by what it does", async (behaviour, cause) => {
  const device = await simulated({ behaviours: [behaviour] });
  const { rungs } = await openHikvision(device).probe(never);
  expect(rungs).toMatchObject({ host: { ok: true }, port: { ok: false, fault: { cause } } });
});

test("a look that is given up says nothing of the camera's login", async () => {
  const device = await simulated({ behaviours: [halfOpen()] });
  const stop = new AbortController();
  const probing = openHikvision(device).probe(stop.signal);
  stop.abort();
  expect((await probing).rungs).not.toHaveProperty("login");
  expect(device.stats().sockets.http).toBeLessThanOrEqual(1);
});
