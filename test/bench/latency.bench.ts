import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync } from "mqtt";
import { microsecondsNow } from "../fakes/camera-record.ts";
import { eventually } from "../fakes/eventually.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import { type Figure, figure } from "./figure.ts";
import { type Site, startSite } from "./site.ts";
import { median, quantile } from "./statistics.ts";

const CAMERAS = 64;
/** Milliseconds between two motions, each of another camera. */
const PAUSE_MS = 50;
const FLOOR_TOPIC = "bench/floor";

/**
 * From a motion at a simulated camera (its own stamp inside the event) to a subscriber of the broker, 64 cameras
 * attached; against a bare MQTT publish between the same two ends, in turn with it.
 */
export const benchmark: Benchmark = {
  name: "latency",
  describe: "motion at a camera to the broker's subscriber, 64 cameras attached",
  async run(context) {
    await using site = await startSite(CAMERAS, context);
    return await measure(site, context);
  },
};

async function measure({ fleet, broker }: Site, { quick, progress }: BenchContext): Promise<Figure[]> {
  const motions = quick ? 100 : 600;
  const unit = await connectAsync(broker.url, { protocolVersion: 5 });
  const publisher = await connectAsync(broker.url, { protocolVersion: 5 });
  const latencies: number[] = [];
  const floors: number[] = [];
  unit.on("message", (topic, payload) => {
    const now = microsecondsNow();
    const made = topic === FLOOR_TOPIC ? Number(payload) : madeAt(payload);
    (topic === FLOOR_TOPIC ? floors : latencies).push((now - made) / 1_000);
  });
  await unit.subscribeAsync(["cam/v1/+/+/event/motion", FLOOR_TOPIC], { qos: 1 });
  progress(`${motions} motions`);
  for (let n = 0; n < motions; n++) {
    const camera = fleet.cameras[n % CAMERAS]?.id ?? "";
    await fleet.motion(camera, Math.floor(n / CAMERAS) % 2 === 0);
    await publisher.publishAsync(FLOOR_TOPIC, String(microsecondsNow()), { qos: 1 });
    await sleep(PAUSE_MS);
  }
  const arrived = () => latencies.length === motions && floors.length === motions;
  await eventually("all motions", arrived, 10_000).catch(() => undefined);
  await Promise.all([unit.endAsync(), publisher.endAsync()]);
  const floor = (share: number) => ({ name: "bare MQTT publish", value: quantile(floors, share) });
  return [
    figure("latency.median", median(latencies), floor(0.5)),
    figure("latency.p99", quantile(latencies, 0.99), floor(0.99)),
    figure("latency.lost", motions - latencies.length),
  ];
}

function madeAt(payload: Buffer): number {
  const { data } = JSON.parse(payload.toString("utf8")) as { data: { fields: { MadeAt: string } } };
  return Number(data.fields.MadeAt);
}
