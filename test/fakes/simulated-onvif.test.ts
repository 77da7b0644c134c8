import { expect, test } from "vitest";
import type { Login } from "../../agent/model/camera.ts";
import { createCamera } from "./camera.ts";
import { children, find, localName, textOf } from "./onvif-device-xml.ts";
import { digest, http, usernameToken } from "./simulated-client.ts";
import { ask, device, login, open } from "./simulated-onvif-client.ts";
import { TestClock } from "./test-clock.ts";

/** The user name as it must stand in XML. */
const inXml: Login = { ...login, username: "quản&amp;trị" };

const signed = (password: string, clock: TestClock, shiftMs = 0) =>
  usernameToken({ ...inXml, password }, new Date(clock.wall() + shiftMs).toISOString());

test("GetSystemDateAndTime needs no login and tells the device's own clock, also a wrong one", async () => {
  const clock = new TestClock(Date.UTC(2026, 10, 24, 1, 2, 3));
  await using camera = await device({ authentication: "wsse", clockOffsetMs: 3_600_000 }, clock);
  const { status, body } = await ask(camera, "tds:GetSystemDateAndTime");
  expect(status).toBe(200);
  const utc = find(body, "SystemDateAndTime", "UTCDateTime");
  const parts = ["Hour", "Minute", "Second"].map((name) => textOf(find(utc, "Time", name)));
  expect(parts).toEqual(["2", "2", "3"]);
  expect(["Year", "Month", "Day"].map((name) => textOf(find(utc, "Date", name)))).toEqual([
    "2026",
    "11",
    "24",
  ]);
});

test("everything else without login is NotAuthorized", async () => {
  await using camera = await device({ authentication: "wsse" });
  const { status, subcodes } = await ask(camera, "tds:GetDeviceInformation");
  expect({ status, subcodes }).toEqual({ status: 400, subcodes: ["ter:NotAuthorized"] });
  expect(camera.stats().loginsRefused).toBe(0);
});

test.for(["wsse", "both"] as const)(
  "with %s a username token is taken once, right and fresh by the device's clock",
  async (authentication) => {
    const clock = new TestClock();
    await using camera = await device({ authentication, clockOffsetMs: 60_000 }, clock);
    const withToken = (header: string) => ask(camera, "tds:GetDeviceInformation", { header });
    const good = signed(login.password, clock, 60_000);
    expect((await withToken(good)).status).toBe(200);
    expect((await withToken(good)).subcodes).toEqual(["ter:NotAuthorized"]);
    expect((await withToken(signed("wrong", clock, 60_000))).subcodes).toEqual(["ter:NotAuthorized"]);
    expect((await withToken(signed(login.password, clock))).subcodes).toEqual(["ter:NotAuthorized"]);
    expect((await withToken(signed(login.password, clock, 64_999))).status).toBe(200);
    expect((await withToken(signed(login.password, clock, 65_001))).status).not.toBe(200);
    expect(camera.stats().loginsRefused).toBe(4);
  },
);

test.for(["digest-md5", "digest-sha256"] as const)(
  "HTTP %s is challenged, checked and not taken twice",
  async (scheme) => {
    await using camera = await device({ authentication: "digest", httpSchemes: [scheme] });
    const path = "/onvif/device_service";
    const challenged = await ask(camera, "tds:GetDeviceInformation");
    expect(challenged).toMatchObject({ status: 401, subcodes: ["ter:NotAuthorized"] });
    const challenge = String(challenged.headers["www-authenticate"]);
    const withDigest = (by: Login) => {
      // node:http writes header values as Latin-1; the device reads UTF-8.
      const authorization = Buffer.from(digest(challenge, by, "POST", path)).toString("latin1");
      return ask(camera, "tds:GetDeviceInformation", { headers: { authorization } });
    };
    expect((await withDigest({ ...login, password: "wrong" })).status).toBe(401);
    expect((await withDigest(login)).status).toBe(200);
    const replayed = await withDigest(login);
    expect(replayed.status).toBe(401);
    expect(String(replayed.headers["www-authenticate"])).toContain("stale=true");
    expect(camera.stats().loginsRefused).toBe(1);
  },
);

test("a device that wants digest takes no token, and one that wants tokens no digest", async () => {
  const clock = new TestClock();
  await using wantsDigest = await device({ authentication: "digest" }, clock);
  const token = { header: signed(login.password, clock) };
  expect((await ask(wantsDigest, "tds:GetDeviceInformation", token)).status).toBe(401);
  await using wantsToken = await device({ authentication: "wsse" }, clock);
  const refused = await ask(wantsToken, "tds:GetDeviceInformation");
  expect(refused.headers["www-authenticate"]).toBeUndefined();
});

test("facts are told character by character", async () => {
  await using camera = await device({ ...open, facts: { model: "A&B <2>" } });
  const { body } = await ask(camera, "tds:GetDeviceInformation");
  const facts = Object.fromEntries(children(body).map((child) => [localName(child), textOf(child)]));
  expect(facts).toEqual({
    Manufacturer: "Simulated",
    Model: "A&B <2>",
    FirmwareVersion: "1.10",
    SerialNumber: "0012345678901234567",
    HardwareId: "1.0",
  });
  const network = await ask(camera, "tds:GetNetworkInterfaces");
  expect(textOf(find(network.body, "NetworkInterfaces", "Info", "HwAddress"))).toBe("02:00:5e:10:00:01");
});

test("services, profiles and addresses lead to the stream and the snapshot", async () => {
  await using camera = await createCamera({ login, onvif: open });
  const services = await ask(camera, "tds:GetServices");
  const addresses = children(services.body).map((service) => textOf(find(service, "XAddr")));
  expect(addresses).toContain(`http://127.0.0.1:${camera.onvifPort}/onvif/event_service`);
  const profiles = await ask(camera, "trt:GetProfiles");
  const token = find(profiles.body, "Profiles")?.attributes.token;
  const content = `<trt:ProfileToken>${token}</trt:ProfileToken>`;
  const stream = await ask(camera, "trt:GetStreamUri", { content });
  expect(textOf(find(stream.body, "MediaUri", "Uri"))).toBe(camera.streamUri);
  const content2 = `<tr2:ProfileToken>${token}</tr2:ProfileToken>`;
  expect(textOf(find((await ask(camera, "tr2:GetStreamUri", { content: content2 })).body, "Uri"))).toBe(
    camera.streamUri,
  );
  const snapshot = new URL(
    textOf(find((await ask(camera, "trt:GetSnapshotUri", { content })).body, "MediaUri", "Uri")) ?? "",
  );
  const picture = await http({
    port: camera.onvifPort,
    method: "GET",
    path: snapshot.pathname + snapshot.search,
  });
  expect(picture.headers["content-type"]).toBe("image/jpeg");
  expect(picture.body.subarray(0, 3).toString("hex")).toBe("ffd8ff");
  const unknown = await ask(camera, "trt:GetStreamUri", {
    content: "<trt:ProfileToken>x</trt:ProfileToken>",
  });
  expect(unknown).toMatchObject({ status: 400, subcodes: ["ter:InvalidArgVal", "ter:NoProfile"] });
});

test("the snapshot wants HTTP Digest even where SOAP wants tokens", async () => {
  await using camera = await device({ authentication: "wsse" });
  const path = "/onvif/snapshot.jpg";
  const challenged = await http({ port: camera.onvifPort, method: "GET", path });
  expect(challenged.status).toBe(401);
  const challenge = String(challenged.headers["www-authenticate"]);
  const authorization = Buffer.from(digest(challenge, login, "GET", path)).toString("latin1");
  const answer = await http({ port: camera.onvifPort, method: "GET", path, headers: { authorization } });
  expect(answer.status).toBe(200);
});

test("a device behind a NAT tells the names that it believes in", async () => {
  await using camera = await createCamera({
    login,
    onvif: { ...open, advertised: { host: "192.0.2.9", port: 80 } },
  });
  const capabilities = await ask(camera, "tds:GetCapabilities");
  expect(textOf(find(capabilities.body, "Capabilities", "Media", "XAddr"))).toBe(
    "http://192.0.2.9:80/onvif/media_service",
  );
});

test("what the device does not know and what is no SOAP are faults", async () => {
  await using camera = await device(open);
  expect(await ask(camera, "tds:SystemReboot")).toMatchObject({
    status: 500,
    subcodes: ["ter:ActionNotSupported"],
  });
  const answer = await http({ port: camera.onvifPort, path: "/onvif/device_service", body: "<open>" });
  expect(answer.status).toBe(400);
  expect(answer.body.toString()).toContain("ter:WellFormed");
});
