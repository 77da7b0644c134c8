import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Fleet, startFleet } from "../fakes/fleet.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import { type Figure, figure } from "./figure.ts";
import { agentFlags } from "./installed-agent.ts";
import { cpuSeconds } from "./process-usage.ts";
import { median } from "./statistics.ts";
import type { LookAnswer, LookRequest } from "./stream-looker-child.ts";

const CAMERAS = 400;
const MEASURED_MS = 2_000;
const run = promisify(execFile);

/** What one look at a stream costs, up to a whole keyframe, against ffprobe tuned to read as little as it can. */
export const benchmark: Benchmark = {
  name: "probe",
  describe: "CPU of one look at a stream against ffprobe's, and 400 cameras at once",
  async run(context) {
    context.progress(`starting ${CAMERAS} simulated cameras`);
    await using fleet = await startFleet({ count: CAMERAS, camera: { onvif: false } });
    const looker = fork(fileURLToPath(new URL("stream-looker-child.ts", import.meta.url)), {
      execArgv: agentFlags(),
    });
    try {
      return await measure(fleet, looker, context);
    } finally {
      looker.disconnect();
    }
  },
};

async function measure(
  fleet: Fleet,
  looker: ChildProcess,
  { quick, progress }: BenchContext,
): Promise<Figure[]> {
  await lookAtAll(fleet, looker, 0); // Warms the code and the servers.
  const rounds = quick ? 1 : 5;
  const [short, long, walls, peers]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 1; round <= rounds; round++) {
    progress(`round ${round} of ${rounds}: up to the first keyframe`);
    const toKeyframe = await lookAtAll(fleet, looker, 0);
    progress(`round ${round} of ${rounds}: measured for two seconds`);
    const measured = await lookAtAll(fleet, looker, MEASURED_MS);
    progress(`round ${round} of ${rounds}: ffprobe`);
    short.push(toKeyframe.cpuMs / CAMERAS);
    walls.push(toKeyframe.wallMs / 1_000);
    long.push(measured.cpuMs / CAMERAS);
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
async function lookAtAll(
  { cameras, login }: Fleet,
  looker: ChildProcess,
  measureFor: number,
): Promise<LookAnswer> {
  looker.send({ cameras, login, measureFor } satisfies LookRequest);
  const [answer]: LookAnswer[] = await once(looker, "message");
  if (answer?.well !== CAMERAS) throw new Error(`only ${answer?.well} of ${CAMERAS} streams were well`);
  return answer;
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
