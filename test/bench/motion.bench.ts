import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { MotionBySize } from "../../agent/core/motion-by-size.ts";
import { type Fleet, startFleet } from "../fakes/fleet.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import { type Figure, figure } from "./figure.ts";
import { agentFlags } from "./installed-agent.ts";
import { type Encoded, encode } from "./motion-encode.ts";
import { constant, variable } from "./motion-encodings.ts";
import { drawn, type Footage, filmed } from "./motion-footage.ts";
import { judge, precision, recall, sum, type Verdict } from "./motion-judge.ts";
import { makeScene, type Scene } from "./motion-scene.ts";
import { bestThreshold, movingByScore, SCENE_SCORE, sceneScores } from "./motion-scene-score.ts";
import type { WatchAnswer, WatchRequest } from "./motion-watch-child.ts";
import { cpuSeconds } from "./process-usage.ts";

/** A street with people in it, where it is at hand; drawn figures are looked at in any case. */
const film = fileURLToPath(new URL("../../../shared/video/street-768x576-h264.mp4", import.meta.url));
/** Of the film the second half: motion by size was made with the first, and with other seeds. */
const HELD_OUT = { framesPerSecond: 10, fromSecond: 40, seconds: 39 };
const STREAMS = 64;
const run = promisify(execFile);

export const benchmark: Benchmark = {
  name: "motion",
  describe:
    "Motion by the sizes of access units against a decoded scene score, on scenes whose truth is known",
  async run(context) {
    const looks: Look[] = [];
    for (const { name, footage, seed, passes } of await plan(context))
      looks.push(...(await look(name, makeScene(await footage(), { seed, passes }), context)));
    return [...judged(looks), ...(await costs(context))];
  },
};

interface Planned {
  readonly name: string;
  readonly seed: number;
  /** Moving stretches by day, and as many by night. */
  readonly passes: number;
  footage(): Promise<Footage>;
}

async function plan({ quick, progress }: BenchContext): Promise<Planned[]> {
  const figures: Planned = {
    name: "drawn-480x272",
    seed: 203,
    passes: 3,
    footage: async () => drawn({ width: 480, height: 272, framesPerSecond: 15, seed: 203 }),
  };
  if (!existsSync(film)) progress("no film at hand: drawn figures only");
  if (quick || !existsSync(film)) return [{ ...figures, passes: quick ? 2 : 8 }];
  return [
    {
      name: "street-384x288",
      seed: 201,
      passes: 4,
      footage: () => filmed(film, { width: 384, height: 288, ...HELD_OUT }),
    },
    {
      name: "street-768x576",
      seed: 202,
      passes: 2,
      footage: () => filmed(film, { width: 768, height: 576, ...HELD_OUT }),
    },
    figures,
  ];
}

/** One recording of a scene, as both ways of looking at it see it. */
interface Look {
  readonly scene: Scene;
  readonly constant: boolean;
  readonly bySize: Verdict;
  readonly scores: readonly number[];
}

async function look(name: string, scene: Scene, { folder, quick, progress }: BenchContext): Promise<Look[]> {
  const place = join(folder, name);
  mkdirSync(place);
  const encodings = quick ? variable.slice(0, 1) : [...variable, ...constant];
  const seconds = Math.round(scene.frameCount / scene.framesPerSecond);
  progress(`${name}: encoding ${seconds} s in ${encodings.length} ways`);
  const looks: Look[] = [];
  for (const encoded of await encode(scene, encodings, place)) {
    const bySize = judge(movingBySize(encoded, scene), scene.stretches, scene.framesPerSecond);
    progress(`${name} ${encoded.encoding.name}: ${words(bySize)}; scoring`);
    const scores = await sceneScores(encoded, scene.framesPerSecond);
    looks.push({ scene, constant: constant.includes(encoded.encoding), bySize, scores });
  }
  rmSync(place, { recursive: true });
  return looks;
}

const words = (verdict: Verdict) =>
  `recall ${recall(verdict).toFixed(3)}, precision ${precision(verdict).toFixed(3)}, ` +
  `${verdict.noticed} of ${verdict.stretches} noticed, ${verdict.right} of ${verdict.told} right`;

function movingBySize({ units }: Encoded, { framesPerSecond }: Scene): boolean[] {
  const motion = new MotionBySize("medium");
  let active = false;
  return units.map(({ keyframe, bytes }, frame) => {
    active = motion.push({ keyframe, bytes, at: (frame * 1_000) / framesPerSecond })?.active ?? active;
    return active;
  });
}

function judged(looks: readonly Look[]): Figure[] {
  const [free, fixed] = [looks.filter((one) => !one.constant), looks.filter((one) => one.constant)];
  const [size, score] = [sum(free.map(({ bySize }) => bySize)), byScore(free)];
  const against = (value: number) => ({ name: "decoded scene score", value });
  const figures = [
    figure("motion.recall", recall(size), against(recall(score))),
    figure("motion.precision", precision(size), against(precision(score))),
    figure("motion.noticed", size.noticed / size.stretches, against(score.noticed / score.stretches)),
    figure("motion.right", size.right / size.told, against(score.right / score.told)),
    figure("motion.dusk", size.dusk / free.length, against(score.dusk / free.length)),
  ];
  if (fixed.length === 0) return figures;
  const [constantSize, constantScore] = [sum(fixed.map(({ bySize }) => bySize)), byScore(fixed)];
  return [
    ...figures,
    figure("motion.cbr-recall", recall(constantSize), against(recall(constantScore))),
    figure("motion.cbr-precision", precision(constantSize), against(precision(constantScore))),
  ];
}

/** By the one threshold that does best on all of these recordings: better than anyone could choose it beforehand. */
function byScore(looks: readonly Look[]): Verdict {
  const of = (threshold: number) =>
    sum(
      looks.map(({ scene, scores }) =>
        judge(movingByScore(scores, threshold, scene), scene.stretches, scene.framesPerSecond),
      ),
    );
  const worth = (threshold: number) => {
    const [found, right] = [recall(of(threshold)), precision(of(threshold))];
    return (2 * found * right) / Math.max(found + right, 1e-9);
  };
  return of(bestThreshold(worth));
}

/** What watching a stream costs, and what decoding the same stream for its scene score does, at the same time. */
async function costs({ quick, progress }: BenchContext): Promise<Figure[]> {
  progress(`watching ${STREAMS} streams`);
  await using fleet = await startFleet({ count: STREAMS, camera: { onvif: false } });
  const watcher = fork(fileURLToPath(new URL("motion-watch-child.ts", import.meta.url)), {
    execArgv: agentFlags(),
  });
  try {
    const { cameras, login } = fleet;
    const seconds = quick ? 5 : 30;
    watcher.send({ cameras, login, measureFor: seconds * 1_000 } satisfies WatchRequest);
    const [[answer], decoding] = await Promise.all([
      once(watcher, "message") as Promise<WatchAnswer[]>,
      decodingShare(fleet, quick ? 1 : 4, seconds),
    ]);
    if (answer?.streams !== STREAMS) throw new Error(`only ${answer?.streams} of ${STREAMS} streams flowed`);
    const value = (100 * answer.coreShare) / STREAMS;
    const peer = { name: "ffmpeg, decoding", value: 100 * decoding };
    return [figure("motion.cpu", value), figure("motion.cheaper", value, peer)];
  } finally {
    watcher.disconnect();
  }
}

/** Share of a core that ffmpeg needs for the scene score of one stream, five frames a second. */
async function decodingShare({ cameras, login }: Fleet, streams: number, seconds: number): Promise<number> {
  const own = process.cpuUsage();
  const before = cpuSeconds(process.pid);
  const { username, password } = login;
  const user = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
  await Promise.all(
    cameras.slice(0, streams).map(({ streamUri }) => {
      const url = streamUri.replace("rtsp://", `rtsp://${user}@`);
      const input = [
        "-v",
        "error",
        "-threads",
        "1",
        "-rtsp_transport",
        "tcp",
        "-i",
        url,
        "-t",
        String(seconds),
      ];
      return run("ffmpeg", [...input, "-vf", SCENE_SCORE, "-f", "null", "-"]);
    }),
  );
  const spent = process.cpuUsage(own);
  const used = cpuSeconds(process.pid) - before - (spent.user + spent.system) / 1e6;
  return used / (streams * seconds);
}
