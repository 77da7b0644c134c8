import fc from "fast-check";
import { expect, test } from "vitest";
import { readCameraStates, readEventIndexes, readRemoteDevices } from "../../drivers/dahua/channels.ts";
import { readDisks } from "../../drivers/dahua/disks.ts";
import { codes, isHeartbeat, isWhole, readEvent, signalOf } from "../../drivers/dahua/event.ts";
import { readFiles } from "../../drivers/dahua/media-find.ts";
import { complaintIn, readTable, valueIn } from "../../drivers/dahua/table.ts";
import { offsetOf, playbackText, readWall, wallText, zoneOf } from "../../drivers/dahua/time.ts";
import { dahuaBody } from "../fakes/dahua-transcripts.ts";

test("a table's value is all behind its first sign of equality", () => {
  expect([...readTable("a.b[0]=x=y;z\r\n\r\nresult = 1 \r\nnothing\r\n=2\r\n")]).toEqual([
    ["a.b[0]", "x=y;z"],
    ["result", "1"],
  ]);
  expect(valueIn("a=\r\nb=2\r\n", "a", "b")).toBe("2");
});

test.each([
  ["Error\r\nBad Request!\r\n", "Error, Bad Request!"],
  ["Error: No Events", "Error: No Events"],
  ["error", "error"],
  ["ErrorCode=0\r\n", undefined],
  ["result=1\r\n", undefined],
  ["", undefined],
])("%j is the complaint %j", (text, complaint) => {
  expect(complaintIn(text)).toBe(complaint);
});

test.each([
  ["2026-11-24 08:00:00", Date.UTC(2026, 10, 24, 8)],
  ["2011-7-3 21:02:32", Date.UTC(2011, 6, 3, 21, 2, 32)],
  ["2026-11-24T08:00:00Z", Date.UTC(2026, 10, 24, 8)],
  ["2026-13-24 08:00:00", undefined],
  ["soon", undefined],
  [undefined, undefined],
])("%j is a time", (text, ms) => {
  expect(readWall(text)).toBe(ms);
});

test("times are written as the device reads them", () => {
  const wall = Date.UTC(2026, 10, 23, 1, 0, 5);
  expect(wallText(wall)).toBe("2026-11-23 01:00:05");
  expect(playbackText(wall)).toBe("2026_11_23_01_00_05");
  expect(readWall(wallText(wall))).toBe(wall);
});

test("a clock that is off by whole hours is in another zone, and one that is off by more is in Hanoi's", () => {
  const HOUR = 3_600_000;
  expect(offsetOf(Date.UTC(2026, 10, 24, 8))).toBe(Date.UTC(2026, 10, 24, 1));
  expect(zoneOf(undefined)).toBe(7 * HOUR);
  expect(zoneOf(400)).toBe(7 * HOUR);
  expect(zoneOf(HOUR - 800)).toBe(8 * HOUR);
  expect(zoneOf(-7 * HOUR)).toBe(0);
  expect(zoneOf(754_000)).toBe(7 * HOUR);
});

test.each([
  ["Code=VideoMotion;action=Start;index=0", { code: "VideoMotion", action: "Start", index: 0 }],
  ["Code=VideoMotion;action=Stop;index=15\r\n", { code: "VideoMotion", action: "Stop", index: 15 }],
  ["Code=VideoMotion;action=Start", { code: "VideoMotion", action: "Start" }],
  ["  Code = A ; action = Pulse ; index = x ", { code: "A", action: "Pulse" }],
  [
    'Code=A;action=Start;index=0;test=1;data={"a":"b;c=d"}',
    { code: "A", action: "Start", index: 0, data: { a: "b;c=d" } },
  ],
  ["Code=A;action=Start;index=0;data={broken", { code: "A", action: "Start", index: 0 }],
  ["Code=A;action=Start;index=0;data=[1]", { code: "A", action: "Start", index: 0 }],
  ["Code=A;index=0", undefined],
  ["action=Start;index=0", undefined],
  ["HTTP/1.1 200 OK", undefined],
])("%j is read as %j", (text, event) => {
  expect(readEvent(text)).toEqual(event);
});

test.each([
  ["VideoMotion", "motion"],
  ["SmartMotionHuman", "motion"],
  ["CrossLineDetection", "motion"],
  ["CrossRegionDetection", "motion"],
  ["VideoBlind", "tamper"],
  ["VideoAbnormalDetection", "tamper"],
  ["VideoUnFocus", "tamper"],
  ["VideoLoss", "device"],
  ["StorageFailure", "device"],
  ["StorageNotExist", "device"],
  ["StorageLowSpace", "device"],
])("%s is a signal of %s", (code, kind) => {
  expect(codes).toContain(code);
  expect(signalOf({ code, action: "Start", index: 2 })).toMatchObject({ kind, topic: code, source: "2" });
});

test.each([
  ["Start", undefined, { active: true, initial: false }],
  ["Stop", undefined, { active: false, initial: false }],
  ["Pulse", undefined, "pulse"],
  ["State", undefined, { active: true, initial: true }],
  ["State", { State: "Off" }, { active: false, initial: true }],
  ["State", { Status: 0 }, { active: false, initial: true }],
])("action %s with %j has the value %j", (action, data, value) => {
  expect(signalOf({ code: "VideoMotion", action, index: 0, ...(data && { data }) })?.value).toEqual(value);
});

test("a code or an action that nobody asked for is no signal", () => {
  expect(signalOf({ code: "NTPAdjustTime", action: "Pulse" })).toBeUndefined();
  expect(signalOf({ code: "VideoMotion", action: "Config" })).toBeUndefined();
});

test("an event whose time makes no sense has none, and long data is cut", () => {
  const data = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`f${index}`, "x".repeat(500)]));
  const signal = signalOf({ code: "VideoMotion", action: "Start", data: { ...data, UTC: 1e99 } });
  expect(signal).not.toHaveProperty("cameraTime");
  expect(Object.keys(signal?.data ?? {})).toHaveLength(24);
  expect(signal?.data).toMatchObject({ f0: "x".repeat(128) });
});

test.each([
  ["Heartbeat", true],
  ["Heartbeat\r\n", true],
  ["Code=VideoMotion;action=Start;index=0\r\n", true],
  ["Code=VideoMotion;acti", false],
  ["Code=VideoMotion;action=Start;index=0;data={\r\n", false],
  ['Code=VideoMotion;action=Start;index=0;data={\r\n "a" : {\r\n }\r\n', false],
  ['Code=VideoMotion;action=Start;index=0;data={\r\n "a" : {\r\n }\r\n}\r\n', true],
  ['Code=VideoMotion;action=Start;index=0;data={"a":1}\r\n', true],
])("%j is an event to its end: %s", (text, whole) => {
  expect(isWhole(text)).toBe(whole);
});

test("states of cameras are read by channel from 0, and what is none is no answer", () => {
  expect(readCameraStates(dahuaBody("nvr4108-4.001", "api.LogicDeviceManager.getCameraState"))).toEqual([
    { number: 1, online: true, word: "Connected" },
    { number: 2, online: false, word: "Unconnect" },
    { number: 3, online: true, word: "Connected" },
    { number: 4, online: true, word: "Connected" },
    { number: 5, online: false, word: "Connecting" },
    { number: 6, online: true, word: "Connected" },
    { number: 7, isEmpty: true, word: "Empty" },
  ]);
  expect(
    readCameraStates('{"states":[{"channel":0},{"channel":"a"},7,{"channel":1,"connectionState":"?"}]}'),
  ).toEqual([{ number: 1 }, { number: 2, word: "?" }]);
  for (const text of ["", "{}", "null", '{"states":1}', "Error"])
    expect(readCameraStates(text)).toBeUndefined();
});

test("remote devices are channels; one that is off or has no address is empty", () => {
  const text = dahuaBody("xvr5108-3.210-no-camera-state", "configManager.cgi.getConfig.RemoteDevice");
  expect(readRemoteDevices(text)).toEqual([
    { number: 5 },
    { number: 6, isEmpty: true },
    { number: 7, isEmpty: true },
  ]);
});

test("indexes of an event are its channels from 0", () => {
  expect([...readEventIndexes("channels[0]=2\r\nchannels[1]=5\r\nother=7\r\n")]).toEqual([2, 5]);
  expect([...readEventIndexes("Error: No Events")]).toEqual([]);
});

test("disks are read with the sum of their partitions, and an error of one is the disk's", () => {
  expect(readDisks(dahuaBody("nvr4108-4.001", "storageDevice.cgi.getDeviceAllInfo"))).toEqual([
    {
      id: "/dev/sda",
      state: "ok",
      stateText: "Success",
      capacityBytes: 2_000_000_000_000,
      freeBytes: 1_500_000_000_000,
    },
    { id: "/dev/sdb", state: "failed", stateText: "Failure, IsError=true" },
  ]);
});

test("names of fields vary", () => {
  expect(readDisks(dahuaBody("xvr5108-3.210-no-camera-state", "storageDevice.cgi.getDeviceAllInfo"))).toEqual(
    [{ id: "/dev/sda", state: "failed", stateText: "Error", capacityBytes: 1_000_204_886_016, freeBytes: 0 }],
  );
  expect(
    readDisks(
      "Storage[0].Path=/dev/sda\r\nStorage[0].Status=Normal\r\nStorage[0].TotalBytes=10\r\nStorage[0].UsedBytes=4\r\n",
    ),
  ).toEqual([{ id: "/dev/sda", state: "ok", stateText: "Normal", capacityBytes: 10, freeBytes: 6 }]);
  expect(readDisks("list.info[3].State=Unheard\r\n")).toEqual([
    { id: "3", state: "unknown", stateText: "Unheard" },
  ]);
  expect(
    readDisks(
      "list.info[0].State=Initializing\r\nlist.info[1].State=NoDisk\r\nlist.info[2].State=Unformatted",
    ).map(({ state }) => state),
  ).toEqual(["busy", "missing", "unformatted"]);
  expect(readDisks("")).toEqual([]);
});

test("a page of files reaches from its first begin to its last end, in whatever order", () => {
  const page = [
    "found=2",
    "items[0].StartTime=2026-11-23 02:00:00",
    "items[0].EndTime=2026-11-23 03:00:00",
    "items[1].StartTime=2026-11-23 01:00:00",
    "items[1].EndTime=2026-11-23 02:00:00",
  ].join("\r\n");
  expect(readFiles(page)).toEqual({
    from: Date.UTC(2026, 10, 23, 1),
    to: Date.UTC(2026, 10, 23, 3),
  });
  expect(readFiles("found=0\r\n")).toBeUndefined();
});

const line = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    ...[
      "list.info[0].State=Success",
      "list.info[0].Detail[9].TotalBytes=1e9",
      "list.info[99].Name=",
      "[0].State=x",
    ],
    ...["items[0].StartTime=2026-02-30 25:61:00", "items[0].EndTime=0-0-0 0:0:0", "channels[0]=-1", "Error"],
    ...[
      "Code=VideoMotion;action=Start;index=99999",
      ";data={",
      '"a":',
      "}",
      '{"states":[',
      '{"channel":1e99}',
      "]}",
    ],
    ...["table.RemoteDevice.uuid:System_CONFIG_NETCAMERA_INFO_999.Enable=true", "result=2026-11-24 08:00:00"],
  ),
);

test("whatever a device answers, no reader throws or gives what cannot be", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
      const text = lines.join("\r\n");
      for (const { capacityBytes = 0, freeBytes = 0, id } of readDisks(text)) {
        expect(capacityBytes).toBeGreaterThanOrEqual(0);
        expect(freeBytes).toBeGreaterThanOrEqual(0);
        expect(id.length).toBeLessThanOrEqual(64);
      }
      for (const { number } of [...(readCameraStates(text) ?? []), ...readRemoteDevices(text)])
        expect(Number.isSafeInteger(number) && number >= 1).toBe(true);
      const event = readEvent(text);
      const signal = event && signalOf(event);
      if (signal) expect(() => JSON.stringify(signal)).not.toThrow();
      isWhole(text);
      isHeartbeat(text);
      complaintIn(text);
      readFiles(text);
      readEventIndexes(text);
      readWall(valueIn(text, "result"));
    }),
    { numRuns: 500 },
  );
});
