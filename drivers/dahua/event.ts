import type { CameraSignal, MotionValue } from "../../agent/model/camera.ts";
import { parseJson } from "../protocol/json.ts";

/** What eventManager.cgi tells: "Code=VideoMotion;action=Start;index=0;data={…}", or "Heartbeat". */

export interface DahuaEvent {
  readonly code: string;
  /** "Start", "Stop", "Pulse" or "State". */
  readonly action: string;
  /** Of the channel, from 0; undefined where it is not told. */
  readonly index?: number;
  /** The JSON behind `data=`; undefined where there is none that can be read. */
  readonly data?: EventData;
}

interface EventData {
  readonly State?: unknown;
  readonly Status?: unknown;
  readonly UTC?: unknown;
  readonly RealUTC?: unknown;
  readonly Object?: unknown;
}

const KINDS: Readonly<Record<string, CameraSignal["kind"]>> = {
  VideoMotion: "motion",
  SmartMotionHuman: "motion",
  SmartMotionVehicle: "motion",
  CrossLineDetection: "motion",
  CrossRegionDetection: "motion",
  WanderDetection: "motion",
  MoveDetection: "motion",
  LeftDetection: "motion",
  RioterDetection: "motion",
  FaceDetection: "motion",
  VideoBlind: "tamper",
  VideoAbnormalDetection: "tamper",
  VideoUnFocus: "tamper",
  VideoLoss: "device",
  StorageFailure: "device",
  StorageNotExist: "device",
  StorageLowSpace: "device",
};

/** Codes that are asked for. `All` would bring a storm of what no one wants (NTPAdjustTime, VideoMotionInfo, …). */
export const codes: readonly string[] = Object.keys(KINDS);

const FIELDS = 24;
const FIELD_CHARACTERS = 128;

export function isHeartbeat(text: string): boolean {
  return /^\s*(?:Code=)?Heartbeat\b/.test(text);
}

/** Undefined where the text is no event. Values may hold ";" and "=", which no field but `data` has. */
export function readEvent(text: string): DahuaEvent | undefined {
  const at = /;\s*data\s*=/.exec(text);
  const head = (at ? text.slice(0, at.index) : text).trim();
  const data = at ? readData(text.slice(at.index + at[0].length)) : undefined;
  const fields = new Map<string, string>();
  for (const field of head.split(/;|[\r\n]+/, FIELDS)) {
    const [, name, value] = /^\s*(\w+)\s*=\s*(.*)$/.exec(field) ?? [];
    if (name !== undefined && value !== undefined) fields.set(name.toLowerCase(), value.trim());
  }
  const [code, action, index] = [fields.get("code"), fields.get("action"), fields.get("index")];
  if (!code || !/^[\w.-]{1,64}$/.test(code) || !action || !/^\w{1,16}$/.test(action)) return undefined;
  return {
    code,
    action,
    ...(index !== undefined && /^\d{1,4}$/.test(index) && { index: Number(index) }),
    ...(data && { data }),
  };
}

function readData(text: string): EventData | undefined {
  return objectIn(parseJson(text));
}

function objectIn(value: unknown): (EventData & { readonly ObjectType?: unknown }) | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

/** Whether a text of a stream is an event to its end; what it tells beside the data is on its first line. */
export function isWhole(text: string): boolean {
  if (isHeartbeat(text)) return /^\s*(?:Code=)?Heartbeat(?:;.*)?\s*$/.test(text);
  const at = /;\s*data\s*=/.exec(text);
  if (!at) return /^\s*Code=\w+;\s*action=(?:Start|Stop|Pulse|State)\b(?:;[^\r\n]*)?\s*$/.test(text);
  // Its last line; to parse at every other would be to parse it many times.
  if (!/(?:^|\n|=[^\n]*)\s*\}\s*$/.test(text.slice(-256))) return false;
  return readData(text.slice(at.index + at[0].length)) !== undefined;
}

/** The event as every make's are told; undefined where it is of no interest. */
export function signalOf(event: DahuaEvent): CameraSignal | undefined {
  const kind = KINDS[event.code];
  const value = motionOf(event);
  if (!kind || value === undefined) return undefined;
  const { code, index, data } = event;
  // Of a storage event it is the number of a disk.
  const isOfChannel = index !== undefined && !code.startsWith("Storage");
  const cameraTime = timeIn(data);
  return {
    kind,
    value,
    topic: code,
    source: index === undefined ? "" : String(index),
    ...(isOfChannel && { channels: [String(index)] }),
    ...(cameraTime !== undefined && { cameraTime }),
    data: flattened(data),
  };
}

function motionOf({ action, data }: DahuaEvent): MotionValue | undefined {
  switch (action) {
    case "Start":
      return { active: true, initial: false };
    case "Stop":
      return { active: false, initial: false };
    case "Pulse":
      return "pulse";
    case "State":
      return { active: !isOff(data?.State ?? data?.Status), initial: true };
    default:
      return undefined;
  }
}

function isOff(state: unknown): boolean {
  return state === false || state === 0 || /^(?:0|off|close|closed|normal|stop|false)$/i.test(String(state));
}

/** RealUTC is UTC where the firmware has it; its UTC may be the local time. */
function timeIn(data: DahuaEvent["data"]): string | undefined {
  const seconds = data?.RealUTC ?? data?.UTC;
  if (typeof seconds !== "number" || !(seconds > 0 && seconds < 253_402_300_800)) return undefined;
  return new Date(seconds * 1_000).toISOString();
}

function flattened(data: DahuaEvent["data"]): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  const type = objectIn(data?.Object)?.ObjectType;
  for (const [name, value] of [["Object.ObjectType", type] as const, ...Object.entries(data ?? {})]) {
    if (Object.keys(fields).length >= FIELDS) break;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      fields[name.slice(0, FIELD_CHARACTERS)] = String(value).slice(0, FIELD_CHARACTERS);
  }
  return fields;
}
