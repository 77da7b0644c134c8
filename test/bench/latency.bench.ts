import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
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
const EVENT_BYTES = 750;
const FLOOR_TOPIC = "bench/floor";

/**
 * From a motion at a simulated camera (its own stamp inside the event) to a subscriber of the broker, 64 cameras
 * attached; against the least that it could be, in turn with it: a bare commit of SQLite with synchronous=FULL on the
 * same disk, and a bare MQTT publish between the same two ends.
 */
export const benchmark: Benchmark = {
  name: "latency",
  describe: "motion at a camera to the broker's subscriber, 64 cameras attached",
  async run(context) {
    await using site = await startSite(CAMERAS, context);
    using disk = openDisk(context.folder);
    return await measure(site, disk, context);
  },
};

async function measure(
  { fleet, broker }: Site,
  disk: Disk,
  { quick, progress }: BenchContext,
): Promise<Figure[]> {
  const motions = quick ? 100 : 600;
  const unit = await connectAsync(broker.url, { protocolVersion: 5 });
  const publisher = await connectAsync(broker.url, { protocolVersion: 5 });
  const latencies: number[] = [];
  const publishes: number[] = [];
  const commits: number[] = [];
  unit.on("message", (topic, payload) => {
    const now = microsecondsNow();
    const made = topic === FLOOR_TOPIC ? Number(payload) : madeAt(payload);
    (topic === FLOOR_TOPIC ? publishes : latencies).push((now - made) / 1_000);
  });
  await unit.subscribeAsync(["cam/v1/+/+/event/motion", FLOOR_TOPIC], { qos: 1 });
  progress(`${motions} motions`);
  for (let n = 0; n < motions; n++) {
    const camera = fleet.cameras[n % CAMERAS]?.id ?? "";
    await fleet.motion(camera, Math.floor(n / CAMERAS) % 2 === 0);
    commits.push(disk.commit());
    await publisher.publishAsync(FLOOR_TOPIC, String(microsecondsNow()), { qos: 1 });
    await sleep(PAUSE_MS);
  }
  const arrived = () => latencies.length === motions && publishes.length === motions;
  await eventually("all motions", arrived, 10_000).catch(() => undefined);
  await Promise.all([unit.endAsync(), publisher.endAsync()]);
  const sums = publishes.map((ms, n) => ms + (commits[n] ?? 0));
  const floor = (share: number) => ({ name: "bare commit and publish", value: quantile(sums, share) });
  return [
    figure("latency.median", median(latencies), floor(0.5)),
    figure("latency.p99", quantile(latencies, 0.99), floor(0.99)),
    figure("latency.lost", motions - latencies.length),
  ];
}

interface Disk extends Disposable {
  /** Commits a row as long as an event; milliseconds that it took. */
  commit(): number;
}

function openDisk(folder: string): Disk {
  const database = new Database(`${folder}/floor.db`);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE event (body TEXT)");
  const insert = database.prepare("INSERT INTO event VALUES (?)");
  const body = "x".repeat(EVENT_BYTES);
  return {
    commit() {
      const began = performance.now();
      insert.run(body);
      return performance.now() - began;
    },
    [Symbol.dispose]: () => database.close(),
  };
}

function madeAt(payload: Buffer): number {
  const { data } = JSON.parse(payload.toString("utf8")) as { data: { fields: { MadeAt: string } } };
  return Number(data.fields.MadeAt);
}
