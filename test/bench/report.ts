import { type Column, table } from "../../agent/core/table.ts";
import { type Line, paint, span } from "../../agent/core/terminal.ts";
import type { Figure } from "./figure.ts";

const columns = [
  { title: "figure" },
  { title: "value", align: "right" },
  { title: "unit" },
  { title: "against", least: 12 },
  { title: "ratio", align: "right" },
  { title: "bar" },
  { title: "" },
] as const;

/** One line a result, for machines. */
export function asJson(results: readonly object[]): string {
  return results.map((result) => `${JSON.stringify(result)}\n`).join("");
}

/** The last cell of a result. */
export const verdict = (ok: boolean) => (ok ? span("✓", "green") : span("✗ missed", "red", "bold"));

/** Rows under titles, as text of `width` columns at most. */
export function asText(
  columns: readonly Column[],
  rows: readonly (readonly Line[])[],
  width: number,
  colours: boolean,
): string {
  return table(columns, rows, width)
    .map((line) => `${paint(line, colours).trimEnd()}\n`)
    .join("");
}

/** A table for people, `width` columns wide. */
export function asTable(figures: readonly Figure[], width: number, colours: boolean): string {
  const rows = figures.map(({ name, value, unit, against, ratio, bar, ok }): Line[] => [
    [span(name)],
    [span(String(value), "bold")],
    [span(unit, "dim")],
    [span(against ? `${against.name} ${against.value}` : "")],
    [span(ratio === null ? "" : `${ratio} ×`)],
    [span(bar)],
    [bar === "" ? span("") : verdict(ok)],
  ]);
  return asText(columns, rows, width, colours);
}
