import { expect, onTestFinished, test } from "vitest";
import type { CameraSignal } from "../../agent/model/camera.ts";
import type { Behaviour } from "../fakes/behaviours-hooks.ts";
import type { SimulatedCamera } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { faults } from "../fakes/onvif-device-soap.ts";
import { OpenGate } from "../fakes/open-gate.ts";
import { listener, type OpenOptions, openOnvif, simulated } from "./onvif-open.ts";
import { asked, motionIn, watching } from "./onvif-watching.ts";

/** The corners of the standard where devices differ, each walked through with a device that is so. */

const never = new AbortController().signal;

const lacking = (call: string): Behaviour => ({
  name: `lacks ${call}`,
  onSoapRequest: ({ action }) =>
    action.endsWith(`:${call}`) ? { fault: faults.actionNotSupported(action) } : undefined,
});

/** Wants HTTP's login and the token beside it. */
const wantsToken: Behaviour = {
  name: "wants a token too",
  onSoapRequest: ({ action, security }) =>
    action === "tds:GetSystemDateAndTime" || security ? undefined : { fault: faults.notAuthorized(400) },
};

test.each([
  ["HTTP Digest alone", "digest", []],
  ["WS-Security alone", "wsse", []],
  ["either", "both", []],
  ["both together", "digest", [wantsToken]],
  ["neither", "none", []],
] as const)(
  "motion is heard where every call is signed by %s, with no login refused",
  async (_, authentication, behaviours) => {
    const camera = await simulated({ onvif: { authentication }, behaviours });
    const gate = new OpenGate();
    const channel = await watching(camera, { gate });
    for (const active of [true, false, true]) camera.motion(active);
    await eventually("all of it", () => motionIn(channel.heard).length === 4);
    await channel.stop();
    expect(camera.stats()).toMatchObject({ loginsRefused: 0, subscriptions: 0 });
    expect(gate.rejections).toEqual([]);
  },
);

test.each([true, false])("H.265 is measured, by Media2 where there is one (%s)", async (media2) => {
  const camera = await simulated({ clip: "h265", onvif: { media2 } });
  const { rungs, stream, facts } = await openOnvif(camera).probe(never);
  expect(rungs.stream).toEqual({ ok: true });
  expect(stream).toMatchObject({ codec: "h265", width: 640, height: 360 });
  expect(facts.profile).toBe("Profile_1 (main)");
});

interface Told {
  readonly topic: string;
  readonly data: Readonly<Record<string, string>>;
  readonly as: string;
}

const told = (kind: string, topic: string, data: Told["data"], value: string): Told => ({
  topic: `tns1:${topic}`,
  data,
  as: `${kind} ${topic} ${value}`,
});

const images = ["ImageTooBlurry", "ImageTooDark", "ImageTooBright", "GlobalSceneChange"];
const services = ["AnalyticsService", "ImagingService", "RecordingService"];
const hardware = ["StorageFailure", "FanFailure", "PowerSupplyFailure"];
const since = { Status: "2026-11-24T01:00:00Z" };

/** What devices send of tampering and of their own health, and what is made of it. */
const health: readonly Told[] = [
  ...images.flatMap((image) =>
    services.map((service) => told("tamper", `VideoSource/${image}/${service}`, { State: "true" }, "true")),
  ),
  told("tamper", "VideoSource/SignalLoss", { State: "1" }, "true"),
  told("tamper", "RuleEngine/TamperDetector/Tamper", { IsTamper: "true" }, "true"),
  ...hardware.map((what) => told("device", `Device/HardwareFailure/${what}`, { Failed: "true" }, "true")),
  told("device", "Device/HardwareFailure/TemperatureCritical", { Critical: "true" }, "true"),
  told("device", "Monitoring/ProcessorUsage", { Value: "97" }, "true"),
  told("device", "Monitoring/ProcessorUsage", { Value: "30" }, "false"),
  told("device", "Monitoring/OperatingTime/LastReboot", since, "pulse"),
  told("device", "Monitoring/OperatingTime/LastClockSynchronization", since, "pulse"),
  told("device", "RecordingConfig/RecordingJobState", { State: "Error" }, "true"),
  told("device", "RecordingConfig/RecordingJobState", { State: "Active" }, "false"),
];

const said = ({ kind, topic, value }: CameraSignal) =>
  `${kind} ${topic} ${value === "pulse" ? value : value.active}`;

/** Everything but motion that a camera is told to hear, by whichever way its device has. */
async function hearing(camera: SimulatedCamera, config: OpenOptions["config"] = {}) {
  const stop = new AbortController();
  const { heard, emit } = listener();
  const end = openOnvif(camera, { config }).watch(emit, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await end;
  });
  await eventually("it was told the state", () => motionIn(heard).length > 0);
  return {
    signals: () => heard.flatMap((news) => (news.kind === "signal" ? [news.signal] : [])),
  };
}

test.each([
  ["pulled", []],
  ["sent (Base Notification)", [lacking("CreatePullPointSubscription")]],
] as const)(
  "what a device tells of tampering and of its own health is heard in order where events are %s",
  async (_, behaviours) => {
    const camera = await simulated({ onvif: { notifies: true }, behaviours });
    const channel = await hearing(camera);
    for (const { topic, data } of health) camera.send({ topic, data });
    const heard = () =>
      channel
        .signals()
        .filter(({ kind }) => kind !== "motion")
        .map(said);
    await eventually("all of it", () => heard().length === health.length);
    expect(heard()).toEqual(health.map(({ as }) => as));
  },
);

test("the channels of a recorder that sends its events hear each their own", async () => {
  const camera = await simulated({
    onvif: { notifies: true, channels: 3 },
    behaviours: [lacking("CreatePullPointSubscription")],
  });
  const second = await hearing(camera, { profile: "Profile_3" });
  const third = await hearing(camera, { profile: "Profile_5" });
  for (const channel of [1, 2, 3]) camera.motion(true, {}, channel);
  const active = ({ signals }: typeof second) =>
    signals().flatMap(({ value, source }) => (value !== "pulse" && value.active ? [source] : []));
  await eventually("the last of them", () => active(third).length === 1);
  await eventually("its own", () => active(second).length === 1);
  expect([active(second), active(third)]).toEqual([["VideoSource_2"], ["VideoSource_3"]]);
});

test("a recorder that knows no GetServices tells its recordings by GetCapabilities", async () => {
  const [from, until] = [Date.UTC(2026, 9, 25, 17), Date.UTC(2026, 10, 24, 8, 30)];
  const camera = await simulated({
    onvif: { channels: 2, recordings: { from, until } },
    behaviours: [lacking("GetServices")],
  });
  expect(await openOnvif(camera, { config: { profile: "Profile_3" } }).recordings(never)).toEqual({
    ok: true,
    value: { earliest: "2026-10-25T17:00:00.000Z", latest: "2026-11-24T08:30:00.000Z" },
  });
  expect(asked(camera, "GetRecordingSummary")).toBe(1);
});
