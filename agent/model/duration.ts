import { z } from "zod";

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** "1500ms", "60s", "15m", "24h", "30d" in milliseconds; undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

/** A duration in the configuration, between `min` and `max` (both written as durations); gives milliseconds. */
export function duration(min: string, max: string) {
  const least = parseDuration(min) ?? 0;
  const most = parseDuration(max) ?? Number.POSITIVE_INFINITY;
  return z
    .string()
    .regex(DURATION, { error: `a duration such as 500ms, 60s, 15m, 24h or 30d` })
    .transform((text) => parseDuration(text) ?? Number.NaN)
    .refine((ms) => ms >= least && ms <= most, { error: `a duration from ${min} to ${max}` });
}
