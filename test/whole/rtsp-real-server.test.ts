import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Login, StreamMeasurement } from "../../agent/model/camera.ts";
import { probe, probeContext, verdict } from "../drivers/rtsp-context.ts";

/** Our probe against a real RTSP server, GStreamer's, with ffprobe as the second opinion. Needs Debian's packages. */

const run = promisify(execFile);
const login: Login = { username: "admin", password: "Mật khẩu 1" };
const well = "host port login describe stream";

interface GstServer {
  readonly port: number;
  readonly version: string;
  readonly child: ChildProcess;
}

async function serve(options: object): Promise<GstServer> {
  const script = new URL("../fakes/gst-rtsp-server.py", import.meta.url).pathname;
  const child = spawn("/usr/bin/python3", [script, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, "line"), once(child, "exit")])) as [unknown];
  if (typeof line !== "string")
    throw new Error("GStreamer's RTSP server did not start: install gir1.2-gst-rtsp-server-1.0");
  return { ...(JSON.parse(line) as { port: number; version: string }), child };
}

const source = (width: number, height: number, rate: number) =>
  `videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=${width},height=${height},framerate=${rate}/1`;

const streams: Record<string, string> = {
  "/h264": `${source(640, 362, 15)} ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 bitrate=600 ! rtph264pay name=pay0 pt=96`,
  "/h264-b-frames": `${source(320, 240, 20)} ! x264enc bframes=3 key-int-max=20 speed-preset=veryfast ! rtph264pay name=pay0 config-interval=-1 pt=96`,
  "/h265": `${source(322, 242, 10)} ! x265enc tune=zerolatency speed-preset=ultrafast key-int-max=10 ! rtph265pay name=pay0 pt=97`,
};

const clips = { h264: "street-768x576-h264.mp4", h265: "street-768x576-h265.mp4" };
const clipPath = (name: string) => new URL(`../../../shared/video/${name}`, import.meta.url).pathname;
const haveClips = Object.values(clips).every((name) => existsSync(clipPath(name)));
if (haveClips)
  for (const [codec, name] of Object.entries(clips))
    streams[`/street-${codec}`] =
      `filesrc location=${clipPath(name)} ! qtdemux ! ${codec}parse config-interval=-1 ! rtp${codec}pay name=pay0 pt=96`;

let server: GstServer;
beforeAll(async () => {
  server = await serve({ streams, login, scheme: "digest" });
  const { stdout } = await run("ffprobe", ["-version"]);
  console.log(`real components: ${server.version} RTSP server; ${stdout.split(" Copyright")[0]}`);
});
afterAll(() => {
  server.child.stdin?.end();
});

interface SecondOpinion {
  readonly codec_name: string;
  readonly width: number;
  readonly height: number;
}

/** What ffprobe says of the same address. */
async function ffprobe(path: string): Promise<SecondOpinion> {
  const { username, password } = login;
  const url = `rtsp://${encodeURIComponent(username)}:${encodeURIComponent(password)}@127.0.0.1:${server.port}${path}`;
  const { stdout } = await run(
    "ffprobe",
    [
      "-v",
      "error",
      "-rtsp_transport",
      "tcp",
      "-analyzeduration",
      "1000000",
      "-select_streams",
      "v",
      "-show_entries",
      "stream=codec_name,width,height",
      "-of",
      "json",
      url,
    ],
    { timeout: 20_000 },
  );
  return (JSON.parse(stdout) as { streams: [SecondOpinion] }).streams[0];
}

async function measured(path: string): Promise<StreamMeasurement> {
  const result = await probe(`rtsp://127.0.0.1:${server.port}${path}`, {
    login,
    health: { measureFor: 2_000 },
  });
  expect(verdict(result)).toBe(well);
  if (!result.stream) throw new Error("well without a measurement");
  return result.stream;
}

/** Path → frames a second that are served. */
const served: readonly (readonly [path: string, framesPerSecond: number])[] = [
  ["/h264", 15],
  ["/h264-b-frames", 20],
  ["/h265", 10],
  ...(haveClips
    ? ([
        ["/street-h264", 10],
        ["/street-h265", 10],
      ] as const)
    : []),
];

for (const [path, framesPerSecond] of served)
  test(`${path} is measured as it is served, and as ffprobe sees it`, async () => {
    const [stream, other] = await Promise.all([measured(path), ffprobe(path)]);
    expect({ codec: stream.codec, width: stream.width, height: stream.height }).toEqual({
      codec: other.codec_name === "hevc" ? "h265" : other.codec_name,
      width: other.width,
      height: other.height,
    });
    expect(Math.abs(stream.framesPerSecond / framesPerSecond - 1)).toBeLessThan(0.1);
    expect(stream.packetsLost).toBe(0);
    expect(stream.kilobitsPerSecond).toBeGreaterThan(0);
    expect(stream.keyframeAfterMs).toBeLessThan(5_000);
  });

test("a wrong password is rejected once and then not tried, and a wrong path is missing", async () => {
  const url = `rtsp://127.0.0.1:${server.port}/h264`;
  const context = probeContext();
  const wrong = { ...login, password: "mat khau 1" };
  expect(verdict(await probe(url, { login: wrong, context }))).toBe(
    "host port | login-rejected: RTSP/1.0 401 Unauthorized to DESCRIBE",
  );
  expect(verdict(await probe(url, { login: wrong, context }))).toMatch(/^host port \| login-/);
  expect(verdict(await probe(`rtsp://127.0.0.1:${server.port}/none`, { login }))).toMatch(
    /^host port login \| stream-missing: RTSP\/1.0 404 /,
  );
});

test("Basic is answered where the server offers nothing else", async () => {
  const basic = await serve({ streams: { "/h264": streams["/h264"] }, login, scheme: "basic" });
  try {
    expect(verdict(await probe(`rtsp://127.0.0.1:${basic.port}/h264`, { login }))).toBe(well);
  } finally {
    basic.child.stdin?.end();
  }
});
