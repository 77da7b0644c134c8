import { osInfo, system } from "systeminformation";
import type { AskedInventory } from "./inventory.ts";

/** A program of its own: writes maker, model and system of the box to standard output and ends. See inventory.ts. */
void Promise.all([system(), osInfo()]).then(([{ manufacturer, model }, { distro, release }]) => {
  const asked: AskedInventory = { manufacturer, model, os: `${distro} ${release}`.trim() };
  process.stdout.write(JSON.stringify(asked));
});
