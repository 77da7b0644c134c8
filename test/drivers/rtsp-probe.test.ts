import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Login } from "../../agent/model/camera.ts";
import {
  answerOf,
  type Behaviour,
  cutsStreamAfter,
  describesButSendsNoRtp,
  garbage,
  halfOpen,
  losesPackets,
  noKeyframe,
  oneByteASecond,
  refuses,
  resets,
} from "../fakes/behaviours.ts";
import { type CameraOptions, createCamera, type SimulatedCamera } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { hastyClock } from "../fakes/hasty-clock.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { probe, probeContext, verdict } from "./rtsp-context.ts";

const cameras: SimulatedCamera[] = [];
afterEach(async () => {
  for (const camera of cameras.splice(0)) await camera.close();
});

async function rtspCamera(options: Omit<CameraOptions, "onvif"> = {}): Promise<SimulatedCamera> {
  const camera = await createCamera({ ...options, onvif: false });
  cameras.push(camera);
  return camera;
}

const well = "host port login describe stream";

test("a working camera is well on every rung, and its stream is measured, for both codecs", async () => {
  for (const codec of ["h264", "h265"] as const) {
    const camera = await rtspCamera({ clip: codec });
    const result = await probe(camera.streamUri, { login: camera.login, health: { measureFor: 700 } });
    expect(verdict(result)).toBe(well);
    expect(result.stream).toMatchObject({ codec, width: 640, height: 360, packetsLost: 0 });
    expect(result.stream?.framesPerSecond).toBeCloseTo(15, 1);
    expect(result.stream?.packets).toBeGreaterThan(9);
    expect(result.stream?.kilobitsPerSecond).toBeGreaterThan(10);
    expect(result.stream?.keyframeAfterMs).toBeLessThan(700);
  }
});

test("a stream that is described without a login tells the host's gate, a login or none in the configuration", async () => {
  const open = await rtspCamera({ rtsp: { schemes: [] } });
  for (const login of [undefined, open.login]) {
    const gate = new OpenGate();
    const context = { ...probeContext(), host: gate };
    expect(verdict(await probe(open.streamUri, { context, ...(login && { login }) }))).toBe(well);
    expect(gate.acceptances).toEqual([undefined]);
  }
});

test("every scheme of login is answered, and none where none is asked for", async () => {
  const schemes = [
    "basic",
    "digest-md5",
    "digest-sha256",
    "digest-md5-legacy",
    "digest-sha256-legacy",
  ] as const;
  for (const scheme of schemes) {
    const camera = await rtspCamera({ rtsp: { schemes: [scheme] } });
    expect(verdict(await probe(camera.streamUri, { login: camera.login }))).toBe(well);
  }
  const open = await rtspCamera({ rtsp: { schemes: [] } });
  expect(verdict(await probe(open.streamUri))).toBe(well);
});

test("the session is torn down and the connection closed on every way out", async () => {
  for (const behaviour of [undefined, describesButSendsNoRtp(), noKeyframe()] as const) {
    const camera = await rtspCamera({ behaviours: behaviour ? [behaviour] : [] });
    await probe(camera.streamUri, { login: camera.login, health: { streamTimeout: 300 } });
    expect(camera.stats().requests.TEARDOWN).toBe(1);
    await eventually(
      "all freed",
      () => camera.stats().rtspSessions === 0 && camera.stats().sockets.rtsp === 0,
    );
  }
});

test("an abort in the middle of a stream tears it down, and nothing is said of the camera", async () => {
  const camera = await rtspCamera();
  const stop = new AbortController();
  const looking = probe(camera.streamUri, {
    login: camera.login,
    health: { measureFor: 60_000 },
    signal: stop.signal,
  });
  await eventually("playing", () => camera.stats().requests.PLAY);
  stop.abort(new Error("told to stop"));
  expect(await looking).toEqual({ rungs: {} });
  expect(camera.stats().requests.TEARDOWN).toBe(1);
  await eventually("closed", () => camera.stats().sockets.rtsp === 0);
});

const short = { requestTimeout: 300, streamTimeout: 400 };

/** Behaviour → what the technician is told. */
const faults: Readonly<Record<string, readonly [Behaviour, RegExp]>> = {
  "refuses connections": [refuses(), /^host \| port-closed: connect ECONNREFUSED 127\.0\.0\.1:\d+$/],
  "resets connections": [
    resets(),
    /^host \| connection-cut: (connect ECONNRESET \S+|read ECONNRESET|connection closed during OPTIONS)$/,
  ],
  "never answers": [halfOpen(), /^host \| answer-late: no complete answer to OPTIONS within 300 ms$/],
  "sends one byte a second": [
    oneByteASecond(),
    /^host \| answer-late: no complete answer to OPTIONS within 300 ms$/,
  ],
  "sends garbage": [garbage("bytes"), /^host \| answer-garbled: not RTSP: "/],
  "answers with 300 MB": [
    answerOf(300_000_000),
    /^host \| answer-too-large: RTSP message of 300000000 bytes$/,
  ],
  "describes but sends no RTP": [
    describesButSendsNoRtp(),
    /^host port login describe \| rtp-absent: PLAY answered, but no RTP packet within 400 ms$/,
  ],
  "sends no keyframe": [
    noKeyframe(),
    /^host port login describe \| keyframe-absent: \d+ RTP packets \(0 lost\), but no complete keyframe within 400 ms$/,
  ],
};

for (const [what, [behaviour, expected]] of Object.entries(faults))
  test(`a camera that ${what} is told apart, and leaves no connection behind`, async () => {
    const camera = await rtspCamera();
    await camera.behave(behaviour);
    expect(verdict(await probe(camera.streamUri, { login: camera.login, health: short }))).toMatch(expected);
    await eventually("closed", () => camera.stats().sockets.rtsp === 0);
  });

test("a body of garbage instead of a description is no stream", async () => {
  const camera = await rtspCamera({ behaviours: [garbage("body")] });
  const result = await probe(camera.streamUri, { login: camera.login, health: short });
  expect(verdict(result)).toBe(
    "host port login | stream-refused: RTSP/1.0 200 OK to DESCRIBE, without a description of media",
  );
});

test("a stream that breaks off is cut, also when a keyframe came before", async () => {
  const camera = await rtspCamera({ behaviours: [cutsStreamAfter(5)] });
  const result = await probe(camera.streamUri, { login: camera.login, health: { measureFor: 5_000 } });
  expect(verdict(result)).toBe("host port login describe | stream-cut: connection closed during the stream");
});

test("lost packets are counted, and a keyframe without any is waited for", async () => {
  const camera = await rtspCamera({ behaviours: [losesPackets(0.1)] });
  const { stream } = await probe(camera.streamUri, { login: camera.login, health: { measureFor: 1_500 } });
  expect(stream?.packetsLost).toBeGreaterThan(0);
  expect(stream?.packetsLost).toBeLessThan(10);
});

test("a path that the camera does not have is a missing stream", async () => {
  const camera = await rtspCamera();
  const result = await probe(`rtsp://127.0.0.1:${camera.rtspPort}/nothing`, { login: camera.login });
  expect(verdict(result)).toBe("host port login | stream-missing: RTSP/1.0 404 Not Found to DESCRIBE");
});

test("a camera without a free session says so", async () => {
  const camera = await rtspCamera({ rtsp: { maxSessions: 0 } });
  const result = await probe(camera.streamUri, { login: camera.login });
  expect(verdict(result)).toBe(
    "host port login describe | sessions-exhausted: RTSP/1.0 453 Not Enough Bandwidth to SETUP",
  );
});

test("without a login nothing is tried, and a wrong one is tried once and then frozen", async () => {
  const camera = await rtspCamera();
  expect(verdict(await probe(camera.streamUri))).toBe(
    "host port | login-missing: RTSP/1.0 401 Unauthorized to DESCRIBE",
  );
  expect(camera.stats().loginsRefused).toBe(0);

  const context = probeContext();
  const wrong: Login = { ...camera.login, password: "wrong" };
  const looks = [];
  for (let look = 0; look < 3; look++)
    looks.push(verdict(await probe(camera.streamUri, { login: wrong, context })));
  expect(looks[0]).toBe("host port | login-rejected: RTSP/1.0 401 Unauthorized to DESCRIBE");
  expect(looks[1]).toMatch(/^host port \| login-/);
  expect(camera.stats().loginsRefused).toBe(1);
  expect(verdict(await probe(camera.streamUri, { login: camera.login, context }))).toBe(well);
});

test("a text that is no RTSP address is no stream", async () => {
  expect(verdict(await probe("http://127.0.0.1/"))).toBe(
    "host port login | stream-missing: the stream's address is no rtsp:// address",
  );
});

test("a probe takes one of the host's request slots, and gives it back", async () => {
  const camera = await rtspCamera();
  const context = probeContext({ hostRequests: 1, measureFor: 200 });
  let most = 0;
  const looks = [1, 2, 3].map(() => probe(camera.streamUri, { login: camera.login, context }));
  const watching = setInterval(() => {
    most = Math.max(most, camera.stats().rtspSessions);
  }, 5);
  const results = await Promise.all(looks);
  clearInterval(watching);
  expect(results.map(verdict)).toEqual([well, well, well]);
  expect(most).toBe(1);
});

test("a stream that sends nothing does not keep its recorder's other channels waiting until it is given up", async () => {
  const silent = await rtspCamera({ behaviours: [describesButSendsNoRtp()] });
  const camera = await rtspCamera();
  const context = probeContext({ hostRequests: 1, streamTimeout: 60_000 }, hastyClock(20));
  const ended: string[] = [];
  const look = async ({ streamUri: url, login }: SimulatedCamera) =>
    ended.push(verdict(await probe(url, { login, context })));
  await Promise.all([look(silent), look(camera)]);
  expect(ended).toEqual([well, expect.stringContaining("rtp-absent")]);
});

test("another kind of server on the port is garbled, not late", async () => {
  const server = createServer((socket) => socket.on("error", () => {}).end("SSH-2.0-OpenSSH_9.2\r\n"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  expect(verdict(await probe(`rtsp://127.0.0.1:${port}/`))).toMatch(
    /^host \| answer-garbled: not RTSP: "SSH-2.0/,
  );
  server.close();
});
