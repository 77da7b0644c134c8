import { table } from "../../agent/core/table.ts";
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

/** One line a figure, for machines. */
export function asJson(figures: readonly Figure[]): string {
  return figures.map((figure) => `${JSON.stringify(figure)}\n`).join("");
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
    [bar === "" ? span("") : ok ? span("✓", "green") : span("✗ missed", "red", "bold")],
  ]);
  return table(columns, rows, width)
    .map((line) => `${paint(line, colours).trimEnd()}\n`)
    .join("");
}
