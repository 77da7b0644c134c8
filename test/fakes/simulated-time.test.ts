import { expect, test } from "vitest";
import { durationMs, lifeMs } from "./onvif-device-time.ts";

test.for([
  ["PT600S", 600_000],
  ["PT1M", 60_000],
  ["PT1H2M3.5S", 3_723_500],
  ["P1DT2H", 26 * 3_600_000],
  ["P1M", 30 * 86_400_000],
  ["PT0S", 0],
] as const)("%s is %d milliseconds", ([text, ms]) => {
  expect(durationMs(text)).toBe(ms);
});

test.for(["", "P", "PT", "P1DT", "600", "PT5", "1H", "PT-5S"])("%j is no duration", (text) => {
  expect(durationMs(text)).toBeUndefined();
});

test("a termination time may be a duration or an instant by the device's clock", () => {
  const now = Date.UTC(2026, 10, 24, 1, 0, 0);
  expect(lifeMs("PT10S", now)).toBe(10_000);
  expect(lifeMs("2026-11-24T01:00:30Z", now)).toBe(30_000);
  expect(lifeMs("soon", now)).toBeUndefined();
});
