import { expect, test } from "vitest";
import { OpenGate } from "../fakes/open-gate.ts";
import { TestClock } from "../fakes/test-clock.ts";
import { camera, recorder } from "./hikvision-answers.ts";
import { never, openHikvision, simulated } from "./hikvision-open.ts";

const PICTURE = "Streaming/channels/101/picture";

test("a snapshot is the camera's JPEG", async () => {
  const device = await simulated();
  const picture = await openHikvision(device).snapshot(never);
  if (!picture.ok) throw new Error(picture.error.evidence.en);
  expect([...picture.value.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
});

test.each([
  ["picture-bad-xml-content", "HTTP 400", "badXmlContent"],
  ["picture-device-error", "HTTP 500", "deviceError"],
])("a snapshot that is refused is told in the device's words (%s)", async (folder, status, word) => {
  const device = await simulated();
  device.answer(PICTURE, folder);
  const answer = await openHikvision(device).snapshot(never);
  expect(answer).toMatchObject({ ok: false, error: { cause: "request-refused" } });
  expect(answer).toMatchObject({ error: { evidence: { en: expect.stringContaining(status) } } });
  expect(answer).toMatchObject({ error: { evidence: { vi: expect.stringContaining(word) } } });
});

test("a page is no picture", async () => {
  const device = await simulated();
  device.answerWith(PICTURE, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>");
  expect(await openHikvision(device).snapshot(never)).toMatchObject({
    error: { cause: "answer-garbled", evidence: { en: "snapshot is no JPEG: 6 bytes of text/html" } },
  });
});

test("disks are told with what each says of its own health, once for all channels", async () => {
  const device = await simulated({ device: recorder });
  const gate = new OpenGate();
  const [first, second] = [1, 2].map((channel) => openHikvision(device, { gate, config: { channel } }));
  const [report, same] = [await first?.storage(never), await second?.storage(never)];
  expect(report).toMatchObject({
    ok: true,
    value: {
      disks: [
        { id: "hdd1", state: "ok", smart: { healthy: true, temperature: 41, powerOnDays: 1_023 } },
        { id: "hdd2", state: "failed", stateText: "error", smart: { healthy: false } },
        { id: "nas9", state: "missing" },
      ],
    },
  });
  expect(same).toEqual(report);
  expect(device.stats().requests["ContentMgmt/Storage"]).toBe(2);
  expect(device.stats().requests["ContentMgmt/Storage/hdd/1/SMARTTest/status"]).toBe(1);
});

test("a camera that knows no SMART tells its card all the same", async () => {
  const device = await simulated({ device: camera });
  const report = await openHikvision(device).storage(never);
  expect(report).toMatchObject({ value: { disks: [{ id: "hdde", state: "unformatted" }] } });
  expect(JSON.stringify(report)).not.toContain("smart");
});

/** 2026-11-24 in the middle of Hanoi's night, when it is still the day before in UTC. */
const night = () => new TestClock(Date.parse("2026-11-23T20:00:00Z"));

test("recorded days are gone through month by month until there are no more", async () => {
  const clock = night();
  const device = await simulated({ device: recorder, clock });
  const report = await openHikvision(device, { clock, config: { channel: 2 } }).recordings(never);
  if (!report.ok) throw new Error(report.error.evidence.en);
  const { days = [], earliest } = report.value;
  expect(days.slice(0, 3)).toEqual(["2026-10-29", "2026-10-30", "2026-11-01"]);
  expect(days.at(-1)).toBe("2026-11-24");
  // Midnight in Hanoi.
  expect(earliest).toBe("2026-10-28T17:00:00.000Z");
  // November, October, and two that are empty.
  expect(device.stats().requests["ContentMgmt/record/tracks/201/dailyDistribution"]).toBe(4);
});

test("a channel that records nothing has no days, and a device that cannot tell says so", async () => {
  const device = await simulated({ device: recorder });
  device.answer(
    "ContentMgmt/record/tracks/101/dailyDistribution",
    recorder,
    "ContentMgmt.record.tracks.201.dailyDistribution",
  );
  expect(await openHikvision(device).recordings(never)).toEqual({ ok: true, value: { days: [] } });
  const bare = await simulated({ device: camera });
  expect(await openHikvision(bare).recordings(never)).toMatchObject({ error: { cause: "request-refused" } });
});

test("a playback address has the device's own time, which it writes as UTC, and no login", async () => {
  const clock = night();
  const device = await simulated({ device: recorder, clock });
  const session = openHikvision(device, { clock, config: { channel: 2 } });
  await session.recordings(never);
  expect(session.playback(new Date("2026-11-23T01:00:00Z"), new Date("2026-11-23T01:05:00Z"))).toBe(
    `rtsp://127.0.0.1:${device.rtspPort}/Streaming/tracks/201?starttime=20261123T080000Z&endtime=20261123T080500Z`,
  );
});
