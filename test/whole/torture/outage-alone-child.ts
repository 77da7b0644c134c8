import { type OutageOptions, playOutage } from "./outage-scene.ts";

/** Plays an outage in the network namespace that it is started in, and tells its result as JSON. */

const options = JSON.parse(process.argv[2] ?? "{}") as OutageOptions;
const result = await playOutage(options, (text) => process.stderr.write(`${text}\n`));
process.stdout.write(JSON.stringify(result));
