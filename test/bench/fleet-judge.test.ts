import { expect, test } from "vitest";
import { configSchema } from "../../agent/model/config.ts";
import { lateness, latenessWhenWell, spansOf } from "./fleet-judge.ts";
import { planFaults } from "./fleet-plan.ts";
import { camerasOf, composition } from "./fleet-site.ts";

const MINUTE = 60_000;
const devices = composition.map(({ driver, channels }, index) => ({
  id: `${driver}-${index}`,
  driver,
  channels,
  address: `127.1.1.${index}`,
  httpPort: driver === "rtsp" ? 0 : 8_000,
  rtspPort: 8_554,
}));

test("lateness is what is beyond the interval from one beginning to the next, in whatever order they came", () => {
  expect(lateness([2 * MINUTE, 0, 3.1 * MINUTE], MINUTE, 3.5 * MINUTE).map(Math.round)).toEqual([100, 10]);
  expect(lateness([0, 20_000], MINUTE, MINUTE).map(Math.round)).toEqual([-67]);
});

test("a camera that is not looked at any more is late by the time until the end", () => {
  expect(lateness([0], MINUTE, 1.5 * MINUTE)).toEqual([50]);
  expect(lateness([0], MINUTE, 0.5 * MINUTE)).toEqual([]);
});

test("gaps in which the device was at fault, or shortly before, are not what a well device saw", () => {
  const begins = [0, MINUTE, 3 * MINUTE, 4 * MINUTE, 6 * MINUTE];
  const options = { interval: MINUTE, end: 6 * MINUTE, calmFor: 0.5 * MINUTE };
  const fault = { from: 1.5 * MINUTE, until: 2.8 * MINUTE };
  expect(latenessWhenWell(begins, [], options)).toEqual([0, 100, 0, 100]);
  expect(latenessWhenWell(begins, [fault], options)).toEqual([0, 100]);
});

test("what should not grow is compared after settling and at the end", () => {
  const readings = Array.from({ length: 100 }, (_, at) => ({ at: 1_000 + at }));
  const { early, late } = spansOf(readings, { settle: 10, span: 20 });
  expect([early[0]?.at, early.at(-1)?.at, early.length]).toEqual([1_010, 1_029, 20]);
  expect([late[0]?.at, late.at(-1)?.at, late.length]).toEqual([1_080, 1_099, 20]);
});

test("a tenth of the devices is at fault at any moment, none twice at once, none so soon that its login is held", () => {
  const plan = planFaults(devices, { seed: 4, lasting: 30 * MINUTE, share: 0.1 });
  expect(plan).toEqual(planFaults(devices, { seed: 4, lasting: 30 * MINUTE, share: 0.1 }));
  for (const at of [1, 10, 20, 29])
    expect(plan.filter(({ from, until }) => from <= at * MINUTE && at * MINUTE < until).length).toBe(16);
  for (const { id } of devices) {
    const own = plan.filter(({ device }) => device === id);
    for (const [index, { until }] of own.entries())
      expect((own[index + 1]?.from ?? Number.POSITIVE_INFINITY) - until).toBeGreaterThanOrEqual(4 * MINUTE);
  }
  expect(new Set(plan.map(({ fault }) => fault)).size).toBe(15);
  const login = plan.filter(({ fault }) => fault === "wrong-password" || fault === "exhausted");
  expect(Math.max(...login.map(({ from, until }) => until - from))).toBeLessThanOrEqual(110_000);
});

test("the site has as many cameras as an agent takes, of all drivers, each by an id of its own", () => {
  const config = configSchema.parse({
    site: { id: "s", name: "s" },
    unit: { id: "u", name: "u" },
    broker: { url: "mqtt://broker" },
    cameras: devices.flatMap(camerasOf),
  });
  expect(new Set(config.cameras.map(({ id }) => id)).size).toBe(512);
  const of = (driver: string) => config.cameras.filter((camera) => camera.driver === driver).length;
  expect(["onvif", "hikvision", "dahua", "rtsp"].map(of)).toEqual([164, 164, 152, 32]);
});
