import fc from "fast-check";
import { expect, test } from "vitest";
import { readAlert } from "../../drivers/hikvision/alert.ts";
import { AlertStates } from "../../drivers/hikvision/alert-states.ts";
import {
  isOfChannel,
  judgeChannel,
  readProxyChannels,
  readVideoInputs,
} from "../../drivers/hikvision/channels.ts";
import { readDeviceInfo } from "../../drivers/hikvision/device-info.ts";
import { readDisks, readSmart } from "../../drivers/hikvision/disks.ts";
import { readRecordedDays } from "../../drivers/hikvision/recorded-days.ts";
import { readComplaint, withComplaint } from "../../drivers/hikvision/response-status.ts";
import { readDeviceTime, readIsapiTime } from "../../drivers/hikvision/time.ts";
import { judgeAnswer } from "../../drivers/hikvision/verdict.ts";
import { parseXml } from "../../drivers/protocol/xml.ts";
import { eventually } from "../fakes/eventually.ts";
import {
  isapiAlert,
  isapiAlerts,
  isapiAnswers,
  isapiDevices,
  isapiTranscript,
} from "../fakes/isapi-transcripts.ts";
import { type Mutation, mangled, mutation } from "../fakes/mangled-text.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { impatient, never, openHikvision, simulated } from "./hikvision-open.ts";

const answers = [...isapiDevices, "login", "picture-device-error"].flatMap((folder) =>
  isapiAnswers(folder).map((name) => isapiTranscript(folder, name)?.body ?? ""),
);

test("no answer, however mangled, makes a reader throw or tell at length", () => {
  fc.assert(
    fc.property(mangled(fc.constantFrom(...answers)), fc.constantFrom(200, 403, 500), (text, status) => {
      const judged = judgeAnswer("System/deviceInfo", {
        status,
        header: () => undefined,
        challenges: [],
        body: Buffer.from(text),
      });
      if (!judged.ok) expect(judged.error.fault.evidence.vi.length).toBeLessThanOrEqual(300);
      withComplaint({ en: "", vi: "" }, readComplaint(text));
      const root = parseXml(text);
      if (!root.ok) return;
      readDeviceInfo(root.value);
      const time = readDeviceTime(root.value);
      if (time) expect(Number.isFinite(time.wallMs) && Number.isFinite(time.utcMs ?? 0)).toBe(true);
      const channels = [...readProxyChannels(root.value), ...readVideoInputs(root.value)];
      judgeChannel(channels, 1);
      isOfChannel("1", 1, channels);
      for (const { report } of readDisks(root.value)) expect(JSON.stringify(report).length).toBeLessThan(500);
      readSmart(root.value);
      for (const day of readRecordedDays(root.value, { year: 2026, month: 2 }))
        expect(day).toMatch(/^2026-02-\d\d$/);
    }),
    { numRuns: 2_000 },
  );
});

test("no alert, however mangled, makes a signal that is too large", () => {
  fc.assert(
    fc.property(
      fc.array(mangled(fc.constantFrom(...isapiAlerts.map(isapiAlert))), { maxLength: 4 }),
      (texts) => {
        const states = new AlertStates();
        for (const text of texts) {
          const alert = readAlert(text);
          const signal = alert && states.take(alert, 0);
          if (!signal) continue;
          expect(JSON.stringify(signal).length).toBeLessThan(10_000);
          if (signal.cameraTime !== undefined) expect(signal.cameraTime).toMatch(/^\d{4}-.*Z$/);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test("a time is one or it is not", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9T:+ZzCST.-]{0,40}$/), (text) => {
      const read = readIsapiTime(text);
      if (read) expect(new Date(read.utcMs ?? read.wallMs).toISOString()).toMatch(/^\d{4}-/);
    }),
  );
});

const QUESTIONS = [
  "System/deviceInfo",
  "System/time",
  "System/Video/inputs/channels",
  "ContentMgmt/InputProxy/channels/status",
  "ContentMgmt/Storage",
  "ContentMgmt/record/tracks/201/dailyDistribution",
];

test("a device that mangles its answers is always done with, and no slot or connection stays", async () => {
  const device = await simulated({ device: "recorder-ds-7616ni-v4.30.097-dead-channel", schemes: ["basic"] });
  const truth = new Map(QUESTIONS.map((question) => [question, device.bytesOf(question)]));
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations: Mutation[]) => {
      for (const [question, bytes] of truth)
        device.answerWith(
          question,
          mutations.reduce((text, mutate) => mutate(text), bytes),
        );
      const gate = new OpenGate();
      const session = openHikvision(device, {
        gate,
        config: { channel: 2, rtspPort: 9 },
        health: { ...impatient, requestTimeout: 5_000 },
      });
      const report = await session.probe(never);
      expect(Object.keys(report.rungs).length).toBeGreaterThan(0);
      await session.storage(never);
      await session.recordings(never);
      expect(gate.running).toBe(0);
    }),
    { numRuns: 60 },
  );
  await eventually("no connection stays", () => device.stats().sockets.http === 0);
}, 60_000);
