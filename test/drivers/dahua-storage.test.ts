import { expect, test } from "vitest";
import { answers, httpAnswer, wedgesBeyond } from "../fakes/dahua-behaviours.ts";
import type { DahuaBehaviour } from "../fakes/dahua-device.ts";
import type { Recording } from "../fakes/dahua-finders.ts";
import { eventually } from "../fakes/eventually.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { TestClock } from "../fakes/test-clock.ts";
import { dahua, openDahua } from "./dahua-open.ts";
import { impatient } from "./onvif-open.ts";

const never = new AbortController().signal;
const health = { ...impatient, requestTimeout: 30_000 };

/** Hours of one day of November 2026, on the device's wall. */
const hours = (channel: number, day: number, from: number, to: number): Recording[] =>
  Array.from({ length: to - from }, (_, index) => {
    const time = (hour: number) =>
      `2026-11-${String(day).padStart(2, "0")} ${String(hour).padStart(2, "0")}:00:00`;
    return { channel, from: time(from + index), to: time(from + index + 1) };
  });

/** At 01:00 UTC of 2026-11-24, 08:00 on the device's wall. */
const clock = new TestClock();

test("disks are those of the device, asked once for all its channels", async () => {
  const device = await dahua({ transcripts: ["nvr4108-4.001"], channels: 8 });
  const gate = new OpenGate();
  const reports = await Promise.all(
    [1, 2, 3].map((channel) => openDahua(device, { gate, config: { channel } }).storage(never)),
  );
  for (const report of reports)
    expect(report).toMatchObject({ ok: true, value: { disks: [{ id: "/dev/sda" }, { state: "failed" }] } });
  expect(device.asked("storageDevice.cgi.getDeviceAllInfo")).toBe(2);
});

test("a device that does not tell of its disks says why", async () => {
  const device = await dahua({
    behaviours: [answers("storageDevice.cgi.getDeviceAllInfo", httpAnswer(501, ""))],
  });
  expect(await openDahua(device).storage(never)).toMatchObject({
    ok: false,
    error: { cause: "request-refused", evidence: { en: "HTTP 501 to storageDevice.cgi getDeviceAllInfo" } },
  });
});

test("the oldest and the newest recording of a channel are found, in UTC, and the finder is given back", async () => {
  const recordings = [...hours(1, 3, 9, 12), ...hours(1, 24, 0, 8), ...hours(2, 1, 0, 1)];
  const device = await dahua({ clock, recordings });
  expect(await openDahua(device, { clock, health }).recordings(never)).toEqual({
    ok: true,
    value: { earliest: "2026-11-03T02:00:00.000Z", latest: "2026-11-24T01:00:00.000Z" },
  });
  expect([device.finders.open, device.finders.most]).toEqual([0, 1]);
});

test("a device that lists the newest first is searched for its oldest, within bounds", async () => {
  const recordings = [...hours(1, 1, 4, 6), ...hours(1, 9, 0, 24), ...hours(1, 24, 0, 8)].reverse();
  const device = await dahua({ clock, recordings, pageFiles: 3 });
  const found = await openDahua(device, { clock, health }).recordings(never);
  expect(found).toMatchObject({ ok: true, value: { latest: "2026-11-24T01:00:00.000Z" } });
  const earliest = found.ok ? Date.parse(found.value.earliest ?? "") : Number.NaN;
  expect(Math.abs(earliest - Date.UTC(2026, 9, 31, 21))).toBeLessThanOrEqual(86_400_000);
  expect(Object.values(device.requests).reduce((sum, count) => sum + count, 0)).toBeLessThan(80);
});

test("a channel that stopped recording a month ago says until when, and one without any says nothing", async () => {
  const device = await dahua({ clock, recordings: hours(1, 1, 0, 5) });
  const gate = new OpenGate();
  expect(await openDahua(device, { clock, health, gate }).recordings(never)).toEqual({
    ok: true,
    value: { earliest: "2026-10-31T17:00:00.000Z", latest: "2026-10-31T22:00:00.000Z" },
  });
  const other = openDahua(device, { clock, health, gate, config: { channel: 2 } });
  expect(await other.recordings(never)).toEqual({ ok: true, value: {} });
});

test("a device in another zone writes its recordings in that one", async () => {
  const device = await dahua({ clock, recordings: hours(1, 3, 9, 12), clockOffsetMs: -7 * 3_600_000 });
  const session = openDahua(device, { clock, health });
  expect(await session.recordings(never)).toMatchObject({ value: { earliest: "2026-11-03T09:00:00.000Z" } });
  expect(session.playback(new Date("2026-11-03T09:00:00Z"), new Date("2026-11-03T09:05:00Z"))).toBe(
    `rtsp://127.0.0.1:${device.rtspPort}/cam/playback?channel=1&starttime=2026_11_03_09_00_00&endtime=2026_11_03_09_05_00`,
  );
});

test("one search at a time, however many channels ask (a device has one finder)", async () => {
  const recordings = [1, 2, 3].flatMap((channel) => hours(channel, 24, channel, 8));
  const device = await dahua({ clock, recordings, transcripts: ["nvr4108-4.001"], channels: 8 });
  const gate = new OpenGate();
  const found = await Promise.all(
    [1, 2, 3].map((channel) =>
      openDahua(device, { clock, health, gate, config: { channel } }).recordings(never),
    ),
  );
  expect(found.map((each) => each.ok && each.value.earliest)).toEqual([
    "2026-11-23T18:00:00.000Z",
    "2026-11-23T19:00:00.000Z",
    "2026-11-23T20:00:00.000Z",
  ]);
  expect([device.finders.open, device.finders.most]).toEqual([0, 1]);
});

test("a search that is stopped or goes wrong gives its finder back all the same", async () => {
  const stop = new AbortController();
  const device = await dahua({ recordings: hours(1, 24, 0, 8) });
  await device.behave({
    name: "stop",
    onCgiRequest({ name }) {
      if (name !== "mediaFileFind.cgi.findNextFile") return undefined;
      stop.abort();
      return "silence";
    },
  });
  expect((await openDahua(device).recordings(stop.signal)).ok).toBe(false);
  await eventually("the finder is given back", () => device.finders.open === 0);

  const broken = await dahua({
    recordings: hours(1, 24, 0, 8),
    behaviours: [answers("mediaFileFind.cgi.findNextFile", httpAnswer(500, ""))],
  });
  expect(await openDahua(broken).recordings(never)).toMatchObject({ error: { cause: "request-refused" } });
  expect(broken.finders.open).toBe(0);
});

test("a channel that waits for its turn is done when it is stopped, and the next has its turn all the same", async () => {
  const gate = new OpenGate();
  const device = await dahua({ recordings: hours(1, 24, 0, 8), finders: 2 });
  const slow: DahuaBehaviour = {
    name: "slow",
    onCgiRequest: ({ name }) => (name === "mediaFileFind.cgi.findFile" ? "silence" : undefined),
  };
  await device.behave(slow);
  const patient = { clock, health, gate };
  const first = new AbortController();
  const second = new AbortController();
  const searching = openDahua(device, patient).recordings(first.signal);
  await eventually("the first searches", () => device.asked("mediaFileFind.cgi.findFile") > 0);
  const waiting = openDahua(device, patient).recordings(second.signal);
  const last = openDahua(device, patient).recordings(never);
  await eventually("all know the device", () => gate.running === 1);
  second.abort();
  expect((await waiting).ok).toBe(false);
  expect(device.finders.open).toBe(1);
  await device.calm(slow);
  first.abort();
  expect((await searching).ok).toBe(false);
  expect((await last).ok).toBe(true);
  expect(device.finders.most).toBe(1);
});

test("a search that takes too long is given up, and its finder given back", async () => {
  const time = new TestClock();
  const device = await dahua({
    recordings: hours(1, 24, 0, 8),
    behaviours: [
      {
        name: "slow",
        onCgiRequest: ({ name }) => (name === "mediaFileFind.cgi.findFile" ? "silence" : undefined),
      },
    ],
  });
  const endless = { ...health, requestTimeout: 600_000 };
  const search = openDahua(device, { clock: time, health: endless }).recordings(never);
  await eventually("it searches", () => device.asked("mediaFileFind.cgi.findFile") > 0);
  await time.advance(120_000);
  expect(await search).toMatchObject({ ok: false, error: { cause: "answer-late" } });
  expect(device.finders.open).toBe(0);
});

test("a device whose finders are all taken says so", async () => {
  const device = await dahua({ finders: 0 });
  expect(await openDahua(device).recordings(never)).toMatchObject({
    ok: false,
    error: { cause: "request-refused", evidence: { en: expect.stringContaining("Bad Request!") } },
  });
});

test("where the way to the device is cut, disks and recordings say that", async () => {
  const device = await dahua({ behaviours: [wedgesBeyond(0)] });
  const session = openDahua(device);
  expect(await session.storage(never)).toMatchObject({ error: { cause: "answer-late" } });
  expect(await session.recordings(never)).toMatchObject({ error: { cause: "answer-late" } });
});
