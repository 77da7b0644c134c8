import { parseArgs } from "node:util";
import { asJson } from "../../bench/report.ts";
import { inScratch } from "../../bench/scratch.ts";
import { asTable } from "./report.ts";
import type { Torture, TortureResult } from "./torture.ts";

export interface TortureSurroundings {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Width of the terminal. */
  readonly columns: number;
  readonly colours: boolean;
  /** Folder below which each run gets one of its own. */
  readonly scratch: string;
  /** The same in memory. */
  readonly memory: string;
  /** Ends every run early, with what it has. */
  readonly signal: AbortSignal;
}

/** Exit codes: every bar reached; a bar missed; wrong usage. */
const EXIT = { reached: 0, missed: 1, wrongUsage: 2 } as const;

/** Least time between two lines of progress: what runs for hours is read from a file. */
const PROGRESS_MS = 10_000;

const help = (known: readonly Torture[]) =>
  `Usage: npm run torture -- [name…] [--rounds N] [--minutes M] [--seed S] [--json]

Does to the agent what the world will, and counts what is lost. Exit code 1 when a bar is missed.

  --rounds N   rounds of each, in place of its full form
  --minutes M  ends each after so long, with the rounds that it has made by then
  --seed S     makes the random choices of an earlier run again
  --json       one JSON line a torture on standard output; its \`faults\` hold one object a fault, where it has several

${known.map(({ name, describe, rounds }) => `  ${name.padEnd(12)}${String(rounds).padStart(9)} × ${describe}`).join("\n")}
`;

/** Runs the tortures that `args` name, all when it names none, one after the other; gives the exit code. */
export async function torture(
  args: readonly string[],
  known: readonly Torture[],
  { out, err, columns, colours, scratch, memory, signal }: TortureSurroundings,
): Promise<number> {
  const asked = readArguments(args, known);
  if (typeof asked === "string") {
    err(`${asked}\n\n${help(known)}`);
    return EXIT.wrongUsage;
  }
  if (asked.help) {
    out(help(known));
    return EXIT.reached;
  }
  const results: TortureResult[] = [];
  for (const chosen of asked.chosen) {
    const limits = asked.minutes ? [signal, AbortSignal.timeout(asked.minutes * 60_000)] : [signal];
    const result = await inScratch(chosen.name, chosen.inMemory ? memory : scratch, err, (place) =>
      tortureOnce(chosen, {
        rounds: asked.rounds ?? chosen.rounds,
        seed: asked.seed,
        signal: AbortSignal.any(limits),
        folder: place.folder,
        progress: nowAndThen(place.progress),
      }),
    );
    if (asked.json) out(asJson([result]));
    results.push(result);
  }
  if (!asked.json) out(asTable(results, columns, colours));
  return results.every(({ ok }) => ok) ? EXIT.reached : EXIT.missed;
}

/** Lets the first text pass, and then one in so many milliseconds. */
function nowAndThen(tell: (text: string) => void): (text: string) => void {
  let next = 0;
  return (text) => {
    const now = performance.now();
    if (now < next) return;
    next = now + PROGRESS_MS;
    tell(text);
  };
}

/** One torture, judged: a run of no round at all has proven nothing. */
export async function tortureOnce(
  { name, run }: Torture,
  context: Parameters<Torture["run"]>[0],
): Promise<TortureResult> {
  const began = performance.now();
  const outcome = await run(context);
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const ok = outcome.rounds > 0 && outcome.lost === 0 && outcome.missed.length === 0;
  return { name, ...outcome, seconds, seed: context.seed, ok };
}

interface Asked {
  readonly chosen: readonly Torture[];
  readonly rounds: number | undefined;
  readonly minutes: number | undefined;
  readonly seed: number;
  readonly json: boolean;
  readonly help: boolean;
}

/** What is asked for, or what is wrong with the asking. */
function readArguments(args: readonly string[], known: readonly Torture[]): Asked | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: "string" },
      minutes: { type: "string" },
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.filter((name) => !known.some((one) => one.name === name));
  if (unknown.length > 0) return `no torture ${unknown.join(", ")}`;
  for (const option of ["rounds", "minutes", "seed"] as const) {
    const text = values[option];
    if (text !== undefined && !(Number(text) > 0)) return `--${option} ${text}: not a number above 0`;
  }
  return {
    chosen: positionals.length === 0 ? known : known.filter(({ name }) => positionals.includes(name)),
    rounds: values.rounds === undefined ? undefined : Math.ceil(Number(values.rounds)),
    minutes: values.minutes === undefined ? undefined : Number(values.minutes),
    seed: Number(values.seed),
    json: values.json,
    help: values.help,
  };
}
