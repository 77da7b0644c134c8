import { expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { RequestGate } from "../../agent/run/host-gate.ts";
import { unauthorizedAfter } from "../fakes/behaviours.ts";
import type { Behaviour } from "../fakes/behaviours-hooks.ts";
import { behavioursOf } from "../fakes/fleet-faults.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { camera, recorder } from "./hikvision-answers.ts";
import { impatient, never, openHikvision, simulated } from "./hikvision-open.ts";

const gateOf = () => new RequestGate(systemClock, () => impatient);

test.each([["digest-md5"], ["digest-sha256"], ["digest-md5-legacy"], ["basic"]] as const)(
  "a device that wants %s is logged into without one failed login, and stays so",
  async (scheme) => {
    const device = await simulated({ schemes: [scheme] });
    const session = openHikvision(device);
    for (let look = 0; look < 3; look++)
      expect((await session.probe(never)).rungs.login).toEqual({ ok: true });
    expect(device.stats().loginsRefused).toBe(0);
  },
);

test("a wrong password is tried once, and the tries that are left are told", async () => {
  const device = await simulated();
  const gate = gateOf();
  const session = openHikvision(device, { gate, login: { ...device.login, password: "wrong" } });
  for (let look = 0; look < 3; look++)
    expect((await session.probe(never)).rungs.login).toMatchObject({
      fault: { cause: "login-rejected", evidence: { en: expect.stringContaining("4 more wrong tries") } },
    });
  expect(await session.snapshot(never)).toMatchObject({ error: { cause: "login-rejected" } });
  expect(device.stats().loginsRefused).toBe(1);
});

test("a password that was changed under a running session costs two failed logins at the first try and one at each later one", async () => {
  const device = await simulated({ rtspSchemes: [] });
  const gate = new OpenGate();
  const session = openHikvision(device, { gate });
  for (let look = 0; look < 2; look++) await session.probe(never);
  let shown = 0;
  for (const behaviour of behavioursOf("wrong-password", () => void shown++)) await device.behave(behaviour);
  const counts: number[] = [];
  for (let look = 0; look < 3; look++) {
    gate.held = undefined;
    expect((await session.probe(never)).rungs.login).toMatchObject({ fault: { cause: "login-rejected" } });
    counts.push(shown);
  }
  expect(counts).toEqual([2, 3, 4]);
  await device.calm("wrong-password");
  gate.held = undefined;
  expect((await session.probe(never)).rungs.login).toEqual({ ok: true });
});

test("one mistyped password on a recorder of sixteen channels costs exactly one failed login", async () => {
  const device = await simulated({ device: recorder });
  const gate = gateOf();
  const login = { ...device.login, password: "wrong" };
  const sessions = Array.from({ length: 16 }, (_, index) =>
    openHikvision(device, { gate, login, config: { channel: index + 1 } }),
  );
  const [end, ...reports] = await Promise.all([
    sessions[0]?.events?.source.watch(async () => {}, never),
    ...sessions.map((session) => session.probe(never)),
  ]);
  expect(end?.retry).toBe("rarely");
  for (const { rungs } of reports) expect(rungs.login).toMatchObject({ fault: { cause: "login-rejected" } });
  expect(device.stats().loginsRefused).toBe(1);
});

test("sixteen channels cost one login, one question of each kind and one event stream", async () => {
  const device = await simulated({ device: recorder, rtspSchemes: [] });
  const gate = gateOf();
  const sessions = Array.from({ length: 16 }, (_, index) =>
    openHikvision(device, { gate, config: { channel: index + 1 } }),
  );
  const reports = await Promise.all(sessions.map((session) => session.probe(never)));
  expect(reports.filter(({ rungs }) => rungs.stream?.ok)).toHaveLength(15);
  const { requests } = device.stats();
  expect(requests["System/deviceInfo"]).toBe(2);
  expect(requests["System/time"]).toBe(1);
  expect(requests["ContentMgmt/InputProxy/channels/status"]).toBe(1);
  expect(new Set(sessions.map(({ events }) => events?.source)).size).toBe(1);
});

test("what one channel's look learned is good for the next channel's, and not for its own next look", async () => {
  const device = await simulated({ device: recorder });
  const gate = gateOf();
  // Neither has a stream to look at.
  const [third, twentieth] = [3, 20].map((channel) => openHikvision(device, { gate, config: { channel } }));
  const asked = () => device.stats().requests["System/time"];
  await third?.probe(never);
  await twentieth?.probe(never);
  expect(asked()).toBe(1);
  await third?.probe(never);
  expect(asked()).toBe(2);
});

test("a locked account is told as one, with the time that is left, and its password is not tried", async () => {
  const device = await simulated();
  device.lock();
  const session = openHikvision(device, { gate: gateOf() });
  for (let look = 0; look < 3; look++)
    expect((await session.probe(never)).rungs).toMatchObject({
      port: { ok: true },
      login: {
        fault: { cause: "login-forbidden", evidence: { en: expect.stringContaining("30 min more") } },
      },
    });
  expect(device.stats().loginsRefused).toBe(0);
  expect(device.stats().requests["System/deviceInfo"]).toBe(3);
});

test("a lock that is told with 403 is held like one that is told with 401", async () => {
  const device = await simulated();
  device.answerWith(
    "System/deviceInfo",
    "HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nConnection: close\r\n\r\n" +
      "<userCheck><statusValue>403</statusValue><lockStatus>lock</lockStatus><unlockTime>61</unlockTime></userCheck>",
  );
  const session = openHikvision(device, { gate: gateOf() });
  for (let look = 0; look < 3; look++)
    expect((await session.probe(never)).rungs.login).toMatchObject({
      fault: { cause: "login-forbidden", evidence: { en: expect.stringContaining("2 min more") } },
    });
  // A challenge and one login; after that nothing but questions without one.
  expect(device.stats().requests["System/deviceInfo"]).toBe(4);
});

test("an account that a failed try locks is told as locked", async () => {
  const device = await simulated({ locksAfter: 1 });
  const session = openHikvision(device, { gate: gateOf(), login: { ...device.login, password: "wrong" } });
  const { rungs } = await session.probe(never);
  expect(rungs.login).toMatchObject({
    fault: { cause: "login-forbidden", evidence: { vi: expect.stringContaining("khóa đăng nhập") } },
  });
  expect(device.stats().loginsRefused).toBe(1);
});

test("an account that is locked by someone else while it works is told as locked", async () => {
  const device = await simulated();
  const session = openHikvision(device, { gate: gateOf() });
  expect((await session.probe(never)).rungs.login).toEqual({ ok: true });
  device.lock();
  expect((await session.probe(never)).rungs.login).toMatchObject({ fault: { cause: "login-forbidden" } });
});

test("a lock that falls between two questions of one look ends that look, and nothing is left out of later ones", async () => {
  const device = await simulated();
  const gate = new OpenGate();
  const session = openHikvision(device, { gate });
  const locksClock: Behaviour = {
    name: "locksClock",
    onHttpRequest(request, response) {
      if (!request.url?.endsWith("/System/time")) return undefined;
      response
        .writeHead(403, { "Content-Type": "application/xml" })
        .end("<userCheck><statusValue>403</statusValue><lockStatus>lock</lockStatus></userCheck>");
      return "taken";
    },
  };
  await device.behave(locksClock);
  expect((await session.probe(never)).rungs.login).toMatchObject({ fault: { cause: "login-forbidden" } });
  await device.calm(locksClock);
  gate.held = undefined;
  expect((await session.probe(never)).rungs).toMatchObject({ login: { ok: true }, clock: { ok: true } });
});

test("a device without a configured login says that it wants one", async () => {
  const device = await simulated();
  expect((await openHikvision(device, { login: undefined }).probe(never)).rungs.login).toMatchObject({
    fault: { cause: "login-missing" },
  });
});

test("a 401 after successes is a busy device, by the host's memory", async () => {
  const device = await simulated();
  const session = openHikvision(device, { gate: gateOf() });
  expect((await session.probe(never)).rungs.login).toEqual({ ok: true });
  await device.behave(unauthorizedAfter(0));
  expect((await session.probe(never)).rungs.login).toMatchObject({ fault: { cause: "login-busy" } });
});

test("a right login that may not ask is forbidden, not refused", async () => {
  const device = await simulated();
  device.answerWith(
    "System/deviceInfo",
    "HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nConnection: close\r\n\r\n" +
      "<ResponseStatus><statusCode>4</statusCode><statusString>Invalid Operation</statusString><subStatusCode>lowPrivilege</subStatusCode></ResponseStatus>",
  );
  const gate = new OpenGate();
  expect((await openHikvision(device, { gate }).probe(never)).rungs.login).toMatchObject({
    fault: { cause: "login-forbidden", evidence: { en: expect.stringContaining("lowPrivilege") } },
  });
  expect(gate.rejections).toEqual([]);
});

test("no text has the password", async () => {
  const device = await simulated({ device: camera, locksAfter: 1 });
  const login = { username: "admin", password: "Bí-mật-123" };
  const session = openHikvision(device, { login });
  const report = await session.probe(never);
  expect(JSON.stringify(report)).not.toContain("Bí-mật");
  expect(session.playback(new Date(0), new Date(1))).not.toContain("Bí-mật");
});
