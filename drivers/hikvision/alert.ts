import type { CameraSignal } from "../../agent/model/camera.ts";
import { parseJson } from "../protocol/json.ts";
import { parseXml, type XmlElement } from "../protocol/xml.ts";
import { readIsapiTime } from "./time.ts";

/** One part of an alertStream: EventNotificationAlert, as XML or, from newer firmwares, as JSON. */
export interface Alert {
  /** As the device writes it: "VMD", "fielddetection". */
  readonly type: string;
  readonly active: boolean;
  /** As the device counts; absent where it names none. */
  readonly channel?: string;
  /** What happened while nobody listened, sent after. */
  readonly late: boolean;
  /** The device's claim of when, RFC 3339 UTC. */
  readonly cameraTime?: string;
  /** The alert's own fields, names unchanged. */
  readonly data: Readonly<Record<string, string>>;
}

/** Fields that are looked at; the others say who the device is, or where in the picture, or in which region. */
const FIELDS = new Set([
  "channelID",
  "dynChannelID",
  "dateTime",
  "activePostCount",
  "eventType",
  "eventState",
  "eventDescription",
  "channelName",
  "isDataRetransmission",
  "relationEvent",
  "regionID",
  "detectionTarget",
  "diskNo",
]);
const HOUSEKEEPING = new Set(["dateTime", "isDataRetransmission", "relationEvent"]);
const TEXT_LIMIT = 128;
const NODE_LIMIT = 2_000;

/** Undefined for whatever is no alert: pictures' captions, answers to something else, garbage. */
export function readAlert(text: string): Alert | undefined {
  const fields = fieldsOf(text);
  const told = fields?.get("eventType");
  if (!fields || !told) return undefined;
  // "duration" says that another event still goes on.
  const type = told === "duration" ? (fields.get("relationEvent") ?? told) : told;
  // Some models name the channel by dynChannelID alone; it may be written and left empty, as may activePostCount
  // (mezz64/pyHik #130).
  const channel = fields.get("channelID") || fields.get("dynChannelID");
  const at = readIsapiTime(fields.get("dateTime"));
  return {
    type,
    // Only "inactive" ends anything: a firmware that leaves the state out tells what is happening.
    active: fields.get("eventState")?.toLowerCase() !== "inactive",
    ...(channel && { channel }),
    late: fields.get("isDataRetransmission") === "true",
    ...(at?.utcMs !== undefined && { cameraTime: new Date(at.utcMs).toISOString() }),
    data: Object.fromEntries([...fields].filter(([name, value]) => value !== "" && !HOUSEKEEPING.has(name))),
  };
}

/** Whether a text is an alert to its end, so that it need not wait for what follows it. */
export function isWholeAlert(text: string): boolean {
  if (/<\/(?:[\w.-]+:)?EventNotificationAlert\s*>\s*$/.test(text)) return true;
  return /^\s*\{/.test(text) && /\}\s*$/.test(text) && parseJson(text) !== undefined;
}

function fieldsOf(text: string): ReadonlyMap<string, string> | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) {
    const json = parseJson(trimmed);
    return json === undefined ? undefined : collect(json, jsonChildren);
  }
  const root = parseXml(trimmed);
  if (!root.ok || root.value.name !== "EventNotificationAlert") return undefined;
  return collect(root.value, xmlChildren);
}

type Child<N> = readonly [name: string, node: N, text: string | undefined];

/** The outermost of each field: a list of regions has a regionID each, and the first stands for them. */
function collect<N>(root: N, childrenOf: (node: N) => readonly Child<N>[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const queue = [root];
  for (let at = 0; at < Math.min(queue.length, NODE_LIMIT); at++) {
    for (const [name, node, text] of childrenOf(queue[at] as N)) {
      if (text === undefined) queue.push(node);
      else if (FIELDS.has(name) && !fields.has(name)) fields.set(name, text.slice(0, TEXT_LIMIT));
    }
  }
  return fields;
}

function xmlChildren({ children }: XmlElement): Child<XmlElement>[] {
  return children.map((child) => [child.name, child, child.children.length > 0 ? undefined : child.text]);
}

function jsonChildren(node: unknown): Child<unknown>[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).map(([name, value]) => [
    name,
    value,
    typeof value === "object" && value !== null ? undefined : String(value ?? ""),
  ]);
}

/**
 * "videoloss inactive" is how these devices say that they live; newer ones also say so by name. It comes every 300 ms
 * to 10 s, and from some models never (home-assistant #82767).
 */
export function isHeartbeat({ type, active }: Alert): boolean {
  return /^(?:heartbeat)$/i.test(type) || (!active && type.toLowerCase() === "videoloss");
}

type Kind = CameraSignal["kind"];

/** Event types by lower-case name: Hikvision's ISAPI, "Event" chapter, and what cameras were seen to send. */
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ...kinds("motion", [
    "vmd",
    "motiondetection",
    "linedetection",
    "fielddetection",
    "regionentrance",
    "regionexit",
    "regionexiting",
    "pir",
    "facedetection",
    "peopledetection",
    "loitering",
    "group",
    "rapidmove",
    "parking",
    "unattendedbaggage",
    "attendedbaggage",
  ]),
  ...kinds("tamper", ["shelteralarm", "tamperdetection", "videoloss", "scenechangedetection", "defocus"]),
  ...kinds("device", [
    "diskfull",
    "diskerror",
    "diskunformat",
    "nicbroken",
    "ipconflict",
    "illaccess",
    "badvideo",
    "videomismatch",
    "recordingfailure",
    "raidfailure",
    "fanfailure",
    "overheat",
  ]),
]);

function kinds(kind: Kind, types: readonly string[]): [string, Kind][] {
  return types.map((type) => [type, kind]);
}

/** What kind of event it is; undefined for what is of no interest. */
export function kindOf({ type }: Alert): Kind | undefined {
  return KINDS.get(type.toLowerCase());
}
