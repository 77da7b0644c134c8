import { expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { fault } from "../../agent/model/fault.ts";
import { causeTexts } from "../../agent/model/messages/causes.ts";
import { RequestGate } from "../../agent/run/host-gate.ts";
import { unauthorizedAfter } from "../fakes/behaviours.ts";
import type { Behaviour } from "../fakes/behaviours-hooks.ts";
import { eventually } from "../fakes/eventually.ts";
import { behavioursOf } from "../fakes/fleet-faults.ts";
import { faults } from "../fakes/onvif-device-soap.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { impatient, listener, openOnvif, simulated } from "./onvif-open.ts";

const never = new AbortController().signal;
const _HOUR = 3_600_000;

/** RTSP without login, so that every counted failure is ONVIF's. */
const openStream = { schemes: [] } as const;

test.each(["none", "wsse", "digest", "both"] as const)(
  "a camera that wants %s is logged into without one failed login, and stays so",
  async (authentication) => {
    const camera = await simulated({ onvif: { authentication } });
    const gate = new OpenGate();
    const session = openOnvif(camera, { gate });
    for (let look = 0; look < 3; look++) {
      const { rungs } = await session.probe(never);
      expect(rungs.login).toEqual({ ok: true });
      expect(rungs.stream).toEqual({ ok: true });
    }
    expect(camera.stats().loginsRefused).toBe(0);
    expect(gate.rejections).toEqual([]);
  },
);

test("a camera without a login in the configuration tells the host's gate that ONVIF answers", async () => {
  const camera = await simulated({ onvif: { authentication: "none" } });
  const gate = new OpenGate();
  await openOnvif(camera, { gate, login: undefined }).probe(never);
  // The stream wants a login here, so that all of them are ONVIF's.
  expect(new Set(gate.acceptances)).toEqual(new Set([undefined]));
});

test("what a camera answers before any login says nothing of the one in the configuration", async () => {
  const camera = await simulated({ onvif: { authentication: "none" } });
  const gate = new OpenGate();
  const login = { ...camera.login, password: "wrong" };
  expect((await openOnvif(camera, { gate, login }).probe(never)).rungs.login).toMatchObject({
    fault: { cause: "login-rejected" },
  });
  expect(gate.acceptances).toEqual([]);
});

test("a password that was changed under a running session costs two failed logins at the first try and one at each later one", async () => {
  const camera = await simulated({ onvif: { authentication: "digest" }, rtsp: openStream });
  const gate = new OpenGate();
  const session = openOnvif(camera, { gate });
  for (let look = 0; look < 2; look++) await session.probe(never);
  let shown = 0;
  for (const behaviour of behavioursOf("wrong-password", () => void shown++)) await camera.behave(behaviour);
  const counts: number[] = [];
  for (let look = 0; look < 3; look++) {
    gate.held = undefined;
    expect((await session.probe(never)).rungs.login).toMatchObject({ fault: { cause: "login-rejected" } });
    counts.push(shown);
  }
  expect(counts).toEqual([2, 3, 4]);
  await camera.calm("wrong-password");
  gate.held = undefined;
  expect((await session.probe(never)).rungs.login).toEqual({ ok: true });
});

test("a pull whose password was changed meanwhile costs two failed logins, and none to take leave", async () => {
  const camera = await simulated({ onvif: { authentication: "digest" } });
  const gate = new OpenGate();
  const { heard, emit } = listener();
  const watching = openOnvif(camera, { gate }).watch(emit, never);
  await eventually("a channel", () => heard.some(({ kind }) => kind === "alive"));
  let shown = 0;
  for (const behaviour of behavioursOf("wrong-password", () => void shown++)) await camera.behave(behaviour);
  camera.motion(true);
  await watching;
  expect(gate.rejections).toHaveLength(1);
  expect(shown).toBe(2);
});

test.each(["wsse", "digest"] as const)(
  "a right login that may subscribe and not pull is forbidden, and its subscription is given back (%s)",
  async (authentication) => {
    const camera = await simulated({
      onvif: { authentication },
      behaviours: [
        {
          name: "noPulls",
          onSoapRequest: ({ action }) =>
            /PullMessages/.test(action) ? { fault: faults.notAuthorized(400) } : undefined,
        },
      ],
    });
    const gate = new OpenGate();
    const end = await openOnvif(camera, { gate }).watch(listener().emit, never);
    expect(end).toMatchObject({ fault: { cause: "events-lost" }, retry: "rarely" });
    expect(end.fault.evidence.vi).toContain(causeTexts["login-forbidden"].what.vi);
    expect(gate.rejections).toEqual([]);
    expect(camera.stats().requests).toMatchObject({ CreatePullPointSubscription: 1, Unsubscribe: 1 });
  },
);

test("Digest with SHA-256 and with a challenge of RFC 2069 are spoken", async () => {
  for (const scheme of ["digest-sha256", "digest-md5-legacy"] as const) {
    const camera = await simulated({ onvif: { authentication: "digest", httpSchemes: [scheme] } });
    expect((await openOnvif(camera).probe(never)).rungs.login).toEqual({ ok: true });
  }
});

/** Wants both at once: HTTP's login, and the token beside it. */
function wantsBoth(): Behaviour {
  return {
    name: "wantsBoth",
    onSoapRequest: ({ action, security }) =>
      action === "tds:GetSystemDateAndTime" || security ? undefined : { fault: faults.notAuthorized(400) },
  };
}

test("a camera that wants Digest and WS-Security together gets both", async () => {
  const camera = await simulated({ onvif: { authentication: "digest" }, behaviours: [wantsBoth()] });
  const gate = new OpenGate();
  const session = openOnvif(camera, { gate });
  expect((await session.probe(never)).rungs.login).toEqual({ ok: true });
  expect((await session.probe(never)).rungs.stream).toEqual({ ok: true });
  expect(gate.rejections).toEqual([]);
});

test.each(["wsse", "digest", "both"] as const)(
  "a wrong password is tried once and then no more (%s)",
  async (authentication) => {
    const camera = await simulated({ onvif: { authentication }, rtsp: openStream });
    const gate = new OpenGate();
    const session = openOnvif(camera, { gate, login: { username: "admin", password: "wrong" } });
    const first = await session.probe(never);
    expect(first.rungs.login).toMatchObject({ ok: false, fault: { cause: "login-rejected" } });
    expect(first.rungs.port).toEqual({ ok: true });
    expect((await session.probe(never)).rungs.login).toMatchObject({ fault: { cause: "login-rejected" } });
    expect(camera.stats().loginsRefused).toBe(1);
    expect(gate.rejections).toHaveLength(1);
  },
);

test("look and event channel that begin together try a wrong password once between them", async () => {
  const camera = await simulated({ rtsp: openStream });
  const gate = new OpenGate();
  const session = openOnvif(camera, { gate, login: { username: "admin", password: "wrong" } });
  const [report, end] = await Promise.all([session.probe(never), session.watch(listener().emit, never)]);
  expect(report.rungs.login).toMatchObject({ ok: false });
  expect(end.retry).toBe("rarely");
  expect(camera.stats().loginsRefused).toBe(1);
});

test("a wrong password is not taken for a clock that is off and known", async () => {
  const camera = await simulated({
    onvif: { authentication: "wsse", clockOffsetMs: 10_000_000 },
    rtsp: openStream,
  });
  const { rungs } = await openOnvif(camera, { login: { username: "admin", password: "wrong" } }).probe(never);
  expect(rungs.login).toMatchObject({ fault: { cause: "login-rejected" } });
  expect(rungs.clock).toMatchObject({ fault: { cause: "clock-wrong" } });
  expect(camera.stats().loginsRefused).toBe(1);
});

test("a camera without a configured login that wants one says so", async () => {
  const camera = await simulated();
  const { rungs } = await openOnvif(camera, { login: undefined }).probe(never);
  expect(rungs.login).toMatchObject({ fault: { cause: "login-missing" } });
});

test("a frozen login is not sent at all", async () => {
  const camera = await simulated();
  const gate = new OpenGate();
  gate.held = fault("login-rejected", "refused before");
  const { rungs } = await openOnvif(camera, { gate }).probe(never);
  expect(rungs.login).toEqual({ ok: false, fault: gate.held });
  expect(camera.stats().requests).toEqual({ GetSystemDateAndTime: 1 });
});

test("a right login that may not do something is forbidden, not refused", async () => {
  const camera = await simulated({
    behaviours: [
      {
        name: "noRights",
        onSoapRequest: ({ action }) =>
          /GetProfiles|CreatePullPoint/.test(action) ? { fault: faults.notAuthorized(400) } : undefined,
      },
    ],
  });
  const gate = new OpenGate();
  const session = openOnvif(camera, { gate });
  const { rungs } = await session.probe(never);
  expect(rungs.login).toMatchObject({ fault: { cause: "login-forbidden" } });
  const end = await session.watch(listener().emit, never);
  expect(end).toMatchObject({ fault: { cause: "events-lost" }, retry: "rarely" });
  expect(end.fault.evidence.vi).toContain(causeTexts["login-forbidden"].what.vi);
  expect(gate.rejections).toEqual([]);
});

test("a 401 after successes is a busy camera, by the host's memory", async () => {
  const camera = await simulated();
  const gate = new RequestGate(systemClock, () => impatient);
  const session = openOnvif(camera, { gate });
  expect((await session.probe(never)).rungs.login).toEqual({ ok: true });
  await camera.behave(unauthorizedAfter(0));
  expect((await session.probe(never)).rungs.login).toMatchObject({ fault: { cause: "login-busy" } });
});
