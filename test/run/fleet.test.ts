import { expect, onTestFinished, test } from "vitest";
import { Progress } from "../../agent/core/progress.ts";
import { configSchema } from "../../agent/model/config.ts";
import type { EventDraft, HealthData } from "../../agent/model/event.ts";
import type { CameraStatus } from "../../agent/model/wire.ts";
import { Fleet } from "../../agent/run/fleet.ts";
import { TestClock } from "../fakes/test-clock.ts";

const site = (streams: Readonly<Record<string, string>>) =>
  configSchema.parse({
    site: { id: "s", name: "s" },
    unit: { id: "u", name: "u" },
    broker: { url: "mqtt://broker" },
    cameras: Object.entries(streams).map(([id, stream]) => ({ id, name: id, driver: "rtsp", stream })),
  });
const secrets = { credentials: {} };
const wellBefore: HealthData = {
  from: "unknown",
  to: "online",
  since: "2026-11-01T00:00:00.000Z",
  flapping: false,
};
const ok = { ok: true } as const;

/** A fleet of cameras that are always well. */
function fleetOf(config: ReturnType<typeof site>, known: Readonly<Record<string, HealthData>>) {
  const clock = new TestClock();
  const drafts: EventDraft[] = [];
  const statuses: CameraStatus[] = [];
  /** When each camera was last looked at. */
  const looks = new Map<string, number>();
  const fleet = new Fleet(config, {
    clock,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    random: () => 0.5,
    progress: new Progress(),
    runName: "run",
    boxClockUnsure: () => false,
    lastHealth: (camera) => known[camera],
    recorder: { record: async (draft) => void drafts.push(draft) },
    openCamera: async ({ config: { id } }) => ({
      probe: async () => {
        looks.set(id, clock.monotonic());
        return { rungs: { host: ok, port: ok, login: ok, describe: ok, stream: ok }, facts: {} };
      },
    }),
    show: (status) => void statuses.push(status),
    forget: () => {},
  });
  onTestFinished(() => fleet.stop());
  return { clock, drafts, statuses, looks, fleet };
}

test("after a restart cameras go on with the state that the journal knows, and only new ones are told of", async () => {
  const config = site({ old: "rtsp://192.168.1.1/a", fresh: "rtsp://192.168.1.2/a" });
  const { clock, drafts, statuses, fleet } = fleetOf(config, { old: wellBefore });
  await fleet.apply(config, secrets);
  expect(statuses).toMatchObject([
    { id: "old", state: "online", since: wellBefore.since },
    { id: "fresh", state: "unknown" },
  ]);
  await clock.advance(120_000);
  expect(drafts).toMatchObject([{ camera: "fresh", data: { from: "unknown", to: "online" } }]);
  expect(fleet.statuses()[0]).toMatchObject({ state: "online", since: wellBefore.since });
});

test("a camera that a reload gave another address is not known by what the journal says of the old one", async () => {
  const config = site({ old: "rtsp://192.168.1.1/a" });
  const { fleet } = fleetOf(config, { old: wellBefore });
  await fleet.apply(config, secrets);
  await fleet.apply(site({ old: "rtsp://192.168.1.77/a" }), secrets);
  expect(fleet.statuses()).toMatchObject([{ state: "unknown" }]);
});

test("cameras that are added one by one are not looked at together", async () => {
  const streams: Record<string, string> = {};
  const { clock, looks, fleet } = fleetOf(site(streams), {});
  for (const channel of ["1", "2", "3", "4"]) {
    streams[channel] = `rtsp://192.168.1.1/${channel}`;
    await fleet.apply(site(streams), secrets);
    await clock.advance(90_000);
  }
  await clock.advance(180_000);
  const places = [...looks.values()].map((at) => at % 60_000).sort((a, b) => a - b);
  const gaps = places.map((place, index) => (places[index + 1] ?? (places[0] ?? 0) + 60_000) - place);
  expect(Math.min(...gaps)).toBeGreaterThan(5_000);
});
