import type { Random } from "../../fakes/random.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const YEAR = 365.25 * DAY;
const SIZES = [SECOND, 60 * SECOND, HOUR, DAY, 30 * DAY, YEAR, 10 * YEAR] as const;
/** Latest that a clock shows: 2099. */
const LATEST = 130 * YEAR;
const VIETNAM = 7 * HOUR;
/** A clock that nobody has set yet. */
const UNSET = 10 * SECOND;

/** Wall milliseconds that a clock shows after its next leap, where it shows `now`: ±1 s to ±10 years, or back to 1970. */
export function leapFrom(now: number, random: Random): number {
  if (random.below(8) === 0) return UNSET;
  const size = SIZES[random.below(SIZES.length)] ?? SECOND;
  return Math.min(Math.max(UNSET, now + (random.below(2) === 0 ? size : -size)), LATEST);
}

/** Just after the next midnight in Vietnam, from where a step back leads to the day before. */
export function nextMidnight(now: number): number {
  return Math.ceil((now + VIETNAM) / DAY) * DAY - VIETNAM + 500;
}
