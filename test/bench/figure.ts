import type { Bar } from "./bars.ts";
import { bars } from "./bars.ts";

/** What a figure was measured against, in the same run and the same unit: a floor that cannot be beaten, or a peer. */
export interface Against {
  readonly name: string;
  readonly value: number;
}

/** One line of the result. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly against: Against | null;
  /** value / against. */
  readonly ratio: number | null;
  /** In words: "≤ 25 ms", "≥ 0.85 × bare better-sqlite3"; empty where the figure only explains others. */
  readonly bar: string;
  readonly ok: boolean;
}

export type FigureName = keyof typeof bars;

/** The figure of that name, judged by its bar. */
export function figure(name: FigureName, value: number, against: Against | null = null): Figure {
  const bar: Bar = bars[name];
  const ratio = against && against.value !== 0 ? value / against.value : null;
  return {
    name,
    value: rounded(value),
    unit: bar.unit,
    against: against && { name: against.name, value: rounded(against.value) },
    ratio: ratio === null ? null : rounded(ratio),
    bar: bar.text,
    ok: bar.met(value, ratio),
  };
}

/** To four significant digits; whole numbers stay whole. */
function rounded(value: number): number {
  return Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(4));
}
