import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import type { Figure } from "./figure.ts";
import { asJson, asTable } from "./report.ts";
import { inScratch } from "./scratch.ts";

export interface BenchSurroundings {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Width of the terminal. */
  readonly columns: number;
  readonly colours: boolean;
  /** Folder below which each run gets one of its own. */
  readonly scratch: string;
}

/** Exit codes: every bar reached; a bar missed; wrong usage. */
const EXIT = { reached: 0, missed: 1, wrongUsage: 2 } as const;

const help = (known: readonly Benchmark[]) =>
  `Usage: npm run bench -- [name…] [--json] [--quick]

Measures the agent side by side with floors and peers, and judges the figures by their bars.
Exit code 1 when a bar is missed.

  --json   one JSON line a figure on standard output
  --quick  shorter and less exact: to see that it works, not to judge by

${known.map(({ name, describe }) => `  ${name.padEnd(14)}${describe}`).join("\n")}
`;

/** Runs the benchmarks that `args` name, all when it names none, one after the other; gives the exit code. */
export async function bench(
  args: readonly string[],
  known: readonly Benchmark[],
  { out, err, columns, colours, scratch }: BenchSurroundings,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: "boolean" }, quick: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) {
    out(help(known));
    return EXIT.reached;
  }
  const unknown = positionals.filter((name) => !known.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    err(`no benchmark ${unknown.join(", ")}\n\n${help(known)}`);
    return EXIT.wrongUsage;
  }
  const chosen =
    positionals.length === 0 ? known : known.filter((benchmark) => positionals.includes(benchmark.name));
  const figures: Figure[] = [];
  for (const benchmark of chosen) {
    const quick = values.quick === true;
    const measured = await inScratch(benchmark.name, scratch, err, (place) =>
      benchmark.run({ quick, ...place }),
    );
    if (values.json) out(asJson(measured));
    figures.push(...measured);
  }
  if (!values.json) out(asTable(figures, columns, colours));
  return figures.every(({ ok }) => ok) ? EXIT.reached : EXIT.missed;
}
