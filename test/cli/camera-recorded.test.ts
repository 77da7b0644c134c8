import { expect, test } from "vitest";
import { ok } from "../../agent/base/result.ts";
import { recordedJson, recordedOf } from "../../agent/cli/camera-recorded.ts";
import { showRecorded } from "../../agent/cli/show-recorded.ts";
import { paint } from "../../agent/core/terminal.ts";
import type { CameraSession, ProbeReport } from "../../agent/model/camera.ts";
import { createCamera } from "../fakes/camera.ts";
import { createDahua } from "../fakes/dahua-device.ts";
import { createIsapi } from "../fakes/isapi-device.ts";
import { TestClock } from "../fakes/test-clock.ts";
import { cameraSite } from "./camera-site.ts";

const taken: ProbeReport = { rungs: { login: { ok: true } }, facts: {} };
const never = new AbortController().signal;
const session = (told: Partial<CameraSession>): CameraSession => ({ probe: async () => taken, ...told });

/** A calendar that has this day in every month. */
function recordedOn(date: Date): string {
  const body =
    `<trackDailyDistribution><dayList><day><id>1</id><dayOfMonth>${date.getUTCDate()}</dayOfMonth>` +
    "<record>true</record></day></dayList></trackDailyDistribution>";
  return (
    "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nConnection: close\r\n" +
    `Content-Length: ${body.length}\r\n\r\n${body}`
  );
}

/** A recorder with a failing disk, configured as one camera. */
async function recorderSite() {
  const recorder = await createIsapi({ device: "recorder-ds-7616ni-v4.30.097-dead-channel" });
  recorder.answerWith("ContentMgmt/record/tracks/201/dailyDistribution", recordedOn(new Date()));
  const site = cameraSite({
    cameras: [
      {
        id: "gate",
        name: "Cổng",
        driver: "hikvision",
        address: `127.0.0.1:${recorder.httpPort}`,
        rtspPort: recorder.rtspPort,
        channel: 2,
        credential: "nvr",
      },
    ],
    credentials: { nvr: recorder.login },
  });
  return {
    recorder,
    site,
    async [Symbol.asyncDispose]() {
      site[Symbol.dispose]();
      await recorder[Symbol.asyncDispose]();
    },
  };
}

test("a camera that is named shows its recorder's disks, what is recorded and how to look at it, and a bad disk is no fault of the camera", async () => {
  await using at = await recorderSite();
  const { code, out } = await at.site.camera(["test", "gate"]);
  expect(code).toBe(0);
  expect(out).toMatch(
    / {2}Disk hdd1: in order, \d+ GB, \d+ GB free, SMART healthy \(.+\), 41 °C, powered on for 1023 days\n/,
  );
  expect(out).toMatch(/ {2}Disk hdd2: failed \(error\)/);
  expect(out).toMatch(
    / {2}Recordings: from \d\d:\d\d:\d\d \d\d\/\d\d\/\d{4}, \d+ days, the last \d{4}-\d\d-\d\d\n/,
  );
  expect(out).toMatch(
    / {2}Playback of the 10 minutes until .*: rtsp:\/\/127\.0\.0\.1:\d+\/Streaming\/tracks\/201\?starttime=/,
  );
  expect(out).toContain("Nothing is wrong with 1 of 1 cameras.");
  const vi = await at.site.camera(["test", "gate", "--lang", "vi"]);
  expect(vi.out).toMatch(/ {2}Ổ hdd1: bình thường, \d+ GB, còn trống \d+ GB, SMART tốt /);
  expect(vi.out).toMatch(/ {2}Ổ hdd2: hỏng \(error\)/);
  expect(vi.out).toMatch(/ {2}Dữ liệu ghi hình: từ /);
});

test("programs are given the same, and all cameras at once are asked for none of it", async () => {
  await using at = await recorderSite();
  const [named] = JSON.parse((await at.site.camera(["test", "gate", "--json"])).out).cameras;
  expect(named).toMatchObject({
    verdict: null,
    storage: {
      disks: [
        { id: "hdd1", state: "ok" },
        { id: "hdd2", state: "failed" },
        { id: "nas9", state: "missing" },
      ],
    },
    recordings: { days: expect.any(Array) },
    playback: { uri: expect.stringMatching(/^rtsp:/), to: expect.stringMatching(/Z$/) },
  });
  const [one] = JSON.parse((await at.site.camera(["test", "--all", "--json"])).out).cameras;
  expect(one).not.toHaveProperty("storage");
});

test("what was recorded up to a day that is over is not offered as if it lasted until now", async () => {
  const clock = new TestClock(Date.parse("2026-11-24T01:00:00Z"));
  const playedOf = async (days: string[]) => {
    const told = { recordings: async () => ok({ days }), playback: () => "rtsp://127.0.0.1/" };
    return (await recordedOf(session(told), taken, never, clock)).playback;
  };
  expect(await playedOf(["2026-11-23", "2026-11-24"])).toMatchObject({ to: "2026-11-24T01:00:00.000Z" });
  expect(await playedOf(["2026-11-20", "2026-11-21"])).toBeUndefined();
});

test("storage that is refused is told and fails nothing", async () => {
  await using at = await recorderSite();
  at.recorder.answerWith("ContentMgmt/Storage", "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
  const { code, out } = await at.site.camera(["test", "gate"]);
  expect(code).toBe(0);
  expect(out).toMatch(/ {2}Disks: not told \(CAM-\d+: .+\)\n/);
});

test("a Dahua device and one that tells nothing are shown what they tell", async () => {
  await using dahua = await createDahua({ transcripts: ["nvr4108-4.001"] });
  await using bare = await createCamera({ onvif: false });
  using site = cameraSite({
    cameras: [
      {
        id: "a",
        name: "A",
        driver: "dahua",
        address: `127.0.0.1:${dahua.httpPort}`,
        rtspPort: dahua.stream.rtspPort,
        credential: "all",
      },
      { id: "b", name: "B", driver: "rtsp", stream: bare.streamUri, credential: "all" },
    ],
    credentials: { all: dahua.login },
  });
  const { out } = await site.camera(["test", "a", "b"]);
  const [first = "", second = ""] = out.split("\nb B");
  expect(first).toMatch(/ {2}Disk [^\n]+\n[\s\S]* {2}Recordings: /);
  expect(second).not.toMatch(/Disk|Recordings/);
});

test("a device that does not answer about its disks costs ten seconds and no verdict", async () => {
  const clock = new TestClock();
  const deaf = session({ storage: () => new Promise(() => {}), recordings: async () => ok({ days: [] }) });
  const asking = recordedOf(deaf, taken, never, clock);
  await clock.advance(10_000);
  const recorded = await asking;
  expect(recordedJson(recorded)).toMatchObject({
    storage: { error: { cause: "answer-late", code: "CAM-204" } },
    recordings: { days: [] },
  });
  const shown = showRecorded(recorded, "en").map((line) => paint(line, false));
  expect(shown).toEqual([
    "  Disks: not told (CAM-204: no complete answer to storage within 10 s)",
    "  Recordings: none",
  ]);
});

test("a camera that refused the login is asked nothing more", async () => {
  const asked = session({
    storage: () => {
      throw new Error("asked");
    },
  });
  expect(
    await recordedOf(asked, { rungs: { login: undefined }, facts: {} } as unknown as ProbeReport, never),
  ).toEqual({});
});

test("what a make tells is shown in both languages, and nothing where it tells nothing", () => {
  const lines = (language: "en" | "vi") =>
    showRecorded(
      {
        storage: ok({
          disks: [{ id: "1", state: "full", stateText: "full", capacityBytes: 64_000_000_000, freeBytes: 0 }],
        }),
        recordings: ok({ earliest: "2026-11-01T00:00:00Z", latest: "2026-11-24T00:00:00Z" }),
      },
      language,
    ).map((line) => paint(line, false));
  expect(lines("en")).toEqual([
    "  Disk 1: full, 64 GB, 0 GB free",
    "  Recordings: from 07:00:00 01/11/2026, until 07:00:00 24/11/2026",
  ]);
  expect(lines("vi")).toEqual([
    "  Ổ 1: đầy, 64 GB, còn trống 0 GB",
    "  Dữ liệu ghi hình: từ 07:00:00 01/11/2026, đến 07:00:00 24/11/2026",
  ]);
  expect(showRecorded({}, "en")).toEqual([]);
});
