import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Torture } from "./torture.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Every torture there is, by name: a file `<name>.torture.ts` beside this one exports it as `torture`. */
export async function tortures(): Promise<Torture[]> {
  const files = globSync("*.torture.ts", { cwd: here }).sort();
  return Promise.all(
    files.map(async (file) => ((await import(`./${file}`)) as { torture: Torture }).torture),
  );
}
