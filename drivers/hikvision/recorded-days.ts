import { childAt, childrenNamed, textAt, type XmlElement } from "../protocol/xml.ts";

/** Which days of a month have recordings: ContentMgmt/record/tracks/{track}/dailyDistribution. */

export interface Month {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
}

/** The month that `wallMs`, a device's wall clock as if it were UTC, is in. */
export function monthOf(wallMs: number): Month {
  const date = new Date(wallMs);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
}

export function monthBefore({ year, month }: Month): Month {
  return month === 1 ? { year: year - 1, month: 12 } : { year, month: month - 1 };
}

export function monthQuestion({ year, month }: Month): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?><trackDailyParam>` +
    `<year>${year}</year><monthOfYear>${month}</monthOfYear></trackDailyParam>`
  );
}

/** Days with recordings, ascending, as "2026-11-03". */
export function readRecordedDays(answer: XmlElement, { year, month }: Month): string[] {
  const days = childrenNamed(childAt(answer, "dayList"), "day")
    .filter((day) => textAt(day, "record") === "true")
    .map((day) => Number(textAt(day, "dayOfMonth") ?? textAt(day, "id") ?? Number.NaN))
    .filter((day) => Number.isInteger(day) && day >= 1 && day <= 31);
  const two = (number: number) => String(number).padStart(2, "0");
  return [...new Set(days)].sort((a, b) => a - b).map((day) => `${year}-${two(month)}-${two(day)}`);
}
