import { textAt, type XmlElement } from "../protocol/xml.ts";

/** Times as ISAPI writes them, and what System/time tells of the device's clock. */

export interface IsapiTime {
  /** The reading of the clock on its wall, as if it were UTC; milliseconds. */
  readonly wallMs: number;
  /** How it was written behind it; undefined where nothing was, "Z" being 0. */
  readonly zoneMs?: number;
  /** Milliseconds since the epoch; undefined where no zone was written. */
  readonly utcMs?: number;
}

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d{1,9})?(Z|[+-]\d{1,2}(?::?\d{2})?)?$/i;

/** "2026-11-24T08:00:00+07:00", without seconds, without a zone, "…-6:00"; undefined where it makes no sense. */
export function readIsapiTime(text: string | undefined): IsapiTime | undefined {
  const match = TIME.exec(text?.trim().slice(0, 40) ?? "");
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
    return undefined;
  if (year < 1970) return undefined;
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const zoneMs = match[7] === undefined ? undefined : readZone(match[7]);
  return zoneMs === undefined ? { wallMs } : { wallMs, zoneMs, utcMs: wallMs - zoneMs };
}

function readZone(text: string): number | undefined {
  if (/^z$/i.test(text)) return 0;
  const match = /^([+-])(\d{1,2}):?(\d{2})?/.exec(text);
  if (!match) return undefined;
  const ms = (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60_000;
  return ms > 14 * 3_600_000 ? undefined : match[1] === "-" ? -ms : ms;
}

export interface DeviceTime {
  /** Milliseconds since the epoch; undefined where no zone is known. */
  readonly utcMs?: number;
  readonly wallMs: number;
  /** How far the device's zone is ahead of UTC, milliseconds. */
  readonly zoneMs?: number;
}

/**
 * System/time. The zone beside the time is POSIX', in which west is positive: "CST-7:00:00" is Hanoi; whatever the
 * letters, which are always the factory's. A time with "Z" and another zone beside it is local time in UTC's clothes.
 */
export function readDeviceTime(answer: XmlElement): DeviceTime | undefined {
  const time = readIsapiTime(textAt(answer, "localTime"));
  if (!time) return undefined;
  const posix = readPosixZone(textAt(answer, "timeZone"));
  const zoneMs = time.zoneMs === undefined || time.zoneMs === 0 ? (posix ?? time.zoneMs) : time.zoneMs;
  const { wallMs } = time;
  return zoneMs === undefined ? { wallMs } : { wallMs, zoneMs, utcMs: wallMs - zoneMs };
}

function readPosixZone(text: string | undefined): number | undefined {
  const match = /^(?:<[^>]{1,16}>|[A-Za-z]{2,16})\s*([+-]?)(\d{1,2})(?::(\d{2}))?/.exec(text ?? "");
  if (!match) return undefined;
  const zone = readZone(`${match[1] || "+"}${match[2]}:${match[3] ?? "00"}`);
  // Not -0.
  return zone === undefined ? undefined : 0 - zone;
}

/** "20261123T010000Z", as playback addresses have it. */
export function compactTime(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
}
