import { expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { cameraSchema } from "../../agent/model/config-camera.ts";
import { RequestGate } from "../../agent/run/host-gate.ts";
import { dahua as dahuaDriver } from "../../drivers/dahua.ts";
import { openCamera } from "../../drivers/registry.ts";
import { refuses } from "../fakes/behaviours.ts";
import { selfSigned } from "../fakes/certificates.ts";
import { answers, exhausted, httpAnswer, wedgesBeyond } from "../fakes/dahua-behaviours.ts";
import type { DahuaBehaviour } from "../fakes/dahua-device.ts";
import { eventually } from "../fakes/eventually.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { startTlsDoor } from "../fakes/tls-door.ts";
import { dahua, openDahua } from "./dahua-open.ts";
import { impatient } from "./onvif-open.ts";

const never = new AbortController().signal;
const well = { ok: true };
const NVR = { transcripts: ["nvr4108-4.001"], channels: 8 };

const failing = (cause: string) => ({ ok: false, fault: expect.objectContaining({ cause }) });

test("a well camera passes every rung, with its facts, stream and clock", async () => {
  const device = await dahua();
  const report = await openDahua(device).probe(never);
  expect(report.rungs).toEqual({
    host: well,
    port: well,
    login: well,
    describe: well,
    stream: well,
    clock: well,
  });
  expect(report.facts).toEqual({
    manufacturer: "Dahua",
    model: "IPC-HFW1230S-S5",
    firmware: "2.800.0000000.8.R,build:2021-06-15",
    serial: "7J0A1B2PAG3C4D5",
    mac: "a0:bd:1d:12:34:56",
    profile: "1 (main)",
    streamUri: `rtsp://127.0.0.1:${device.rtspPort}/cam/realmonitor?channel=1&subtype=0`,
    snapshotUri: `http://127.0.0.1:${device.httpPort}/cgi-bin/snapshot.cgi?channel=1`,
  });
  expect(report.stream).toMatchObject({ codec: "h264", packetsLost: 0 });
  expect(Math.abs(report.clock?.offsetMs ?? Number.NaN)).toBeLessThan(3_000);
  expect(device.loginsRefused).toBe(0);
});

test("an entry of the configuration opens the driver, and no other driver's does", async () => {
  const device = await dahua();
  const entry = (driver: string) =>
    cameraSchema.parse({
      id: "gate-1",
      name: "Gate 1",
      driver,
      address: `127.0.0.1:${device.httpPort}`,
      rtspPort: device.rtspPort,
    });
  const context = { clock: systemClock, host: new OpenGate(), health: () => impatient };
  const { login } = device;
  const session = await openCamera({ config: entry("dahua"), login }, context);
  expect((await session.probe(never)).rungs.stream).toEqual(well);
  expect(await session.storage?.(never)).toMatchObject({ value: { disks: [{ state: "ok" }] } });
  expect(session.events).toBeDefined();
  expect(() => dahuaDriver.open({ config: entry("onvif"), login }, context)).toThrow("gate-1");
});

test("a camera over TLS is well, with a certificate that it signed itself", async () => {
  using folder = temporaryFolder();
  const device = await dahua();
  await using door = await startTlsDoor(selfSigned(folder.path), device.httpPort);
  const session = openDahua(device, { config: { address: `https://127.0.0.1:${door.port}` } });
  const { rungs } = await session.probe(never);
  expect([rungs.login, rungs.stream]).toEqual([well, well]);
});

test("the sub-stream is looked at where it is asked for", async () => {
  const device = await dahua();
  const { rungs, facts } = await openDahua(device, { config: { stream: "sub" } }).probe(never);
  expect(rungs.stream).toEqual(well);
  expect(facts.streamUri).toMatch(/subtype=1$/);
});

test("a look while nothing is new costs two requests and the stream", async () => {
  const device = await dahua();
  const session = openDahua(device);
  await session.probe(never);
  const before = device.requests;
  await session.probe(never);
  const more = Object.entries(device.requests).flatMap(([name, count]) =>
    count === before[name] ? [] : [[name, count - (before[name] ?? 0)]],
  );
  expect(more).toEqual([
    ["magicBox.cgi.getSystemInfo", 1],
    ["global.cgi.getCurrentTime", 1],
  ]);
});

test("a wrong clock is told as a wrong clock, and no login fails for it", async () => {
  const clockOf = async (clockOffsetMs: number) => {
    const device = await dahua({ clockOffsetMs });
    const { rungs } = await openDahua(device).probe(never);
    expect(rungs.login).toEqual(well);
    expect(device.loginsRefused).toBe(0);
    return rungs.clock;
  };
  expect(await clockOf(-5 * 365 * 86_400_000)).toEqual(failing("clock-wrong"));
  expect(await clockOf(754_000)).toEqual(failing("clock-wrong"));
  expect(await clockOf(3_600_000)).toEqual(failing("clock-time-zone"));
  expect(await clockOf(-7 * 3_600_000)).toEqual(failing("clock-time-zone"));
});

test("a device that tells no time leaves its clock unknown alone", async () => {
  const device = await dahua({
    behaviours: [answers("global.cgi.getCurrentTime", httpAnswer(200, "result=soon\r\n"))],
  });
  const { rungs, clock } = await openDahua(device).probe(never);
  expect(rungs.clock).toEqual(failing("clock-unreadable"));
  expect(rungs.stream).toEqual(well);
  expect(clock).toBeUndefined();
});

test("a wrong password is tried once, and is no wrong clock", async () => {
  const device = await dahua({ clockOffsetMs: 86_400_000 });
  const gate = new OpenGate();
  const session = openDahua(device, { gate, login: { username: "admin", password: "wrong" } });
  for (let turn = 0; turn < 3; turn++) {
    const { rungs } = await session.probe(never);
    expect(rungs).toEqual({ host: well, port: well, login: failing("login-rejected") });
  }
  expect(device.loginsRefused).toBe(1);
  expect(gate.rejections).toHaveLength(1);
});

test("a device that wants a login where none is configured says so", async () => {
  const device = await dahua();
  const { rungs } = await openDahua(device, { login: undefined }).probe(never);
  expect(rungs.login).toEqual(failing("login-missing"));
});

test.each([
  ["with a challenge", exhausted()],
  ["without one", { name: "exhausted", onCgiRequest: () => httpAnswer(401, "") }],
])(
  "a 401 after a success, %s, is a device without a free connection, and no wrong password",
  async (_, busy) => {
    const device = await dahua();
    const gate = new RequestGate(systemClock, () => impatient).of("gate-1");
    const session = openDahua(device, { gate });
    expect((await session.probe(never)).rungs.login).toEqual(well);
    await device.behave(busy);
    const { rungs } = await session.probe(never);
    expect(rungs.login).toEqual(failing("login-busy"));
    await device.calm(busy);
    // Held for a minute, and nothing is asked with the login meanwhile.
    const asked = device.asked("global.cgi.getCurrentTime");
    expect((await session.probe(never)).rungs.login).toEqual(failing("login-busy"));
    expect(device.asked("global.cgi.getCurrentTime")).toBe(asked);
  },
);

test("sixteen looks at once are two requests at a time, and wedge nothing", async () => {
  const device = await dahua({ ...NVR, behaviours: [wedgesBeyond()] });
  const gate = new RequestGate(systemClock, () => ({ ...impatient, requestTimeout: 5_000 }));
  const sessions = Array.from({ length: 16 }, (_, index) =>
    openDahua(device, { gate: gate.of(`c${index}`), config: { channel: 1 + (index % 8) } }),
  );
  const reports = await Promise.all(sessions.map((session) => session.probe(never)));
  expect(reports[0]?.rungs.stream).toEqual(well);
  expect(reports.every(({ rungs }) => rungs.login?.ok)).toBe(true);
  expect(device.mostRunning).toBeLessThanOrEqual(2);
  expect(device.loginsRefused).toBe(0);
});

test("a wedged CGI is late while the stream stays fine", async () => {
  const device = await dahua({ behaviours: [wedgesBeyond(0)] });
  const { rungs } = await openDahua(device).probe(never);
  expect(rungs).toEqual({ host: well, port: failing("answer-late") });
});

test("sixteen channels cost one login, one look at the device and its channels", async () => {
  const device = await dahua(NVR);
  const gate = new OpenGate();
  const sessions = Array.from({ length: 16 }, (_, index) =>
    openDahua(device, { gate, config: { channel: 1 + (index % 8) } }),
  );
  await Promise.all(sessions.map((session) => session.probe(never)));
  for (const name of [
    "magicBox.cgi.getVendor",
    "global.cgi.getCurrentTime",
    "api.LogicDeviceManager.getCameraState",
  ])
    expect([name, device.asked(name)]).toEqual([name, 1]);
  expect(device.asked("magicBox.cgi.getSystemInfo")).toBe(2);
  expect(device.loginsRefused).toBe(0);
});

test("a recorder names its dead channels, its empty ones and those that it has not", async () => {
  const device = await dahua(NVR);
  const gate = new OpenGate();
  const describes = async (channel: number) =>
    (await openDahua(device, { gate, config: { channel } }).probe(never)).rungs.describe;
  expect(await describes(1)).toEqual(well);
  expect(await describes(2)).toMatchObject({
    fault: {
      cause: "channel-offline",
      evidence: {
        en: "the recorder says that channel 2 is offline: Unconnect",
        vi: "đầu ghi báo kênh 2 mất kết nối: Unconnect",
      },
    },
  });
  expect(await describes(5)).toMatchObject({ fault: { cause: "channel-offline" } });
  expect(await describes(7)).toMatchObject({
    fault: { cause: "channel-missing", evidence: { en: "no camera is added to channel 7 of the recorder" } },
  });
  expect(await describes(9)).toMatchObject({
    fault: { cause: "channel-missing", evidence: { en: "no channel 9; the device has 1-8" } },
  });
  // Nothing is said of it: an analogue channel is not in the list.
  expect(await describes(8)).toEqual(well);
  const { facts } = await openDahua(device, { gate }).probe(never);
  expect(facts).toMatchObject({ model: "DHI-NVR4108-4KS2", serial: "4F07335PAZEEA9B" });
});

test("a recorder that counts its sockets alone has its network channels all the same", async () => {
  const device = await dahua({
    ...NVR,
    behaviours: [answers("devVideoInput.cgi.getCollect", httpAnswer(200, "result=4\r\n"))],
  });
  const gate = new OpenGate();
  const describes = async (channel: number) =>
    (await openDahua(device, { gate, config: { channel } }).probe(never)).rungs.describe;
  expect(await describes(6)).toEqual(well);
  expect(await describes(8)).toMatchObject({
    fault: { evidence: { en: "no channel 8; the device has 1-7" } },
  });
});

test("an old recorder without channel states tells by lost pictures and by what was added", async () => {
  const device = await dahua({ transcripts: ["xvr5108-3.210-no-camera-state"], channels: 8 });
  const gate = new OpenGate();
  const describes = async (channel: number) =>
    (await openDahua(device, { gate, config: { channel } }).probe(never)).rungs.describe;
  expect(await describes(1)).toEqual(well);
  expect(await describes(3)).toMatchObject({ fault: { cause: "channel-offline" } });
  expect(await describes(5)).toEqual(well);
  expect(await describes(6)).toMatchObject({ fault: { cause: "channel-missing" } });
  expect(await describes(7)).toMatchObject({ fault: { cause: "channel-missing" } });
  const { facts } = await openDahua(device, { gate }).probe(never);
  expect(facts).toMatchObject({ manufacturer: "Dahua", model: "DH-XVR5108HS" });
  expect(device.asked("api.LogicDeviceManager.getCameraState")).toBe(1);
});

test("that no picture is lost, which an old recorder says by an error, is asked again at the next look", async () => {
  let lost = "Error\r\nNo Events\r\n";
  const indexes: DahuaBehaviour = {
    name: "tells lost pictures",
    onCgiRequest: ({ name, authorization }) =>
      name === "eventManager.cgi.getEventIndexes.VideoLoss" && authorization !== undefined
        ? httpAnswer(200, lost)
        : undefined,
  };
  const device = await dahua({
    transcripts: ["xvr5108-3.210-no-camera-state"],
    channels: 8,
    behaviours: [indexes],
  });
  const session = openDahua(device);
  expect((await session.probe(never)).rungs.describe).toEqual(well);
  lost = "channels[0]=0\r\n";
  expect((await session.probe(never)).rungs.describe).toEqual(failing("channel-offline"));
});

test("what is no Dahua is said to be none, with whither it refers", async () => {
  const page = answers("magicBox.cgi.getSystemInfo", httpAnswer(404, "<html>"));
  const device = await dahua({ behaviours: [page] });
  expect((await openDahua(device).probe(never)).rungs).toMatchObject({
    port: { fault: { cause: "answer-garbled", evidence: { en: expect.stringContaining("no Dahua CGI") } } },
  });
  const moved = httpAnswer(301, "", "Location: https://192.168.1.108/\r\n");
  const other = await dahua({ behaviours: [answers("magicBox.cgi.getSystemInfo", moved)] });
  expect((await openDahua(other).probe(never)).rungs).toMatchObject({
    port: { fault: { evidence: { en: expect.stringContaining("referral to https://192.168.1.108/") } } },
  });
});

test("facts that were known stay known while the device is away", async () => {
  const device = await dahua();
  const session = openDahua(device);
  const { facts } = await session.probe(never);
  await device.behave(refuses());
  const away = await session.probe(never);
  expect(away.rungs).toEqual({ host: well, port: failing("port-closed") });
  expect(away.facts).toEqual(facts);
});

test("who a device is and how many channels it has is asked again at the next look where one answer made no sense", async () => {
  let inputs: string | undefined = httpAnswer(200, "<html>busy</html>", "Content-Type: text/html");
  const garbles: DahuaBehaviour = {
    name: "garbles its inputs",
    onCgiRequest: ({ name, authorization }) =>
      name === "devVideoInput.cgi.getCollect" && authorization !== undefined ? inputs : undefined,
  };
  const device = await dahua({ behaviours: [garbles] });
  const session = openDahua(device);
  expect((await session.probe(never)).rungs.describe).toEqual(well);
  inputs = undefined;
  await session.probe(never);
  await session.probe(never);
  expect(device.asked("devVideoInput.cgi.getCollect")).toBe(2);
});

test("another serial is another device: it is asked anew who it is", async () => {
  const device = await dahua();
  const session = openDahua(device);
  await session.probe(never);
  await device.behave(
    answers("magicBox.cgi.getSystemInfo", httpAnswer(200, "deviceType=IPC-X\r\nserialNumber=2\r\n")),
  );
  expect((await session.probe(never)).facts).toMatchObject({ model: "IPC-X", serial: "2" });
  expect(device.asked("magicBox.cgi.getVendor")).toBe(2);
});

test("a look that is stopped ends at once and leaves nothing open", async () => {
  const device = await dahua({ behaviours: [wedgesBeyond(0)] });
  const stop = new AbortController();
  const look = openDahua(device).probe(stop.signal);
  stop.abort();
  await look;
  await eventually("no connection stays", () => device.sockets === 0);
});

test("a picture is the camera's JPEG, and a complaint in its place is told", async () => {
  const device = await dahua();
  const session = openDahua(device);
  const picture = await session.snapshot(never);
  expect(picture.ok && [...picture.value.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
  await device.behave(answers("snapshot.cgi", httpAnswer(200, "Error\r\nNo Camera\r\n")));
  expect(await session.snapshot(never)).toMatchObject({
    ok: false,
    error: { cause: "request-refused", evidence: { en: "HTTP 200 to snapshot.cgi: Error, No Camera" } },
  });
  await device.calm("answers snapshot.cgi");
  await device.behave(answers("snapshot.cgi", httpAnswer(200, "<html>", "CONTENT-TYPE: text/html\r\n")));
  expect(await session.snapshot(never)).toMatchObject({
    ok: false,
    error: { cause: "answer-garbled", evidence: { en: "snapshot is no JPEG: 6 bytes of text/html" } },
  });
});
