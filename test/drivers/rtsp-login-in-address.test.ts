import { afterEach, expect, test } from "vitest";
import type { DriverContext, Login, ProbeReport } from "../../agent/model/camera.ts";
import { fillLogin, hiding, wantsLogin } from "../../drivers/protocol/login-in-address.ts";
import { rtsp } from "../../drivers/rtsp.ts";
import type { Behaviour } from "../fakes/behaviours-hooks.ts";
import { createCamera, type SimulatedCamera } from "../fakes/camera.ts";
import { probe, probeContext, verdict } from "./rtsp-context.ts";

const cameras: SimulatedCamera[] = [];
afterEach(async () => {
  for (const camera of cameras.splice(0)) await camera.close();
});

const login: Login = { username: "quản trị", password: "p&ss/w#rd?1%{username}" };
const ENCODED = "p%26ss%2Fw%23rd%3F1%25%7Busername%7D";
const TEMPLATE = "/user={username}&password={password}&channel=1&stream=0.sdp";
const PATH = `/user=qu%E1%BA%A3n%20tr%E1%BB%8B&password=${ENCODED}&channel=1&stream=0.sdp`;
const well = "host port login describe stream";
const signal = new AbortController().signal;

/** A recorder whose stream is at the path that holds the login, and which asks for no other. */
async function recorder(...behaviours: Behaviour[]) {
  const asked: string[] = [];
  const spy: Behaviour = {
    name: "spy",
    onRtspRequest({ method, uri }) {
      asked.push(`${method} ${uri.replace(/^rtsp:\/\/[^/]*/, "")}`);
      return undefined;
    },
  };
  const camera = await createCamera({
    onvif: false,
    rtsp: { schemes: [], paths: [PATH] },
    behaviours: [spy, ...behaviours],
  });
  cameras.push(camera);
  return { camera, asked };
}

function look(
  camera: SimulatedCamera,
  options: { login?: Login | undefined; context?: DriverContext } = { login },
): Promise<ProbeReport> {
  const { context = probeContext() } = options;
  const stream = `rtsp://127.0.0.1:${camera.rtspPort}${TEMPLATE}`;
  const config = {
    id: "gate",
    name: "Gate",
    maintenance: false,
    driver: "rtsp",
    stream,
    motion: "off",
  } as const;
  return rtsp.open({ config, login: options.login }, context).probe(signal);
}

/** Answers DESCRIBE with this status, and all that it was asked in the reason. */
function quotes(status: number, padding = ""): Behaviour {
  return {
    name: "quotes",
    onRtspRequest({ method, uri }, stream) {
      if (method !== "DESCRIBE") return undefined;
      const path = uri.replace(/^rtsp:\/\/[^/]*/, "").replaceAll(/password=/g, "secretly ");
      stream.write(`RTSP/1.0 ${status} ${padding}${path} ${login.password}\r\nCSeq: 2\r\n\r\n`);
      return "taken";
    },
  };
}

function expectDiscreet(report: ProbeReport): void {
  const told = JSON.stringify(report);
  for (const part of [login.password.slice(0, 4), ENCODED.slice(0, 4)]) expect(told).not.toContain(part);
}

test("a stream is asked for with the login in its path, percent-encoded, and shown with the placeholders", async () => {
  const { camera, asked } = await recorder();
  const report = await look(camera);
  expect(verdict(report)).toBe(well);
  expect(asked).toContain(`DESCRIBE ${PATH}`);
  expect(report.facts).toEqual({ streamUri: `rtsp://127.0.0.1:${camera.rtspPort}${TEMPLATE}` });
  expectDiscreet(report);
});

test("the login goes out with DESCRIBE and not before", async () => {
  const { camera, asked } = await recorder();
  await look(camera);
  expect(asked[0]).toBe("OPTIONS /");
});

test.each([
  [404, "stream-missing"],
  [403, "login-forbidden"],
  [401, "login-rejected"],
  [500, "stream-refused"],
] as const)("a recorder that quotes the address in its %i gives nothing away", async (status, cause) => {
  for (const padding of ["", "x".repeat(300 - 60), "x".repeat(600)]) {
    const { camera } = await recorder(quotes(status, padding));
    const report = await look(camera);
    expect(verdict(report)).toContain(`| ${cause}: RTSP/1.0 ${status}`);
    expectDiscreet(report);
  }
});

test("what is no RTSP and quotes the address gives nothing away", async () => {
  const { camera } = await recorder({
    name: "http",
    onRtspRequest({ method, uri }, stream) {
      if (method !== "DESCRIBE") return undefined;
      stream.end(`${uri.slice(-80)} is bad\r\n\r\n`);
      return "taken";
    },
  });
  const report = await look(camera);
  expect(verdict(report)).not.toBe(well);
  expectDiscreet(report);
});

test("a refused login is not sent again, and the gate keeps nothing of it for the others", async () => {
  const { camera, asked } = await recorder(quotes(401));
  const context = probeContext();
  await look(camera, { login, context });
  const before = asked.length;
  const again = await look(camera, { login, context });
  expect(verdict(again)).toMatch(/^host port \| login-rejected/);
  expectDiscreet(again);
  expect(asked.slice(before)).toEqual([]);
  const other = await probe(camera.streamUri, { login, context });
  expectDiscreet({ ...other, facts: {} });
  expectDiscreet({
    rungs: { login: { ok: false, fault: context.host.refusal(login, "rtsp") ?? neverHeld() } },
    facts: {},
  });
});

test("a login that was described with is accepted", async () => {
  const { camera } = await recorder();
  const context = probeContext();
  const accepted: (Login | undefined)[] = [];
  const host = context.host;
  await look(camera, {
    login,
    context: {
      ...context,
      host: {
        request: (stop, work) => host.request(stop, work),
        refusal: (...of) => host.refusal(...of),
        rejected: (...of) => host.rejected(...of),
        accepted: (of) => void accepted.push(of),
        shared: (...of) => host.shared(...of),
      },
    },
  });
  expect(accepted).toEqual([login]);
});

test("placeholders without a login are a missing login, and are not sent", async () => {
  const { camera, asked } = await recorder();
  expect(verdict(await look(camera, { login: undefined }))).toBe(
    "host port | login-missing: the stream's address has a place for a login, and there is none",
  );
  expect(asked).toEqual([]);
});

test("both placeholders are filled at once: a password that looks like one stays as it is", () => {
  expect(fillLogin(TEMPLATE, login)).toBe(PATH);
  expect(fillLogin("/{password}/{password}", { username: "a", password: "\ud800" })).toBe(
    "/%EF%BF%BD/%EF%BF%BD",
  );
  expect([wantsLogin("rtsp://h/{password}"), wantsLogin("rtsp://h/{channel}")]).toEqual([true, false]);
});

test("a password is hidden wherever it stands, also cut short; one of three characters is none", () => {
  const hide = hiding({ username: "admin", password: "hunter2&" });
  expect(hide("a hunter2& b hunter2%26 c hunt")).toBe("a *** b *** c ***");
  expect(hide("hun")).toBe("hun");
  expect(hiding({ username: "admin", password: "1.0" })("RTSP/1.0 404")).toBe("RTSP/1.0 404");
});

function neverHeld(): never {
  throw new Error("the gate does not hold the login");
}
