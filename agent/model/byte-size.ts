import * as z from "zod";
import { namedForms } from "./forms.ts";

const UNIT_BYTES = { KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 } as const;
const SIZE = /^(\d+(?:\.\d+)?)(KiB|MiB|GiB)$/;

/** "512KiB", "256MiB", "1.5GiB" in bytes; undefined when it is none of these. */
export function parseSize(text: string): number | undefined {
  const match = SIZE.exec(text);
  if (!match) return undefined;
  return Math.trunc(Number(match[1]) * UNIT_BYTES[match[2] as keyof typeof UNIT_BYTES]);
}

/** Bytes as people write them, in the largest unit that is whole. `parseSize` reads whole KiB back exactly. */
export function formatSize(bytes: number): string {
  for (const unit of ["GiB", "MiB"] as const)
    if (bytes !== 0 && bytes % UNIT_BYTES[unit] === 0) return `${bytes / UNIT_BYTES[unit]}${unit}`;
  return `${bytes / UNIT_BYTES.KiB}KiB`;
}

/** A size in the configuration, between `min` and `max` (both written as sizes); gives bytes. */
export function byteSize(min: string, max: string) {
  const least = parseSize(min) ?? 0;
  const most = parseSize(max) ?? Number.POSITIVE_INFINITY;
  return z
    .string()
    .regex(SIZE)
    .transform((text) => parseSize(text) ?? Number.NaN)
    .refine((bytes) => bytes >= least && bytes <= most)
    .register(namedForms, { kind: "size", min, max });
}
