import { expect, test } from "vitest";
import { describesButSendsNoRtp, noProfiles, refuses } from "../fakes/behaviours.ts";
import { faults } from "../fakes/onvif-device-soap.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { TestClock } from "../fakes/test-clock.ts";
import { impatient, openOnvif, simulated } from "./onvif-open.ts";

const never = new AbortController().signal;

test("a well camera passes every rung, with its facts, stream and clock", async () => {
  const camera = await simulated();
  const report = await openOnvif(camera).probe(never);
  expect(report.rungs).toEqual({
    host: { ok: true },
    port: { ok: true },
    login: { ok: true },
    describe: { ok: true },
    stream: { ok: true },
    clock: { ok: true },
  });
  expect(report.facts).toEqual({
    manufacturer: "Simulated",
    model: "SIM-2000",
    firmware: "1.10",
    serial: "0012345678901234567",
    mac: "02:00:5e:10:00:01",
    profile: "Profile_1 (main)",
    streamUri: camera.streamUri,
    snapshotUri: `http://127.0.0.1:${camera.onvifPort}/onvif/snapshot.jpg?profile=Profile_1`,
  });
  expect(report.stream).toMatchObject({ codec: "h264", packetsLost: 0 });
  expect(Math.abs(report.clock?.offsetMs ?? Number.NaN)).toBeLessThan(2_000);
});

test("the time is asked first and without login", async () => {
  const asked: { action: string; signed: boolean }[] = [];
  const camera = await simulated({
    onvif: { authentication: "wsse" },
    behaviours: [
      {
        name: "spy",
        onSoapRequest({ action, security }) {
          asked.push({ action, signed: security !== undefined });
          return undefined;
        },
      },
    ],
  });
  await openOnvif(camera).probe(never);
  expect(asked[0]).toEqual({ action: "tds:GetSystemDateAndTime", signed: false });
  expect(asked[1]).toEqual({ action: "tds:GetDeviceInformation", signed: true });
});

test("a look while nothing is new costs two ONVIF requests", async () => {
  const camera = await simulated();
  const session = openOnvif(camera);
  await session.probe(never);
  const before = camera.stats().requests;
  const report = await session.probe(never);
  const after = camera.stats().requests;
  for (const [name, count] of Object.entries(after).filter(([name]) => name.startsWith("Get")))
    expect([name, count - (before[name] ?? 0)]).toEqual([
      name,
      ["GetSystemDateAndTime", "GetDeviceInformation"].includes(name) ? 1 : 0,
    ]);
  expect(report.facts.mac).toBe("02:00:5e:10:00:01");
});

test("what was discovered is discovered anew after an hour, and after the stream failed", async () => {
  const clock = new TestClock();
  const camera = await simulated({ clock, rtsp: false });
  const session = openOnvif(camera, { clock });
  await session.probe(never);
  // Without RTSP the device has no stream address: never believed for an hour.
  expect((await session.probe(never)).rungs.describe).toMatchObject({ ok: false });
  expect(camera.stats().requests.GetNetworkInterfaces).toBe(2);

  const well = await simulated({ clock });
  const other = openOnvif(well, { clock });
  await other.snapshot(never);
  await other.snapshot(never);
  expect(well.stats().requests.GetNetworkInterfaces).toBe(1);
  await clock.advance(3_600_000);
  await other.snapshot(never);
  expect(well.stats().requests.GetNetworkInterfaces).toBe(2);
});

test("a stream that sends nothing has its address asked for anew at the next look", async () => {
  const camera = await simulated();
  const session = openOnvif(camera, { health: { ...impatient, streamTimeout: 200 } });
  await session.probe(never);
  await camera.behave(describesButSendsNoRtp());
  expect((await session.probe(never)).rungs.stream).toMatchObject({ ok: false });
  expect(camera.stats().requests.GetStreamUri).toBe(1);
  await session.probe(never);
  expect(camera.stats().requests.GetStreamUri).toBe(2);
});

test("another serial is another camera: everything is discovered anew", async () => {
  let serial = "1";
  const camera = await simulated({
    behaviours: [
      {
        name: "replaced",
        onSoapRequest: ({ action }) =>
          action === "tds:GetDeviceInformation"
            ? {
                body: `<tds:GetDeviceInformationResponse><tds:SerialNumber>${serial}</tds:SerialNumber></tds:GetDeviceInformationResponse>`,
              }
            : undefined,
      },
    ],
  });
  const session = openOnvif(camera);
  await session.probe(never);
  serial = "2";
  expect((await session.probe(never)).facts.serial).toBe("2");
  expect(camera.stats().requests.GetServices).toBe(2);
  serial = "3";
  await camera.behave({
    name: "mute",
    onSoapRequest: ({ action }) =>
      /GetServices|GetCapabilities/.test(action) ? { fault: faults.actionNotSupported(action) } : undefined,
  });
  expect((await session.probe(never)).facts).toEqual({ serial: "3" });
});

test("services that name another host and port are asked where the technician configured", async () => {
  const camera = await simulated({ onvif: { advertised: { host: "192.0.2.1", port: 1 } } });
  const { rungs, facts } = await openOnvif(camera).probe(never);
  expect(rungs.stream).toEqual({ ok: true });
  expect(facts.streamUri).toBe(camera.streamUri);
});

test("a configured RTSP port is used in place of the camera's", async () => {
  const camera = await simulated();
  const other = await simulated({ onvif: false });
  const { rungs, facts } = await openOnvif(camera, { config: { rtspPort: other.rtspPort } }).probe(never);
  expect(rungs.stream).toEqual({ ok: true });
  expect(facts.streamUri).toContain(`:${other.rtspPort}/`);
  expect(other.stats().requests.PLAY).toBe(1);
});

test("a camera without GetServices is known by GetCapabilities and Media", async () => {
  const camera = await simulated({
    behaviours: [
      {
        name: "old",
        onSoapRequest: ({ action }) =>
          action === "tds:GetServices" ? { fault: faults.actionNotSupported(action) } : undefined,
      },
    ],
  });
  expect((await openOnvif(camera).probe(never)).rungs.stream).toEqual({ ok: true });
  expect(camera.stats().requests.GetCapabilities).toBe(1);
});

test("a Media2 that does not work is left for Media (D-Link DCS-8635LH)", async () => {
  const camera = await simulated({
    onvif: { media2: true },
    behaviours: [
      {
        name: "brokenMedia2",
        onSoapRequest: ({ action }) =>
          action.startsWith("tr2:") ? { fault: faults.actionNotSupported(action) } : undefined,
      },
    ],
  });
  expect((await openOnvif(camera).probe(never)).rungs.stream).toEqual({ ok: true });
});

test("the configured profile is looked at", async () => {
  const camera = await simulated();
  const { facts, rungs } = await openOnvif(camera, { config: { profile: "Profile_2" } }).probe(never);
  expect(facts.profile).toBe("Profile_2 (sub)");
  expect(facts.streamUri).toMatch(/\/live\/sub$/);
  expect(rungs.stream).toEqual({ ok: true });
});

test("a configured profile that the camera has not is named, with those that it has", async () => {
  const camera = await simulated();
  const { rungs } = await openOnvif(camera, { config: { profile: "none" } }).probe(never);
  expect(rungs.describe).toMatchObject({
    ok: false,
    fault: {
      cause: "stream-missing",
      evidence: {
        en: 'no media profile "none"; the camera has Profile_1, Profile_2',
        vi: 'không có profile "none"; camera có Profile_1, Profile_2',
      },
    },
  });
  expect(rungs.login).toEqual({ ok: true });
});

test("a camera without profiles has no stream", async () => {
  const camera = await simulated({ behaviours: [noProfiles()] });
  const { rungs } = await openOnvif(camera).probe(never);
  expect(rungs.describe).toMatchObject({ ok: false, fault: { cause: "stream-missing" } });
});

test("facts that were known stay known while the camera is away", async () => {
  const camera = await simulated();
  const session = openOnvif(camera);
  const { facts } = await session.probe(never);
  await camera.behave(refuses());
  const away = await session.probe(never);
  expect(away.rungs).toEqual({
    host: { ok: true },
    port: { ok: false, fault: expect.objectContaining({ cause: "port-closed" }) },
  });
  expect(away.facts).toEqual(facts);
});

test("every request goes through the host's gate, one at a time from one look", async () => {
  const camera = await simulated();
  const gate = new OpenGate();
  await openOnvif(camera, { gate }).probe(never);
  expect(gate.requests).toBeGreaterThanOrEqual(8);
  expect(gate.mostRunning).toBe(1);
  expect(gate.running).toBe(0);
});

test("a look that is stopped ends at once and leaves nothing open", async () => {
  const camera = await simulated();
  const stop = new AbortController();
  await camera.behave({
    name: "stop",
    onSoapRequest({ action }) {
      if (action.endsWith(":GetProfiles")) stop.abort();
      return undefined;
    },
  });
  await openOnvif(camera).probe(stop.signal);
  expect(camera.stats().requests).not.toHaveProperty("DESCRIBE");
});

test("a login that the camera writes into its stream address is used and not shown", async () => {
  const path = "/user=admin_password=tlJwpbo6_channel=1_stream=0.sdp";
  const camera = await simulated({
    behaviours: [
      {
        name: "xm",
        onSoapRequest: ({ action }) =>
          action.endsWith(":GetStreamUri")
            ? {
                body: `<tr2:GetStreamUriResponse><tr2:Uri>rtsp://c:554${path}</tr2:Uri></tr2:GetStreamUriResponse>`,
              }
            : undefined,
      },
    ],
  });
  const asked: string[] = [];
  await camera.behave({
    name: "spy",
    onRtspRequest({ uri }) {
      asked.push(uri);
      return undefined;
    },
  });
  const report = await openOnvif(camera, { config: { rtspPort: camera.rtspPort } }).probe(never);
  expect(asked.some((uri) => uri.endsWith(path))).toBe(true);
  expect(JSON.stringify(report)).not.toContain("tlJwpbo6");
});
