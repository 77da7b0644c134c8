import { zoneIn } from "../protocol/device-clock.ts";

/**
 * Times as Dahua writes and reads them: what stands on the device's wall, without a zone. Its zone is taken to be
 * Hanoi's, in which a device of a Vietnamese site stands; a clock that is off by whole hours is in another.
 */

const HANOI_MS = 7 * 3_600_000;

const TIME = /^(\d{4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{1,2}):(\d{1,2})/;

/** "2026-11-24 08:00:00", "2011-7-3 21:02:32": milliseconds, as if it were UTC; undefined where it makes no sense. */
export function readWall(text: string | undefined): number | undefined {
  const match = TIME.exec(text?.trim().slice(0, 40) ?? "");
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const isPlausible =
    year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60;
  return isPlausible && second <= 60 ? Date.UTC(year, month - 1, day, hour, minute, second) : undefined;
}

/** "2026-11-24 08:00:00". */
export function wallText(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 19).replace("T", " ");
}

/** "2026_11_24_08_00_00", as playback addresses have it. */
export function playbackText(wallMs: number): string {
  return wallText(wallMs).replaceAll(/[-: ]/g, "_");
}

/** What the device's wall shows less Hanoi's time. */
export function offsetOf(wallMs: number): number {
  return wallMs - HANOI_MS;
}

/** How far what the device writes is ahead of UTC, by the offset of its clock, if that is known. */
export function zoneOf(offsetMs: number | undefined): number {
  return HANOI_MS + (offsetMs === undefined ? 0 : zoneIn(offsetMs));
}
