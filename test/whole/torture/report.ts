import { type Line, span } from "../../../agent/core/terminal.ts";
import { asText, verdict } from "../../bench/report.ts";
import type { Counts } from "./counts.ts";
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

/** A table for people, `width` columns wide, a torture's faults below it; after that what else each measured, and what it missed. */
export function asTable(results: readonly TortureResult[], width: number, colours: boolean): string {
  const rows = results.flatMap((result): Line[][] => [
    row(result.name, String(result.rounds), result, String(result.seconds), result.ok),
    ...(result.faults ?? []).map((fault) => row(`  ${fault.name}`, "", fault, "", fault.ok)),
  ]);
  const notes = results.flatMap(({ name, figures, missed }) => [
    ...Object.entries(figures).map(([figure, value]) => `${name}: ${figure} ${value}\n`),
    ...missed.map((text) => `${name}: ✗ ${text}\n`),
  ]);
  return [asText(columns, rows, width, colours), ...notes].join("");
}

function row(name: string, rounds: string, counts: Counts, seconds: string, ok: boolean): Line[] {
  const { made, accepted, received, lost, duplicated } = counts;
  return [
    [span(name)],
    [span(rounds)],
    ...[made, accepted, received].map((count) => [span(String(count))]),
    [lost === 0 ? span("0") : span(String(lost), "red", "bold")],
    [span(String(duplicated))],
    [span(seconds, "dim")],
    [verdict(ok)],
  ];
}
