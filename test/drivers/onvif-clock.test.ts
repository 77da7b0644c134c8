import { expect, test } from "vitest";
import { readCameraTime } from "../../drivers/onvif/clock.ts";
import { judgeClock, offsetFrom, zoneIn } from "../../drivers/protocol/device-clock.ts";
import { answerIn, element } from "./onvif-open.ts";

const HOUR = 3_600_000;

test("the camera's time is its UTC, also where it tells its local time too", () => {
  expect(readCameraTime(answerIn("system-date-and-time"))).toBe(Date.UTC(2026, 10, 24, 1, 2, 3));
});

test("a camera that tells local time alone is taken at its word", () => {
  expect(readCameraTime(answerIn("system-date-and-time-local-only"))).toBe(Date.UTC(1979, 10, 30, 0, 0, 50));
});

test("a time that is none is unreadable", () => {
  const told = (date: string, time: string) =>
    readCameraTime(
      element(`<R><SystemDateAndTime><UTCDateTime>${time}${date}</UTCDateTime></SystemDateAndTime></R>`),
    );
  const noon = "<Time><Hour>12</Hour><Minute>0</Minute><Second>0</Second></Time>";
  expect(told("<Date><Year>2026</Year><Month>13</Month><Day>1</Day></Date>", noon)).toBeUndefined();
  expect(told("<Date><Year>0</Year><Month>1</Month><Day>1</Day></Date>", noon)).toBeUndefined();
  expect(told("<Date><Year>x</Year><Month>1</Month><Day>1</Day></Date>", noon)).toBeUndefined();
  expect(told("", noon)).toBeUndefined();
  expect(readCameraTime(element("<R/>"))).toBeUndefined();
});

test("half of the round trip is not the camera's fault", () => {
  expect(offsetFrom(10_000, 8_000, 13_000)).toBe(0);
});

test("a small offset is right, a larger one is wrong and says how much", () => {
  expect(judgeClock(-5_000, 5_000)).toBeUndefined();
  expect(judgeClock(600_000, 5_000)).toEqual({
    cause: "clock-wrong",
    evidence: {
      en: "camera is 10 min 0 s ahead of the recorder",
      vi: "giờ của camera nhanh hơn đầu ghi 10 phút 0 giây",
    },
  });
  expect(judgeClock(-(26 * HOUR + 61_000), 5_000)?.evidence.en).toBe(
    "camera is 1 d 2 h 1 min 1 s behind the recorder",
  );
});

test("an offset of whole or half hours is a time zone, within 90 s of it", () => {
  for (const offset of [7 * HOUR, 7 * HOUR + 89_000, -9 * HOUR + 1_000, 5.5 * HOUR - 80_000])
    expect(judgeClock(offset, 5_000)?.cause).toBe("clock-time-zone");
  for (const offset of [7 * HOUR + 91_000, 30_000, 20 * HOUR, 365 * 24 * HOUR])
    expect(judgeClock(offset, 5_000)?.cause).toBe("clock-wrong");
  expect(zoneIn(7 * HOUR - 20_000)).toBe(7 * HOUR);
  expect(zoneIn(20_000)).toBe(0);
});
