import { expect, test } from "vitest";
import { clockStep, countCameras } from "../../agent/core/site-health.ts";
import type { CameraStatus } from "../../agent/model/wire.ts";

const camera = (state: CameraStatus["state"], cause?: CameraStatus["cause"]) =>
  ({ state, usable: state === "online" || state === "degraded", ...(cause && { cause }) }) as CameraStatus;

test("the unit is told how many cameras can be used, and the others by cause", () => {
  const cameras = [
    camera("online"),
    camera("online"),
    camera("degraded", "clock-wrong"),
    camera("offline", "host-silent"),
    camera("offline", "host-silent"),
    camera("unknown"),
  ];
  expect(countCameras(cameras)).toEqual({
    total: 6,
    usable: 3,
    states: { online: 2, degraded: 1, offline: 2, unknown: 1 },
    causes: { "clock-wrong": 1, "host-silent": 2 },
  });
});

test("a clock that was set is noticed in both directions, one that runs is not", () => {
  const before = { wall: 1_000_000, monotonic: 500 };
  expect(clockStep(before, { wall: 1_060_000, monotonic: 60_500 })).toBe(0);
  expect(clockStep(before, { wall: 1_061_500, monotonic: 60_500 })).toBe(0);
  expect(clockStep(before, { wall: 4_660_000, monotonic: 60_500 })).toBe(3_600_000);
  expect(clockStep(before, { wall: 0, monotonic: 60_500 })).toBe(-1_060_000);
});
