import { childAt, textAt, type XmlElement } from "../protocol/xml.ts";

/** What GetSystemDateAndTime tells. */

/**
 * The camera's time in milliseconds since the epoch. Cameras without UTCDateTime give LocalDateTime alone (agsh/onvif
 * #160, GWellTimes); taken for UTC it is off by whole hours, which is then said. Undefined where neither can be read.
 */
export function readCameraTime(answer: XmlElement): number | undefined {
  const times = childAt(answer, "SystemDateAndTime");
  return readDateTime(childAt(times, "UTCDateTime")) ?? readDateTime(childAt(times, "LocalDateTime"));
}

function readDateTime(element: XmlElement | undefined): number | undefined {
  const number = (...path: [string, string]) => Number(textAt(element, ...path) ?? Number.NaN);
  const [year, month, day] = [number("Date", "Year"), number("Date", "Month"), number("Date", "Day")];
  const [hour, minute, second] = [number("Time", "Hour"), number("Time", "Minute"), number("Time", "Second")];
  const plausible =
    within(year, 1970, 9999) &&
    within(month, 1, 12) &&
    within(day, 1, 31) &&
    within(hour, 0, 23) &&
    within(minute, 0, 59) &&
    within(second, 0, 60);
  return plausible ? Date.UTC(year, month - 1, day, hour, minute, second) : undefined;
}

function within(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
