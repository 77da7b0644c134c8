import { expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { RequestGate } from "../../agent/run/host-gate.ts";
import { wrongClock } from "../fakes/behaviours.ts";
import type { Behaviour } from "../fakes/behaviours-hooks.ts";
import { faults } from "../fakes/onvif-device-soap.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { impatient, listener, openOnvif, simulated } from "./onvif-open.ts";

const never = new AbortController().signal;
const HOUR = 3_600_000;

/** RTSP without login, so that every counted failure is ONVIF's. */
const openStream = { schemes: [] } as const;

test("a wrong clock stops no login: tokens are signed with the camera's own time", async () => {
  for (const clockOffsetMs of [-40 * 365 * 24 * HOUR, -600_000, 10_000_000]) {
    const camera = await simulated({ onvif: { authentication: "wsse", clockOffsetMs } });
    const { rungs } = await openOnvif(camera).probe(never);
    expect(rungs.login).toEqual({ ok: true });
    expect(rungs.clock).toMatchObject({ fault: { cause: "clock-wrong" } });
    expect(camera.stats().loginsRefused).toBe(0);
  }
});

test("a clock that is set between two looks costs one refused token and no password", async () => {
  const camera = await simulated({ onvif: { authentication: "wsse" } });
  const gate = new OpenGate();
  const session = openOnvif(camera, { gate });
  await session.probe(never);
  const { heard, emit } = listener();
  const stop = new AbortController();
  const watching = session.watch(async (news) => {
    await emit(news);
    // The next pull is signed with a clock that has moved.
    if (news.kind === "open") await camera.behave(wrongClock(10_000_000));
    if (news.kind === "alive") stop.abort();
  }, stop.signal);
  await watching;
  expect(heard.map(({ kind }) => kind)).toContain("alive");
  expect(gate.rejections).toEqual([]);
  expect(camera.stats().loginsRefused).toBe(1);
});

test("the box's own clock may leap at any time: no token is refused for it, and the camera is told by the new one", async () => {
  const camera = await simulated({ onvif: { authentication: "wsse" } });
  let leapt = 0;
  const clock = { ...systemClock, wall: () => Date.now() + leapt };
  const session = openOnvif(camera, { clock, health: impatient });
  await session.probe(never);
  const { heard, emit } = listener();
  const stop = new AbortController();
  await session.watch(async (news) => {
    await emit(news);
    if (news.kind === "open") leapt = -56 * 365 * 24 * HOUR;
    if (news.kind === "alive") stop.abort();
  }, stop.signal);
  expect(heard.map(({ kind }) => kind)).toContain("alive");
  const { rungs } = await session.probe(never);
  expect(rungs).toMatchObject({ login: { ok: true }, clock: { fault: { cause: "clock-wrong" } } });
  expect(camera.stats().loginsRefused).toBe(0);
});

test("local time told as UTC costs one refused token: the next is signed with the true time", async () => {
  const camera = await simulated({ onvif: { authentication: "wsse" }, behaviours: [tellsTime(7 * HOUR)] });
  const gate = new OpenGate();
  const session = openOnvif(camera, { gate });
  const { rungs, clock } = await session.probe(never);
  expect(rungs.login).toEqual({ ok: true });
  expect(rungs.clock).toMatchObject({ fault: { cause: "clock-time-zone" } });
  expect(Math.abs((clock?.offsetMs ?? 0) - 7 * HOUR)).toBeLessThan(1_000);
  await session.probe(never);
  expect(camera.stats().loginsRefused).toBe(1);
  expect(gate.rejections).toEqual([]);
});

/** Tells a time that is not the one it checks tokens by; `undefined`: tells none. */
function tellsTime(aheadMs: number | undefined): Behaviour {
  return {
    name: "tellsTime",
    onSoapRequest({ action }) {
      if (action !== "tds:GetSystemDateAndTime") return undefined;
      if (aheadMs === undefined) return { fault: faults.actionNotSupported(action) };
      const now = new Date(Date.now() + aheadMs);
      const time = `<tt:Time><tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute><tt:Second>${now.getUTCSeconds()}</tt:Second></tt:Time>`;
      const date = `<tt:Date><tt:Year>${now.getUTCFullYear()}</tt:Year><tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day></tt:Date>`;
      return {
        body: `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:UTCDateTime>${time}${date}</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`,
      };
    },
  };
}

test("a token refused by a camera that hides a wrong clock is reported as the clock, also while frozen", async () => {
  const camera = await simulated({
    onvif: { authentication: "wsse", clockOffsetMs: 10_000_000 },
    behaviours: [tellsTime(undefined)],
    rtsp: openStream,
  });
  const gate = new OpenGate();
  const session = openOnvif(camera, { gate });
  for (let look = 0; look < 3; look++) {
    const { rungs } = await session.probe(never);
    expect(rungs.login).toMatchObject({ fault: { cause: "login-clock" } });
    expect(rungs.clock).toMatchObject({ fault: { cause: "clock-unreadable" } });
  }
  expect(camera.stats().loginsRefused).toBe(1);
  expect(gate.rejections).toHaveLength(1);
});

test("a login that was refused while the clock was wrong is tried once more when the clock is right, and works", async () => {
  const camera = await simulated({ onvif: { authentication: "wsse" }, rtsp: openStream });
  const hidden = tellsTime(undefined);
  await camera.behave(hidden);
  await camera.behave(wrongClock(10_000_000));
  const session = openOnvif(camera, { gate: new RequestGate(systemClock, () => impatient) });
  for (let look = 0; look < 2; look++)
    expect((await session.probe(never)).rungs.login).toMatchObject({ fault: { cause: "login-clock" } });
  expect(camera.stats().loginsRefused).toBe(1);
  await camera.calm("wrongClock");
  await camera.calm(hidden);
  expect((await session.probe(never)).rungs.login).toEqual({ ok: true });
  expect((await session.probe(never)).rungs.login).toEqual({ ok: true });
  expect(camera.stats().loginsRefused).toBe(1);
});

test("a wrong password is tried twice, not more, on a camera whose clock is put right and wrong again", async () => {
  const camera = await simulated({ onvif: { authentication: "wsse" }, rtsp: openStream });
  const gate = new RequestGate(systemClock, () => impatient);
  const session = openOnvif(camera, { gate, login: { username: "admin", password: "wrong" } });
  for (let round = 0; round < 3; round++) {
    await camera.behave(wrongClock(10_000_000));
    expect((await session.probe(never)).rungs.login).toMatchObject({ ok: false });
    await camera.calm("wrongClock");
    expect((await session.probe(never)).rungs.login).toMatchObject({ ok: false });
  }
  expect(camera.stats().loginsRefused).toBe(2);
});

/** Panasonic, Digital Barriers: not even the time without a login. */
function hidesTime(): Behaviour {
  return {
    name: "hidesTime",
    onSoapRequest: ({ action, security }) =>
      action === "tds:GetSystemDateAndTime" && !security ? { fault: faults.notAuthorized(400) } : undefined,
  };
}

test("a camera that tells its time only to a login is asked with it", async () => {
  const camera = await simulated({ onvif: { authentication: "wsse" }, behaviours: [hidesTime()] });
  const report = await openOnvif(camera).probe(never);
  expect(report.rungs).toMatchObject({ login: { ok: true }, clock: { ok: true } });
  expect(report.clock).toBeDefined();
});

test("a camera that refuses the login already for its time is there all the same", async () => {
  const camera = await simulated({
    onvif: { authentication: "wsse" },
    behaviours: [
      {
        name: "hidesAll",
        onSoapRequest: ({ action }) =>
          action === "tds:GetSystemDateAndTime" ? { fault: faults.notAuthorized(400) } : undefined,
      },
    ],
  });
  const { rungs } = await openOnvif(camera).probe(never);
  expect(rungs.host).toEqual({ ok: true });
  expect(rungs.port).toEqual({ ok: true });
  expect(rungs.login).toMatchObject({ ok: false });
});

test("a snapshot as the very first request is signed by the camera's clock too", async () => {
  const camera = await simulated({ onvif: { authentication: "wsse", clockOffsetMs: 10_000_000 } });
  expect((await openOnvif(camera).snapshot(never)).ok).toBe(true);
  expect(camera.stats().loginsRefused).toBe(0);
});
