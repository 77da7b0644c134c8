import { dirname, extname, join } from "node:path";

/**
 * A program that the agent runs as a process of its own: a source file of this folder, or, installed, a bundle beside
 * the agent's (deploy/build.ts).
 */
export function programFile(name: string): string {
  const here = import.meta.filename;
  return join(dirname(here), `${name}${extname(here)}`);
}

/** Whether this is the bundle of a package rather than the sources. */
export const isPackaged = extname(import.meta.filename) === ".mjs";
