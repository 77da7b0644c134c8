import { expect, onTestFinished, test } from "vitest";
import type { CameraSignal } from "../../agent/model/camera.ts";
import type { CameraOptions, SimulatedCamera } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { faults } from "../fakes/onvif-device-soap.ts";
import { listener, type OpenOptions, openOnvif, simulated } from "./onvif-open.ts";

/** A recorder of three channels unless told otherwise. */
function recorder(options: CameraOptions["onvif"] = {}): Promise<SimulatedCamera> {
  return simulated({ onvif: { channels: 3, ...options } });
}

interface Told {
  signals(): CameraSignal[];
  /** `source` of every signal that says "active". */
  active(): string[];
}

/** An open channel that was told the state; it is stopped when the test ends. */
async function watching(camera: SimulatedCamera, config: OpenOptions["config"] = {}): Promise<Told> {
  const stop = new AbortController();
  const { heard, emit } = listener();
  const end = openOnvif(camera, { config }).watch(emit, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await end;
  });
  await eventually("the first pull was answered", () => heard.some(({ kind }) => kind === "alive"));
  const signals = () => heard.flatMap((news) => (news.kind === "signal" ? [news.signal] : []));
  return {
    signals,
    active() {
      return signals().flatMap(({ value, source }) => (value !== "pulse" && value.active ? [source] : []));
    },
  };
}

/** Something of the whole device, behind which everything that was sent before has arrived. */
async function flush(camera: SimulatedCamera, ...channels: Told[]): Promise<void> {
  camera.send({
    topic: "tns1:Device/HardwareFailure/FanFailure",
    source: { Token: "fan" },
    data: { Failed: "true" },
  });
  for (const channel of channels)
    await eventually("the failure of the fan", () => channel.active().includes("fan"));
}

test.each([
  ["VideoSource/MotionAlarm", true],
  ["VideoSource/MotionAlarm", false],
  ["RuleEngine/CellMotionDetector/Motion", true],
] as const)(
  "two channels of one recorder are each told their own motion (%s, Media2 %s)",
  async (topic, media2) => {
    const camera = await recorder({ motionTopics: [topic], media2 });
    const [second, third] = [
      await watching(camera, { profile: "Profile_4" }),
      await watching(camera, { profile: "Profile_5" }),
    ];
    for (const channel of [1, 2, 3]) camera.motion(true, { Channel: String(channel) }, channel);
    await flush(camera, second, third);
    const motions = ({ signals }: Told) =>
      signals().flatMap(({ kind, data, value }) =>
        kind === "motion" ? [`${data.Channel ?? "?"} ${JSON.stringify(value)}`] : [],
      );
    const told = (channel: number) => [
      `? {"active":false,"initial":true}`,
      `${channel} {"active":true,"initial":false}`,
    ];
    expect(motions(second)).toEqual(told(2));
    expect(motions(third)).toEqual(told(3));
  },
);

test("without a profile a recorder is its first channel", async () => {
  const camera = await recorder();
  const first = await watching(camera);
  for (const channel of [3, 2, 1]) camera.motion(true, {}, channel);
  await flush(camera, first);
  expect(first.active()).toEqual(["VideoSource_1", "fan"]);
});

test("what a recorder says of none of its channels by name is told to each, as the recorder wrote it", async () => {
  const camera = await recorder();
  const second = await watching(camera, { profile: "Profile_3" });
  camera.send({
    topic: "tns1:VideoSource/MotionAlarm",
    source: { Source: "Channel Nine" },
    data: { State: "true" },
  });
  camera.send({ topic: "tns1:VideoSource/MotionAlarm", data: { State: "true" } });
  await flush(camera, second);
  expect(second.active()).toEqual(["Channel Nine", "", "fan"]);
});

test("a camera with one video source is told everything, whatever it calls its parts", async () => {
  const camera = await recorder({ channels: 1 });
  const only = await watching(camera, { profile: "Profile_2" });
  camera.motion(true, {}, 7);
  await flush(camera, only);
  expect(only.active()).toEqual(["VideoSource_7", "fan"]);
});

test("a profile that the recorder has not is told no channel's motion", async () => {
  const camera = await recorder();
  const none = await watching(camera, { profile: "Profile_99" });
  for (const channel of [1, 2, 3]) camera.motion(true, {}, channel);
  await flush(camera, none);
  expect(none.active()).toEqual(["fan"]);
});

test("while a recorder does not tell its profiles the channel of a profile is not opened, and tried again", async () => {
  const camera = await recorder();
  await camera.behave({
    name: "profileless",
    onSoapRequest: ({ action }) =>
      action.endsWith(":GetProfiles")
        ? { fault: { ...faults.notWellFormed, status: 500, subcodes: ["ter:Busy"] } }
        : undefined,
  });
  const { heard, emit } = listener();
  const session = openOnvif(camera, { config: { profile: "Profile_3" } });
  const end = await session.watch(emit, new AbortController().signal);
  expect(end).toMatchObject({ fault: { cause: "events-lost" }, retry: "backoff" });
  expect(end.fault.evidence.en).toContain("GetProfiles");
  expect(heard).toEqual([]);
  // A camera of its own is not silenced by it.
  const alone = await watching(camera);
  camera.motion(true);
  await flush(camera, alone);
  expect(alone.active()).toEqual(["VideoSource_1", "fan"]);
});
