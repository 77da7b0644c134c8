import { setTimeout as sleep } from "node:timers/promises";
import type { BenchContext } from "./benchmark.ts";
import { type Figure, figure } from "./figure.ts";
import { cpuPercent, medianMemory } from "./process-usage.ts";
import { startSite, usable } from "./site.ts";

type Size = 64 | 512;

/**
 * What `cameras` healthy cameras cost at the default settings: a pull open at each, and once a minute a look with two
 * seconds of its stream.
 */
export async function measureCameras(cameras: Size, context: BenchContext): Promise<Figure[]> {
  const { quick, progress } = context;
  const [settle, measure] = quick ? [10, 60] : [60, 180];
  await using site = await startSite(cameras, context);
  const { pid } = site.agent;
  progress(`settling for ${settle} s`);
  await sleep(settle * 1_000);
  progress(`measuring for ${measure} s`);
  const cpu = await cpuPercent(pid, measure);
  const { rss } = await medianMemory(pid, 5);
  return [
    figure(`cameras-${cameras}.rss`, rss),
    figure(`cameras-${cameras}.cpu`, cpu),
    figure(`cameras-${cameras}.healthy`, await usable(site.agent)),
  ];
}
