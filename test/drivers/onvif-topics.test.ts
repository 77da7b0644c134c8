import { expect, test } from "vitest";
import type { CameraSignal } from "../../agent/model/camera.ts";
import { normaliseTopic, readNotifications } from "../../drivers/onvif/topics.ts";
import { answerIn, element } from "./onvif-open.ts";

interface Told {
  readonly topic: string;
  readonly data?: string;
  readonly source?: string;
  readonly attributes?: string;
}

function message({
  topic,
  data = "",
  source = "",
  attributes = `PropertyOperation="Changed"`,
}: Told): string {
  return (
    `<NotificationMessage><Topic>${topic}</Topic><Message><tt:Message ${attributes}>` +
    `<tt:Source>${source}</tt:Source><tt:Data>${data}</tt:Data></tt:Message></Message></NotificationMessage>`
  );
}

const all = () => undefined;

const item = (name: string, value: string) => `<tt:SimpleItem Name="${name}" Value="${value}"/>`;

function read(...told: Told[]) {
  return readNotifications(
    element(`<PullMessagesResponse>${told.map(message).join("")}</PullMessagesResponse>`),
    all,
  );
}

function one(told: Told): CameraSignal | undefined {
  return read(told).signals[0];
}

const active = { active: true, initial: false };

const states: readonly [topic: string, kind: CameraSignal["kind"], item: string][] = [
  ["tns1:VideoSource/MotionAlarm", "motion", "State"],
  ["tns1:RuleEngine/CellMotionDetector/Motion", "motion", "IsMotion"],
  ["tns1:RuleEngine/MotionRegionDetector/Motion", "motion", "State"],
  ["tns1:RuleEngine/FieldDetector/ObjectsInside", "motion", "IsInside"],
  ["tns1:RuleEngine/MyRuleDetector/PeopleDetect", "motion", "State"],
  ["tns1:RuleEngine/MyRuleDetector/VehicleDetect", "motion", "State"],
  ["tns1:RuleEngine/MyRuleDetector/FaceDetect", "motion", "State"],
  ["tns1:RuleEngine/MyRuleDetector/DogCatDetect", "motion", "State"],
  ["tns1:RuleEngine/MyRuleDetector/Visitor", "motion", "State"],
  ["tns1:UserAlarm/IVA/HumanShapeDetect", "motion", "State"],
  ["tns1:VideoAnalytics/tnsvendor:MotionDetection", "motion", "State"],
  ["tns1:VideoSource/ImageTooBlurry/AnalyticsService", "tamper", "State"],
  ["tns1:VideoSource/ImageTooDark/ImagingService", "tamper", "State"],
  ["tns1:VideoSource/ImageTooBright/RecordingService", "tamper", "State"],
  ["tns1:VideoSource/GlobalSceneChange/ImagingService", "tamper", "State"],
  ["tns1:VideoSource/SignalLoss", "tamper", "State"],
  ["tns1:RuleEngine/TamperDetector/Tamper", "tamper", "IsTamper"],
  ["tns1:Device/HardwareFailure/StorageFailure", "device", "Failed"],
  ["tns1:Device/HardwareFailure/FanFailure", "device", "Failed"],
  ["tns1:Device/HardwareFailure/PowerSupplyFailure", "device", "Failed"],
  ["tns1:Device/HardwareFailure/TemperatureCritical", "device", "Critical"],
];

test.each(states)("%s tells %s by its item %s", (topic, kind, name) => {
  for (const [text, value] of [
    ["true", true],
    ["1", true],
    ["True", true],
    ["false", false],
    ["0", false],
  ] as const)
    expect(one({ topic, data: item(name, text) })).toMatchObject({
      kind,
      value: { active: value, initial: false },
    });
});

test("a crossed line is a moment, and so is a detector without a state", () => {
  expect(one({ topic: "tns1:RuleEngine/LineDetector/Crossed", attributes: "" })?.value).toBe("pulse");
  expect(one({ topic: "tns1:RuleEngine/MyRuleDetector/Visitor", data: item("Count", "3") })?.value).toBe(
    "pulse",
  );
});

test("a busy processor and a failed recording are told, an ordinary one is not a failure", () => {
  const usage = (value: string) =>
    one({ topic: "tns1:Monitoring/ProcessorUsage", data: item("Value", value) })?.value;
  expect(usage("99.5")).toEqual(active);
  expect(usage("40")).toEqual({ active: false, initial: false });
  const job = (value: string) =>
    one({ topic: "tns1:RecordingConfig/RecordingJobState", data: item("State", value) })?.value;
  expect(job("Error")).toEqual(active);
  expect(job("Active")).toEqual({ active: false, initial: false });
});

test("a reboot is news when it changes, and none when it is replayed", () => {
  const topic = "tns1:Monitoring/OperatingTime/LastReboot";
  expect(one({ topic })?.value).toBe("pulse");
  expect(read({ topic, attributes: `PropertyOperation="Initialized"` })).toEqual({ signals: [], ignored: 1 });
});

test("topics lose namespaces, spaces, and trailing / and //.", () => {
  for (const text of [
    "tns1:RuleEngine/CellMotionDetector/Motion",
    "  RuleEngine/tt:CellMotionDetector/Motion/ ",
    "tns1:RuleEngine/CellMotionDetector/Motion//.",
    "tns1:RuleEngine/tns1:CellMotionDetector/tns1:Motion/.",
  ])
    expect(normaliseTopic(text)).toBe("RuleEngine/CellMotionDetector/Motion");
});

test("replayed state is marked, also where it is all that a make ever sends", () => {
  expect(
    one({
      topic: "tns1:VideoSource/MotionAlarm",
      data: item("State", "true"),
      attributes: `PropertyOperation="Initialized"`,
    })?.value,
  ).toEqual({ active: true, initial: true });
  const { signals, ignored } = readNotifications(answerIn("pull-messages-tapo"), all);
  expect(signals).toMatchObject([
    { topic: "RuleEngine/CellMotionDetector/Motion", value: { active: true, initial: true } },
  ]);
  expect(ignored).toBe(1);
});

test("a deleted property holds no more", () => {
  expect(
    one({
      topic: "tns1:VideoSource/MotionAlarm",
      data: item("State", "true"),
      attributes: `PropertyOperation="Deleted"`,
    })?.value,
  ).toEqual({ active: false, initial: false });
});

test("items are found by name among others, attributes in any order", () => {
  const data = `${item("Level", "7")}<tt:SimpleItem Value="true" Name="IsMotion"/>`;
  expect(one({ topic: "RuleEngine/CellMotionDetector/Motion", data })).toMatchObject({
    value: active,
    data: { Level: "7", IsMotion: "true" },
  });
});

test("the source is the same whatever order its items come in", () => {
  const topic = "RuleEngine/CellMotionDetector/Motion";
  const data = item("IsMotion", "true");
  const [a, b] = [item("Rule", "r1"), item("VideoSourceConfigurationToken", "v0")];
  expect(one({ topic, data, source: a + b })?.source).toBe("r1/v0");
  expect(one({ topic, data, source: b + a })?.source).toBe("r1/v0");
});

test("a whole answer: several messages in order, unknown topics counted, keys kept", () => {
  const { signals, ignored } = readNotifications(answerIn("pull-messages-cell-motion"), all);
  expect(ignored).toBe(1);
  expect(signals).toEqual([
    {
      kind: "motion",
      topic: "RuleEngine/CellMotionDetector/Motion",
      source: "MyMotionDetectorRule/va0/vsc0",
      cameraTime: "2026-11-24T01:00:04.000Z",
      data: { IsMotion: "true" },
      value: active,
    },
    {
      kind: "motion",
      topic: "RuleEngine/LineDetector/Crossed",
      source: "line 1",
      cameraTime: "2026-11-24T01:00:05.000Z",
      data: { ObjectId: "15" },
      value: "pulse",
    },
  ]);
});

test("a state that is neither true nor false is ignored and counted", () => {
  expect(read({ topic: "VideoSource/MotionAlarm", data: item("State", "maybe") })).toEqual({
    signals: [],
    ignored: 1,
  });
});

test("a camera time that is none is left out", () => {
  const signal = one({
    topic: "VideoSource/MotionAlarm",
    data: item("State", "1"),
    attributes: `UtcTime="yesterday"`,
  });
  expect(signal).toBeDefined();
  expect(signal).not.toHaveProperty("cameraTime");
});

test("what one message may bring is bounded", () => {
  const data = item("State", "true") + item("x", "y".repeat(10_000)) + item("a", "b").repeat(100);
  const signal = one({ topic: "VideoSource/MotionAlarm", data });
  expect(JSON.stringify(signal).length).toBeLessThan(1_000);
  const names = Array.from({ length: 100 }, (_, index) => item(`n${index}`, "v")).join("");
  expect(
    Object.keys(one({ topic: "VideoSource/MotionAlarm", data: item("State", "true") + names })?.data ?? {}),
  ).toHaveLength(16);
});

test("items named like parts of an object are items", () => {
  const signal = one({
    topic: "VideoSource/MotionAlarm",
    data: item("State", "true") + item("__proto__", "x"),
  });
  expect(Object.entries(signal?.data ?? {})).toContainEqual(["__proto__", "x"]);
});
