import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Compiles a source beside this file into a library that processes can have preloaded (LD_PRELOAD). */
export function compileShim(source: string, library: string): void {
  const path = fileURLToPath(new URL(source, import.meta.url));
  const { status, stderr } = spawnSync("gcc", ["-shared", "-fPIC", "-O2", "-o", library, path, "-ldl"], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`gcc: ${stderr}`);
}
