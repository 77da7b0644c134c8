import { expect, test } from "vitest";
import { readRecordingSummary } from "../../drivers/onvif/answers.ts";
import { faults } from "../fakes/onvif-device-soap.ts";
import { element, openOnvif, simulated } from "./onvif-open.ts";

const never = new AbortController().signal;
const [from, until] = [Date.UTC(2026, 9, 25, 17, 0, 0), Date.UTC(2026, 10, 24, 8, 30, 0)];

test("a camera of Profile G tells how far its recordings reach back", async () => {
  const camera = await simulated({ onvif: { recordings: { from, until } } });
  expect(await openOnvif(camera).recordings(never)).toEqual({
    ok: true,
    value: { earliest: "2026-10-25T17:00:00.000Z", latest: "2026-11-24T08:30:00.000Z" },
  });
});

test("one without that profile is not asked, and says so in both languages", async () => {
  const camera = await simulated();
  expect(await openOnvif(camera).recordings(never)).toMatchObject({
    error: {
      cause: "request-refused",
      evidence: { en: expect.stringContaining("Profile G"), vi: expect.stringContaining("bản ghi") },
    },
  });
  expect(camera.stats().requests.GetRecordingSummary).toBe(undefined);
});

test("a refusal of the question is told as the camera puts it", async () => {
  const camera = await simulated({ onvif: { recordings: { from, until } } });
  await camera.behave({
    name: "no card",
    onSoapRequest: ({ action }) =>
      action === "tse:GetRecordingSummary" ? { fault: faults.actionNotSupported(action) } : undefined,
  });
  const answer = await openOnvif(camera).recordings(never);
  expect(answer).toMatchObject({
    error: { evidence: { en: expect.stringContaining("GetRecordingSummary") } },
  });
});

test.each([
  ["nothing recorded", "<NumberRecordings>0</NumberRecordings>", {}],
  ["a clock that was not set", "<DataFrom>1970-01-01T00:00:00Z</DataFrom>", {}],
  ["no zone", "<DataFrom>2026-11-01T00:00:00</DataFrom>", { earliest: "2026-11-01T00:00:00.000Z" }],
  ["garbage", "<DataFrom>yesterday</DataFrom><DataUntil>2026-11-01</DataUntil>", {}],
  ["nothing at all", "", {}],
])("a summary with %s", (_, inside, report) => {
  expect(readRecordingSummary(element(`<R><Summary>${inside}</Summary></R>`))).toEqual(report);
});
