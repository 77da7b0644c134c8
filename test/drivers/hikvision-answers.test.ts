import { expect, test } from "vitest";
import {
  isOfChannel,
  judgeChannel,
  readProxyChannels,
  readVideoInputs,
} from "../../drivers/hikvision/channels.ts";
import { readDeviceInfo } from "../../drivers/hikvision/device-info.ts";
import { readDisks, readSmart } from "../../drivers/hikvision/disks.ts";
import { monthBefore, monthOf, readRecordedDays } from "../../drivers/hikvision/recorded-days.ts";
import { readComplaint, withComplaint } from "../../drivers/hikvision/response-status.ts";
import { compactTime, readDeviceTime, readIsapiTime } from "../../drivers/hikvision/time.ts";
import type { ChannelState } from "../../drivers/protocol/channel-state.ts";
import { analogue, answerOf, bodyOf, camera, element, notActivated, recorder } from "./hikvision-answers.ts";

const HOUR = 3_600_000;
const at = (text: string) => Date.parse(text);

test("a device says who it is, and whether it is a recorder", () => {
  expect(readDeviceInfo(answerOf(camera, "System.deviceInfo"))).toEqual({
    facts: {
      manufacturer: "hikvision",
      model: "DS-2CD2146G2-ISU",
      firmware: "V5.7.18 build 240826",
      serial: "DS-2CD2146G2-ISU20260101AAWRJ00000001",
      mac: "02:00:5e:20:00:01",
    },
    kind: "camera",
  });
  expect(readDeviceInfo(answerOf(recorder, "System.deviceInfo")).kind).toBe("recorder");
  expect(readDeviceInfo(element("<DeviceInfo><deviceType>hybrid DVR</deviceType></DeviceInfo>")).kind).toBe(
    "recorder",
  );
  expect(readDeviceInfo(element("<DeviceInfo/>"))).toEqual({ facts: {}, kind: "unknown" });
});

test.each([
  ["2026-11-24T08:00:00+07:00", 7 * HOUR, at("2026-11-24T01:00:00Z")],
  ["2026-11-24T08:00+07:00", 7 * HOUR, at("2026-11-24T01:00:00Z")],
  ["2026-11-24T08:00:00Z", 0, at("2026-11-24T08:00:00Z")],
  ["2026-11-24T08:00:00-6:00", -6 * HOUR, at("2026-11-24T14:00:00Z")],
  ["2026-11-24T08:00:00.25+0530", 5.5 * HOUR, at("2026-11-24T02:30:00Z")],
])("the time %s is read with its zone", (text, zoneMs, utcMs) => {
  expect(readIsapiTime(text)).toMatchObject({ zoneMs, utcMs });
});

test.each([
  "",
  "now",
  "2026-13-01T00:00:00Z",
  "2026-11-24",
  "9999999-01-01T00:00:00Z",
  "0000-01-01T00:00:00Z",
])("%j is no time", (text) => {
  expect(readIsapiTime(text)).toBeUndefined();
});

const time = (local: string, zone: string) =>
  readDeviceTime(element(`<Time><localTime>${local}</localTime><timeZone>${zone}</timeZone></Time>`));

test("a POSIX zone counts west, whatever its letters", () => {
  expect(time("2026-11-24T08:00:00", "CST-7:00:00")).toMatchObject({
    zoneMs: 7 * HOUR,
    utcMs: at("2026-11-24T01:00:00Z"),
  });
  expect(time("2026-11-24T08:00:00", "CST+5:00:00")).toMatchObject({ zoneMs: -5 * HOUR });
  expect(time("2026-11-24T08:00:00", "UTC+00:00")).toMatchObject({ zoneMs: 0 });
});

test("a time that is written with its own zone is believed before the zone beside it, which may have summer in it", () => {
  expect(
    time("2026-07-24T08:00:00+02:00", "CST-1:00:00DST01:00:00,M3.5.0/02:00:00,M10.5.0/03:00:00"),
  ).toMatchObject({ zoneMs: 2 * HOUR, utcMs: at("2026-07-24T06:00:00Z") });
});

test("local time in UTC's clothes is local time", () => {
  expect(time("2026-11-24T08:00:00Z", "CST-7:00:00")).toMatchObject({ utcMs: at("2026-11-24T01:00:00Z") });
});

test("a time without any zone is only what stands on the wall", () => {
  expect(time("2026-11-24T08:00:00", "")).toEqual({ wallMs: at("2026-11-24T08:00:00Z") });
});

test("playback addresses have times without punctuation", () => {
  expect(compactTime(at("2026-11-23T01:00:00Z"))).toBe("20261123T010000Z");
});

test("a recorder lists its network channels with their state and its own word for it", () => {
  const channels = readProxyChannels(answerOf(recorder, "ContentMgmt.InputProxy.channels.status"));
  expect(channels).toHaveLength(16);
  expect(channels[2]).toEqual({ number: 3, online: false, word: "netUnreachable" });
  expect(judgeChannel(channels, 2)).toBeUndefined();
  expect(judgeChannel(channels, 3)).toMatchObject({
    cause: "channel-offline",
    evidence: { en: "the recorder says that channel 3 is offline: netUnreachable" },
  });
  expect(judgeChannel(channels, 17)).toMatchObject({
    cause: "channel-missing",
    evidence: { en: "no channel 17; the device has 1-16" },
  });
});

test("an analogue socket with nothing in it is a channel that is offline", () => {
  const channels = readVideoInputs(answerOf(analogue, "System.Video.inputs.channels"));
  expect(judgeChannel(channels, 1)).toBeUndefined();
  expect(judgeChannel(channels, 2)).toMatchObject({ cause: "channel-offline" });
});

test("nothing is held against a channel of which nothing is known", () => {
  expect(judgeChannel([], 5)).toBeUndefined();
  expect(judgeChannel([{ number: 5 }], 5)).toBeUndefined();
});

const channels = (...numbers: number[]): ChannelState[] => numbers.map((number) => ({ number }));

test("events of a recorder that counts its network channels from 33 find their channel", () => {
  expect(isOfChannel("34", 2, channels(1, 2, 3))).toBe(true);
  expect(isOfChannel("34", 3, channels(1, 2, 3))).toBe(false);
  expect(isOfChannel("2", 2, channels(1, 2, 3))).toBe(true);
  // A recorder that has a channel 34 means it.
  const large = channels(...Array.from({ length: 64 }, (_, index) => index + 1));
  expect(isOfChannel("34", 34, large)).toBe(true);
  expect(isOfChannel("34", 2, large)).toBe(false);
});

test("every event of a camera with one sensor is its own, and none where another channel was meant", () => {
  expect(isOfChannel("17", 1, channels(1))).toBe(true);
  expect(isOfChannel("1", 2, channels(1))).toBe(false);
});

test("disks inside, on the network and their states are told, sizes in bytes", () => {
  expect(readDisks(answerOf(recorder, "ContentMgmt.Storage"))).toEqual([
    {
      report: {
        id: "hdd1",
        state: "ok",
        stateText: "ok",
        capacityBytes: 1_907_729 * 1_048_576,
        freeBytes: 0,
      },
      smartId: "1",
    },
    {
      report: {
        id: "hdd2",
        state: "failed",
        stateText: "error",
        capacityBytes: 1_907_729 * 1_048_576,
        freeBytes: 0,
      },
      smartId: "2",
    },
    {
      report: {
        id: "nas9",
        state: "missing",
        stateText: "offline",
        capacityBytes: 122_346 * 1_048_576,
        freeBytes: 119_552 * 1_048_576,
      },
    },
  ]);
  expect(readDisks(answerOf(camera, "ContentMgmt.Storage"))).toMatchObject([
    { report: { state: "unformatted" } },
  ]);
  expect(readDisks(element("<storage><hddList/></storage>"))).toEqual([]);
});

test("an empty slot is no disk", () => {
  const slot = (capacity: number) =>
    element(
      `<storage><hddList><hdd><id>1</id><status>notexist</status><capacity>${capacity}</capacity></hdd></hddList></storage>`,
    );
  expect(readDisks(slot(0))).toEqual([]);
  expect(readDisks(slot(1_907_729))).toMatchObject([{ report: { state: "missing" } }]);
});

test("a state that is not known is told in the device's word", () => {
  const [disk] = readDisks(
    element(
      "<storage><hddList><hdd><id>1</id><status>upsideDown</status><capacity>x</capacity></hdd></hddList></storage>",
    ),
  );
  expect(disk?.report).toEqual({ id: "hdd1", state: "unknown", stateText: "upsideDown" });
});

test("SMART is well only where the device says so twice", () => {
  expect(readSmart(answerOf(recorder, "ContentMgmt.Storage.hdd.1.SMARTTest.status"))).toEqual({
    healthy: true,
    text: "ok, functional",
    temperature: 41,
    powerOnDays: 1_023,
  });
  expect(readSmart(answerOf(recorder, "ContentMgmt.Storage.hdd.2.SMARTTest.status"))).toMatchObject({
    healthy: false,
    text: "ok, badsectors",
  });
  expect(readSmart(element("<SmartTestStatus/>"))).toBeUndefined();
});

test("recorded days are days of the month that was asked for", () => {
  const month = { year: 2026, month: 10 };
  const answer = answerOf(recorder, "ContentMgmt.record.tracks.201.dailyDistribution.2026-10");
  expect(readRecordedDays(answer, month)).toEqual(["2026-10-29", "2026-10-30"]);
  expect(
    readRecordedDays(element("<trackDailyDistribution><dayList/></trackDailyDistribution>"), month),
  ).toEqual([]);
  expect(monthBefore({ year: 2026, month: 1 })).toEqual({ year: 2025, month: 12 });
  expect(monthOf(at("2026-12-31T23:59:59Z"))).toEqual({ year: 2026, month: 12 });
});

const seen = { en: "HTTP 401", vi: "HTTP 401" };

test("a 401 tells whether the account is locked and for how long, or how many tries are left", () => {
  const locked = readComplaint(bodyOf("login", "locked"));
  expect(locked).toMatchObject({ locked: { seconds: 1_790 }, notActivated: false });
  expect(withComplaint(seen, locked).en).toBe("HTTP 401: the device has locked the account, for 30 min more");
  const wrong = readComplaint(bodyOf("login", "wrong"));
  expect(wrong).not.toHaveProperty("locked");
  expect(withComplaint(seen, wrong).en).toBe("HTTP 401: 4 more wrong tries until the account is locked");
});

test("a device that was never activated says so", () => {
  const complaint = readComplaint(bodyOf(notActivated, "System.deviceInfo"));
  expect(complaint?.notActivated).toBe(true);
  expect(withComplaint(seen, complaint).en).toContain("never activated");
});

test("a refusal is told in the device's words", () => {
  const complaint = readComplaint(bodyOf("picture-bad-xml-content", "Streaming.channels.101.picture"));
  expect(withComplaint(seen, complaint).en).toBe("HTTP 401: Invalid XML Content, badXmlContent");
  expect(readComplaint("<html/>")).toBeUndefined();
  expect(readComplaint("")).toBeUndefined();
});
