import { execFile } from "node:child_process";
import { availableParallelism, cpus, release, totalmem } from "node:os";
import type { SiteInfo } from "../model/wire.ts";
import { programFile } from "./program-file.ts";

type Box = SiteInfo["box"];

/** What `inventory-program.ts` writes, as JSON. */
export type AskedInventory = Pick<Box, "manufacturer" | "model" | "os">;

const TIMEOUT_MS = 30_000;

/**
 * What the box is. systeminformation is asked in a process of its own that ends: it brings 430 KB of code for an answer
 * that is wanted once. Never rejects; what it cannot say, or not before `signal` aborts, is left out.
 */
export async function askInventory(signal?: AbortSignal): Promise<Box> {
  const cpu = cpus()[0]?.model.trim();
  return {
    kernel: release(),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    ...(cpu && { cpu }),
    ...readAsked(await ask(signal)),
  };
}

function ask(signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve) => {
    const file = programFile("inventory-program");
    const limits = { timeout: TIMEOUT_MS, killSignal: "SIGKILL", ...(signal && { signal }) } as const;
    // Aborted, it calls back at once; the child is killed and reaped behind it.
    execFile(process.execPath, [file], limits, (_, stdout) => resolve(stdout));
  });
}

/** Its texts that say something; nothing where it wrote no JSON. */
export function readAsked(stdout: string): AskedInventory {
  let written: unknown;
  try {
    written = JSON.parse(stdout);
  } catch {
    return {};
  }
  if (typeof written !== "object" || written === null) return {};
  const texts = Object.entries(written).filter(
    ([key, value]) =>
      ["manufacturer", "model", "os"].includes(key) && typeof value === "string" && value !== "",
  );
  return Object.fromEntries(texts);
}
