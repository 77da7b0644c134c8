/** Milliseconds of an xs:duration ("PT600S", "P1DT2H"); undefined for anything else. Years and months count as in a calendar of 365 and 30 days. */
export function durationMs(text: string): number | undefined {
  const match =
    /^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(
      text,
    );
  if (!match) return undefined;
  const [years, months, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const wholeDays = (years ?? 0) * 365 + (months ?? 0) * 30 + (days ?? 0);
  return (((wholeDays * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000;
}

/** Life in milliseconds that wsnt:AbsoluteOrRelativeTimeType asks for, by the device's clock. */
export function lifeMs(text: string, now: number): number | undefined {
  const relative = durationMs(text);
  if (relative !== undefined) return relative;
  const absolute = Date.parse(text);
  return Number.isNaN(absolute) ? undefined : absolute - now;
}

/** tt:DateTime elements of an instant, in UTC shifted by `shiftMs`. */
export function dateTimeXml(at: number, shiftMs = 0): string {
  const date = new Date(at + shiftMs);
  return (
    `<tt:Time><tt:Hour>${date.getUTCHours()}</tt:Hour><tt:Minute>${date.getUTCMinutes()}</tt:Minute>` +
    `<tt:Second>${date.getUTCSeconds()}</tt:Second></tt:Time>` +
    `<tt:Date><tt:Year>${date.getUTCFullYear()}</tt:Year><tt:Month>${date.getUTCMonth() + 1}</tt:Month>` +
    `<tt:Day>${date.getUTCDate()}</tt:Day></tt:Date>`
  );
}
