import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { installMissing } from "../components.ts";
import type { Benchmark } from "./benchmark.ts";
import { bench } from "./harness.ts";

/** `npm run bench -- [name…] [--json] [--quick]` */

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

const missing = installMissing();
if (missing) {
  process.stderr.write(`${missing}\n`);
  process.exit(1);
}

const files = globSync("*.bench.ts", { cwd: here }).sort();
const known = await Promise.all(
  files.map(async (file) => ((await import(`./${file}`)) as { benchmark: Benchmark }).benchmark),
);

process.exitCode = await bench(process.argv.slice(2), known, {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  columns: process.stdout.columns ?? 120,
  colours: process.stdout.isTTY === true,
  scratch: `${root}.build/bench`,
});
