import { execFile } from "node:child_process";
import { expect, test } from "vitest";
import { type Clock, systemClock } from "../../agent/base/clock.ts";
import type { Login } from "../../agent/model/camera.ts";
import { createCamera, type RtspOptions } from "./camera.ts";
import type { LoginScheme } from "./camera-login.ts";
import { eventually } from "./eventually.ts";
import { digest, RtspWire } from "./simulated-client.ts";
import { TestClock } from "./test-clock.ts";

/** ffmpeg takes a password in an address, where only some characters may stand. */
const login: Login = { username: "admin", password: "plain1" };

function tool(name: "ffmpeg" | "ffprobe", ...options: string[]): Promise<{ ok: boolean; said: string }> {
  return new Promise((resolve) => {
    execFile(name, ["-v", "error", "-rtsp_transport", "tcp", ...options], (error, stdout, stderr) => {
      resolve({ ok: error === null, said: stdout + stderr });
    });
  });
}

const withLogin = (uri: string, { username, password }: Login) =>
  uri.replace("rtsp://", `rtsp://${username}:${password}@`);

/** Camera time at a multiple of the wall's, so that the end of an eight-second clip is soon seen. */
function fastClock(factor: number): Clock {
  return {
    ...systemClock,
    monotonic: () => systemClock.monotonic() * factor,
    after: (ms, run) => systemClock.after(ms / factor, run),
  };
}

const withoutLogin = (rtsp: RtspOptions = {}) => ({ onvif: false, rtsp: { schemes: [], ...rtsp } }) as const;

test.for([
  ["h264", "h264"],
  ["h265", "hevc"],
] as const)(
  "ffprobe and ffmpeg read the %s stream with Digest and decode it without a complaint",
  async ([clip, name]) => {
    await using camera = await createCamera({ login, clip, onvif: false, clock: fastClock(4) });
    const uri = withLogin(camera.streamUri, login);
    const entries = "stream=codec_name,width,height,r_frame_rate";
    expect(await tool("ffprobe", "-show_entries", entries, "-of", "csv=p=0", uri)).toEqual({
      ok: true,
      said: `${name},640,360,15/1\n`,
    });
    expect(await tool("ffmpeg", "-i", uri, "-frames:v", "30", "-f", "null", "-")).toEqual({
      ok: true,
      said: "",
    });
    await eventually("every session is gone", () => camera.stats().sockets.rtsp === 0);
    expect(camera.stats()).toMatchObject({ rtspSessions: 0, loginsRefused: 0 });
  },
);

test.for(["h264", "h265"] as const)("the %s clip goes round without a decoding error", async (clip) => {
  await using camera = await createCamera({ login, clip, onvif: false, clock: fastClock(8) });
  const uri = withLogin(camera.streamUri, login);
  expect(await tool("ffmpeg", "-i", uri, "-frames:v", "260", "-f", "null", "-")).toEqual({
    ok: true,
    said: "",
  });
});

test("a wrong password is refused and counted", async () => {
  await using camera = await createCamera({ login, onvif: false });
  const { ok, said } = await tool("ffprobe", withLogin(camera.streamUri, { ...login, password: "wrong" }));
  expect(ok).toBe(false);
  expect(said).toContain("401 Unauthorized");
  expect(camera.stats().loginsRefused).toBeGreaterThan(0);
});

const schemes: readonly LoginScheme[] = [
  "basic",
  "digest-md5",
  "digest-sha256",
  "digest-md5-legacy",
  "digest-sha256-legacy",
];

test.for(schemes)("a camera that wants %s takes the right password only", async (scheme) => {
  const strange: Login = { username: "quản-trị", password: 'a&<b>"é' };
  await using camera = await createCamera({ login: strange, onvif: false, rtsp: { schemes: [scheme] } });
  using wire = new RtspWire(camera.rtspPort);
  const uri = camera.streamUri;
  const challenge = (await wire.ask("DESCRIBE", uri)).headers["www-authenticate"] ?? "";
  const authorize = (by: Login) =>
    scheme === "basic"
      ? `Basic ${Buffer.from(`${by.username}:${by.password}`).toString("base64")}`
      : digest(challenge, by, "DESCRIBE", uri);
  const wrong = await wire.ask("DESCRIBE", uri, { Authorization: authorize({ ...strange, password: "a" }) });
  expect(wrong.status).toBe(401);
  expect(camera.stats().loginsRefused).toBe(1);
  const right = await wire.ask("DESCRIBE", uri, { Authorization: authorize(strange) });
  expect(right.status).toBe(200);
  expect(right.body).toContain("m=video 0 RTP/AVP 96");
});

test("a Digest answer is good once and for its own request", async () => {
  await using camera = await createCamera({ login, onvif: false });
  using wire = new RtspWire(camera.rtspPort);
  const uri = camera.streamUri;
  const challenge = (await wire.ask("DESCRIBE", uri)).headers["www-authenticate"] ?? "";
  const Authorization = digest(challenge, login, "DESCRIBE", uri);
  expect((await wire.ask("SETUP", `${uri}/trackID=1`, { Authorization })).status).toBe(401);
  const other = Authorization.replace(/uri="[^"]*"/, 'uri="/other"');
  expect((await wire.ask("DESCRIBE", uri, { Authorization: other })).status).toBe(401);
  expect((await wire.ask("DESCRIBE", uri, { Authorization })).status).toBe(200);
  const replayed = await wire.ask("DESCRIBE", uri, { Authorization });
  expect(replayed.status).toBe(401);
  expect(replayed.headers["www-authenticate"]).toContain("stale=true");
  const foreign = digest(challenge.replace(/nonce="\w+"/, 'nonce="abc"'), login, "DESCRIBE", uri);
  expect((await wire.ask("DESCRIBE", uri, { Authorization: foreign })).status).toBe(401);
});

test("RTP is numbered, timed and marked as RFC 3550 and RFC 6184 ask, in packets of at most 1,400 bytes", async () => {
  await using camera = await createCamera({ ...withoutLogin(), clock: fastClock(8) });
  using wire = new RtspWire(camera.rtspPort);
  const played = await wire.play(camera.streamUri);
  await eventually("200 packets", () => wire.rtp.length > 200);
  const packets = wire.rtp;
  const [, seq, rtptime] = /seq=(\d+);rtptime=(\d+)/.exec(played.headers["rtp-info"] ?? "") ?? [];
  expect([packets[0]?.readUInt16BE(2), packets[0]?.readUInt32BE(4)]).toEqual([Number(seq), Number(rtptime)]);
  for (const [index, packet] of packets.entries()) {
    expect(packet.length).toBeLessThanOrEqual(1400);
    expect(packet.readUInt8(0)).toBe(0x80);
    expect(packet.readUInt8(1) & 0x7f).toBe(96);
    expect(packet.readUInt32BE(8)).toBe(packets[0]?.readUInt32BE(8));
    const previous = packets[index - 1];
    if (!previous) continue;
    expect(packet.readUInt16BE(2)).toBe((previous.readUInt16BE(2) + 1) & 0xffff);
    // A marker ends a picture, and the next one is 1/15 s of the 90 kHz clock later.
    const step = (packet.readUInt32BE(4) - previous.readUInt32BE(4) + 2 ** 32) % 2 ** 32;
    expect(step).toBe(previous.readUInt8(1) & 0x80 ? 6000 : 0);
  }
});

test("pictures leave at the clip's rate, the first at once", async () => {
  const clock = new TestClock();
  await using camera = await createCamera({ ...withoutLogin(), clock });
  using wire = new RtspWire(camera.rtspPort);
  await wire.play(camera.streamUri);
  const pictures = () => wire.rtp.filter((packet) => packet.readUInt8(1) & 0x80).length;
  await clock.advance(1);
  await eventually("the first picture", () => pictures() === 1);
  await clock.advance(1_000);
  await eventually("15 more", () => pictures() === 16);
});

test("a sender report names the stream and how much of it was sent", async () => {
  const clock = new TestClock();
  await using camera = await createCamera({ ...withoutLogin(), clock });
  using wire = new RtspWire(camera.rtspPort);
  await wire.play(camera.streamUri);
  await clock.advance(6_000);
  const reports = () => wire.packets.filter(({ channel }) => channel === 1);
  await eventually("two reports", () => reports().length >= 2);
  const last = reports()[1]?.packet ?? Buffer.alloc(0);
  expect(last.readUInt8(1)).toBe(200);
  expect(last.readUInt32BE(4)).toBe(wire.rtp[0]?.readUInt32BE(8));
  expect(last.readUInt32BE(8) - 2_208_988_800).toBe(Math.floor((clock.wall() - 1_000) / 1000));
  expect(last.readUInt32BE(20)).toBeGreaterThan(50);
});

test("UDP is answered 461, so that a client falls back on TCP", async () => {
  await using camera = await createCamera(withoutLogin());
  using wire = new RtspWire(camera.rtspPort);
  const track = `${camera.streamUri}/trackID=1`;
  expect(
    (await wire.ask("SETUP", track, { Transport: "RTP/AVP;unicast;client_port=5000-5001" })).status,
  ).toBe(461);
  expect((await wire.ask("SETUP", track, { Transport: "RTP/AVP/TCP;interleaved=2-3" })).status).toBe(200);
});

test("a path that does not exist is 404, and a session that does not exist 454", async () => {
  await using camera = await createCamera(withoutLogin());
  using wire = new RtspWire(camera.rtspPort);
  expect((await wire.ask("DESCRIBE", `${camera.streamUri}/nothing`)).status).toBe(404);
  expect((await wire.ask("PLAY", camera.streamUri, { Session: "1" })).status).toBe(454);
  expect((await wire.ask("GET_PARAMETER", camera.streamUri)).status).toBe(200);
});

test("PAUSE stops the pictures and PLAY goes on with them", async () => {
  const clock = new TestClock();
  await using camera = await createCamera({ ...withoutLogin(), clock });
  using wire = new RtspWire(camera.rtspPort);
  const Session = (await wire.play(camera.streamUri)).headers.session ?? "";
  await clock.advance(1_000);
  await wire.ask("PAUSE", camera.streamUri, { Session });
  const before = wire.rtp.length;
  expect(before).toBeGreaterThan(15);
  await clock.advance(5_000);
  await wire.ask("GET_PARAMETER", camera.streamUri, { Session });
  expect(wire.rtp).toHaveLength(before);
  await wire.ask("PLAY", camera.streamUri, { Session });
  await clock.advance(1_000);
  await eventually("more pictures", () => wire.rtp.length > before);
});

test("a session ends when its client is quiet for the timeout, and lives while it is not", async () => {
  const clock = new TestClock();
  await using camera = await createCamera({ ...withoutLogin({ sessionTimeoutSeconds: 30 }), clock });
  using wire = new RtspWire(camera.rtspPort);
  const setup = await wire.ask("SETUP", `${camera.streamUri}/trackID=1`, {
    Transport: "RTP/AVP/TCP;interleaved=0-1",
  });
  expect(setup.headers.session).toMatch(/^\w+;timeout=30$/);
  await clock.advance(29_000);
  await wire.ask("GET_PARAMETER", camera.streamUri, { Session: setup.headers.session?.split(";")[0] ?? "" });
  await clock.advance(29_000);
  expect(camera.stats().rtspSessions).toBe(1);
  await clock.advance(1_001);
  await eventually("the connection is closed", () => wire.ended);
  await eventually("the session is gone", () => camera.stats().rtspSessions === 0);
});

test("a camera whose sessions are all taken answers 453 until one is torn down", async () => {
  await using camera = await createCamera(withoutLogin({ maxSessions: 1 }));
  using first = new RtspWire(camera.rtspPort);
  using second = new RtspWire(camera.rtspPort);
  const played = await first.play(camera.streamUri);
  expect((await second.play(camera.streamUri)).status).toBe(454);
  await first.ask("TEARDOWN", camera.streamUri, { Session: played.headers.session ?? "" });
  expect((await second.play(camera.streamUri)).status).toBe(200);
});

const STAP_A = 24;
const firstNalOf = (wire: RtspWire) => (wire.rtp[0]?.readUInt8(12) ?? 0) & 0x1f;

test.for([
  ["keyframe", 60, true],
  ["anywhere", 4, false],
  ["fresh", 4, true],
] as const)(
  "a session that starts at %s shows it in its first packet",
  async ([startAt, frames, isKeyframe]) => {
    const clock = new TestClock();
    await using camera = await createCamera({ ...withoutLogin({ startAt }), clock });
    using early = new RtspWire(camera.rtspPort);
    await early.play(camera.streamUri);
    await clock.advance(1_000);
    using late = new RtspWire(camera.rtspPort);
    await late.play(camera.streamUri);
    expect(late.rtp).toHaveLength(0);
    await clock.advance((frames * 1_000) / 15);
    await eventually("a packet", () => late.rtp.length > 0);
    expect(firstNalOf(late) === STAP_A).toBe(isKeyframe);
  },
);
