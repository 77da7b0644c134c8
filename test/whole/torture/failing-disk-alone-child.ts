import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { mountFailingDisk } from "./failing-disk.ts";

/** Runs a program on a disk that fails, in the mount namespace that it is started in itself, and tells what it tells. */

const PROGRAM = fileURLToPath(new URL("failing-disk-program-child.ts", import.meta.url));

using disk = mountFailingDisk(JSON.parse(process.argv[2] ?? '""'), 1_024 * 1_024);
disk.fail({ error: "EIO", calls: ["write"] });
const env = { ...process.env, ...disk.env };
process.stdout.write(execFileSync(process.execPath, [PROGRAM, disk.path], { env }));
