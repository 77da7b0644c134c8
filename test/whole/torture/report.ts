import { type Line, span } from "../../../agent/core/terminal.ts";
import { asText, verdict } from "../../bench/report.ts";
import type { TortureResult } from "./torture.ts";

const columns = [
  { title: "torture" },
  { title: "rounds", align: "right" },
  { title: "made", align: "right" },
  { title: "accepted", align: "right" },
  { title: "received", align: "right" },
  { title: "lost", align: "right" },
  { title: "duplicated", align: "right" },
  { title: "seconds", align: "right" },
  { title: "" },
] as const;

/** A table for people, `width` columns wide; below it what else each measured, and what it missed. */
export function asTable(results: readonly TortureResult[], width: number, colours: boolean): string {
  const rows = results.map((result): Line[] => [
    [span(result.name)],
    ...[result.rounds, result.made, result.accepted, result.received].map((count) => [span(String(count))]),
    [result.lost === 0 ? span("0") : span(String(result.lost), "red", "bold")],
    [span(String(result.duplicated))],
    [span(String(result.seconds), "dim")],
    [verdict(result.ok)],
  ]);
  const notes = results.flatMap(({ name, figures, missed }) => [
    ...Object.entries(figures).map(([figure, value]) => `${name}: ${figure} ${value}\n`),
    ...missed.map((text) => `${name}: ✗ ${text}\n`),
  ]);
  return [asText(columns, rows, width, colours), ...notes].join("");
}
