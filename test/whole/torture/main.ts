import { fileURLToPath } from "node:url";
import { installMissing } from "../../components.ts";
import { torture } from "./harness.ts";
import { tortures } from "./tortures.ts";

/** `npm run torture -- [name…] [--rounds N] [--minutes M] [--seed S] [--json]` */

const root = fileURLToPath(new URL("../../..", import.meta.url));

const missing = installMissing();
if (missing) {
  process.stderr.write(`${missing}\n`);
  process.exit(1);
}

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

process.exitCode = await torture(process.argv.slice(2), await tortures(), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  columns: process.stdout.columns ?? 120,
  colours: process.stdout.isTTY === true,
  scratch: `${root}.build/torture`,
  memory: "/dev/shm/camera-agent-torture",
  signal: stop.signal,
});
