import { type DiskOptions, playDiskFaults } from "./disk-rounds.ts";

/** Plays faults of a disk in the mount namespace that it is started in, and tells the result as JSON. */

const options = JSON.parse(process.argv[2] ?? "{}") as DiskOptions;
const result = await playDiskFaults(options, (text) => process.stderr.write(`${text}\n`));
process.stdout.write(JSON.stringify(result));
