import type { Bar } from "./bars.ts";
import { bars } from "./bars.ts";
import { median } from "./statistics.ts";

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

/**
 * The round whose ratio is the median, of rounds that each measured both: what the machine does meanwhile to one side,
 * it does to the other, and takes no part in the judgement.
 */
export function figureOfRounds(
  name: FigureName,
  values: readonly number[],
  against: { readonly name: string; readonly values: readonly number[] },
): Figure {
  const ratios = values.map((value, round) => value / (against.values[round] ?? Number.NaN));
  const middle = ratios.indexOf(median(ratios));
  const [value, peer] = [values[middle], against.values[middle]];
  return figure(name, value ?? Number.NaN, { name: against.name, value: peer ?? Number.NaN });
}

/** To four significant digits; whole numbers stay whole. */
function rounded(value: number): number {
  return Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(4));
}
