import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { systemClock } from "../../agent/base/clock.ts";
import { parseDuration } from "../../agent/model/duration.ts";
import { HostGates } from "../../agent/run/host-gate.ts";
import { probeStream } from "../../drivers/protocol/rtsp-probe.ts";
import { type Fleet, startFleet } from "../fakes/fleet.ts";
import { siteHealthDefaults } from "../fakes/health-defaults.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import { type Figure, figure } from "./figure.ts";
import { cpuSeconds } from "./process-usage.ts";
import { median } from "./statistics.ts";

const CAMERAS = 400;
const never = new AbortController().signal;
const run = promisify(execFile);

/** What one look at a stream costs, up to a whole keyframe, against ffprobe tuned to read as little as it can. */
export const benchmark: Benchmark = {
  name: "probe",
  describe: "CPU of one look at a stream against ffprobe's, and 400 cameras at once",
  async run(context) {
    context.progress(`starting ${CAMERAS} simulated cameras`);
    await using fleet = await startFleet({ count: CAMERAS, camera: { onvif: false } });
    return await measure(fleet, context);
  },
};

async function measure(fleet: Fleet, { quick, progress }: BenchContext): Promise<Figure[]> {
  await lookAtAll(fleet, "0s"); // Warms the code and the servers.
  const rounds = quick ? 1 : 5;
  const [short, long, walls, peers]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 1; round <= rounds; round++) {
    progress(`round ${round} of ${rounds}: up to the first keyframe`);
    const toKeyframe = await lookAtAll(fleet, "0s");
    progress(`round ${round} of ${rounds}: measured for two seconds`);
    const measured = await lookAtAll(fleet, "2s");
    progress(`round ${round} of ${rounds}: ffprobe`);
    short.push(toKeyframe.cpuMs);
    walls.push(toKeyframe.wallSeconds);
    long.push(measured.cpuMs);
    peers.push(await ffprobeCpuMs(fleet, quick ? 5 : 10));
  }
  const peer = { name: "ffprobe, tuned", value: median(peers) };
  return [
    figure("probe.cpu", median(short), peer),
    figure("probe.cpu-measured", median(long), peer),
    figure("probe.wall-400", median(walls)),
  ];
}

/** All cameras at once; every one must be well, or the figure would be of something else. */
async function lookAtAll(fleet: Fleet, measureFor: string): Promise<{ cpuMs: number; wallSeconds: number }> {
  const settings = { ...siteHealthDefaults, measureFor: parseDuration(measureFor) ?? 0 };
  const health = () => settings;
  const gates = new HostGates(systemClock, health);
  const cpu = process.cpuUsage();
  const began = performance.now();
  const looks = await Promise.all(
    fleet.cameras.map(({ address, streamUri }) =>
      probeStream({
        url: streamUri,
        login: fleet.login,
        context: { clock: systemClock, host: gates.of(address), health },
        signal: never,
      }),
    ),
  );
  const wallSeconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const well = looks.filter(({ stream }) => stream !== undefined).length;
  if (well !== CAMERAS) throw new Error(`only ${well} of ${CAMERAS} streams were well`);
  return { cpuMs: (user + system) / 1_000 / CAMERAS, wallSeconds };
}

/** CPU milliseconds of one ffprobe: of the children that have ended, less what this process used itself. */
async function ffprobeCpuMs(fleet: Fleet, times: number): Promise<number> {
  const own = process.cpuUsage();
  const before = cpuSeconds(process.pid);
  for (const { streamUri } of fleet.cameras.slice(0, times)) {
    const { username, password } = fleet.login;
    const url = streamUri.replace(
      "rtsp://",
      `rtsp://${encodeURIComponent(username)}:${encodeURIComponent(password)}@`,
    );
    const tuned = ["-rtsp_transport", "tcp", "-probesize", "32768", "-analyzeduration", "200000"];
    await run("ffprobe", ["-v", "error", ...tuned, "-show_entries", "stream=codec_name,width,height", url]);
  }
  const { user, system } = process.cpuUsage(own);
  return ((cpuSeconds(process.pid) - before) * 1_000 - (user + system) / 1_000) / times;
}
