import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { components, componentsOf, installMissing } from "./components.ts";

/**
 * `npm test`: every check in one command, each run even if an earlier one failed. The last line is
 * "N passed, N failed", where a check counts as one.
 */

const RESULTS = ".build/tests.json";
const checks = [
  { name: "types", command: ["tsc", "-p", "."] },
  { name: "lint and format", command: ["biome", "check", "--error-on-warnings", "."] },
  {
    name: "import floors",
    command: ["depcruise", "--config", ".config/dependency-cruiser.cjs", "agent", "drivers", "deploy"],
  },
  { name: "dead code", command: ["knip", "--config", ".config/knip.json"] },
] as const;

const missing = installMissing();
if (missing) {
  console.error(missing);
  console.log("0 passed, 1 failed");
  process.exit(1);
}
for (const { name, version } of components()) console.log(`real component: ${name} ${version}`);
for (const { file, components: real } of componentsOf("test/{whole,fakes,io,run,cli}/*.test.ts"))
  if (real !== "") console.log(`  ${file} runs against ${real}`);

let passed = 0;
let failed = 0;
for (const { name, command } of checks) {
  const seconds = run(command);
  console.log(seconds === undefined ? `✗ ${name}` : `✓ ${name} (${seconds.toFixed(1)} s)`);
  if (seconds === undefined) failed += 1;
  else passed += 1;
}

mkdirSync(".build", { recursive: true });
rmSync(RESULTS, { force: true });
const reporters = ["--reporter=default", "--reporter=json", `--outputFile=${RESULTS}`];
const filters = process.argv.slice(2);
const ran = run(["vitest", "run", "--config", ".config/vitest.config.ts", ...reporters, ...filters]);
const results = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, "utf8")) : {};
const tests = { passed: Number(results.numPassedTests ?? 0), failed: Number(results.numFailedTests ?? 0) };
passed += tests.passed;
failed += tests.failed;
// A file that cannot be loaded has no failed test, and neither has a run that died.
if (ran === undefined && tests.failed === 0) failed += 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || tests.passed === 0 ? 1 : 0;

/** Runs a tool of node_modules/.bin; gives its seconds, or undefined when it failed. */
function run([tool, ...rest]: readonly [string, ...string[]]): number | undefined {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, [`node_modules/.bin/${tool}`, ...rest], {
    stdio: "inherit",
  });
  return status === 0 ? (performance.now() - began) / 1_000 : undefined;
}
