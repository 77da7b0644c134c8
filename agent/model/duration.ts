import * as z from "zod";
import { namedForms } from "./forms.ts";

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** "1500ms", "60s", "15m", "24h", "30d" in milliseconds; undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

/** Milliseconds as people write them: "60s", "15m", "1h". `parseDuration` reads it back exactly. */
export function formatDuration(ms: number): string {
  if (ms !== 0 && ms <= 2 * UNIT_MS.m) return ms % UNIT_MS.s === 0 ? `${ms / UNIT_MS.s}s` : `${ms}ms`;
  for (const unit of ["d", "h", "m"] as const)
    if (ms !== 0 && ms % UNIT_MS[unit] === 0) return `${ms / UNIT_MS[unit]}${unit}`;
  return ms % UNIT_MS.s === 0 ? `${ms / UNIT_MS.s}s` : `${ms}ms`;
}

/** A duration in the configuration, between `min` and `max` (both written as durations); gives milliseconds. */
export function duration(min: string, max: string) {
  const least = parseDuration(min) ?? 0;
  const most = parseDuration(max) ?? Number.POSITIVE_INFINITY;
  return z
    .string()
    .regex(DURATION)
    .transform((text) => parseDuration(text) ?? Number.NaN)
    .refine((ms) => ms >= least && ms <= most)
    .register(namedForms, { kind: "duration", min, max });
}
