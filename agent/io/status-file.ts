import { rename, rm, writeFile } from "node:fs/promises";
import type { AgentStatus } from "../model/status.ts";

/** Replaces the status file as a whole, so that a reader never sees half of one. Rejects when it cannot be written. */
export async function writeStatusFile(path: string, status: AgentStatus): Promise<void> {
  const beside = `${path}.${process.pid}`;
  await writeFile(beside, JSON.stringify(status), { mode: 0o640 });
  await rename(beside, path);
}

/** A clean stop leaves none behind. */
export async function removeStatusFile(path: string): Promise<void> {
  await rm(path, { force: true });
}
