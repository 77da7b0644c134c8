import type { RungOutcome } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, type Message } from "../../agent/model/messages/text.ts";
import { exactWords, hoursWords } from "../../agent/model/messages/units.ts";

/** What a device's clock is worth. */

/**
 * Camera's time less the box's. The camera tells whole seconds, cut off: on average it is half a second further. It
 * read its clock about half way between request and answer.
 */
export function offsetFrom(cameraMs: number, sentAt: number, answeredAt: number): number {
  return Math.round(cameraMs + 500 - (sentAt + answeredAt) / 2);
}

const HALF_HOUR_MS = 1_800_000;
/** A day has no zone beyond UTC+14; more is another day, not another zone. */
const WIDEST_ZONE_MS = 14 * 3_600_000;
const ZONE_TOLERANCE_MS = 90_000;

/**
 * The part of an offset that looks like a time zone: firmwares fill UTCDateTime with local time (home-assistant
 * #34522). A multiple of half an hour; 0 where it does not look like one.
 */
export function zoneIn(offsetMs: number): number {
  const zone = Math.round(offsetMs / HALF_HOUR_MS) * HALF_HOUR_MS;
  return Math.abs(offsetMs - zone) <= ZONE_TOLERANCE_MS && Math.abs(zone) <= WIDEST_ZONE_MS ? zone : 0;
}

/** The clock rung's verdict on a measured offset; undefined where the clock is right. */
export function judgeClock(offsetMs: number, toleranceMs: number): Fault | undefined {
  if (Math.abs(offsetMs) <= toleranceMs) return undefined;
  const zone = zoneIn(offsetMs);
  const seen = offsetSeen(offsetMs);
  if (zone === 0) return fault("clock-wrong", seen);
  return fault("clock-time-zone", compose(evidenceTexts.nearZone, { seen, zone: hoursWords(zone) }));
}

/** The rung of a clock with that offset; `unread` is what was seen where the device told none. */
export function clockRung(offsetMs: number | undefined, unread: Message, toleranceMs: number): RungOutcome {
  const seen = offsetMs === undefined ? fault("clock-unreadable", unread) : judgeClock(offsetMs, toleranceMs);
  return seen ? { ok: false, fault: seen } : { ok: true };
}

/** "camera is 3 h 0 min 2 s ahead of the recorder". */
export function offsetSeen(offsetMs: number): Message {
  const time = exactWords(Math.abs(offsetMs));
  return compose(offsetMs < 0 ? evidenceTexts.behind : evidenceTexts.ahead, { time });
}
