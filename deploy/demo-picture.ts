import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { framesToSvg } from "./ansi-svg.ts";

/** Draws deploy/demo.svg from the frames of a real run of the demo. `npm run picture` */

/** Heights of the play, the one to be seen where pictures stand still first. */
const FRAMES = ["failure", "recovery", "outage", "return", "summary", "healthy", "motion"];

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "camera-agent-picture-"));
try {
  const demo = spawnSync(
    process.execPath,
    [here("../agent/main.ts"), "demo", "--lang", "en", "--frames", folder],
    { stdio: "inherit" },
  );
  if (demo.status !== 0) throw new Error(`the demo ended with ${demo.status}: no picture is made of that`);
  const frames = FRAMES.map((name) => readFileSync(join(folder, `${name}.en.ansi`), "utf8"));
  const svg = framesToSvg(frames, { title: "npm run demo", columns: 104, secondsPerFrame: 4 });
  writeFileSync(here("demo.svg"), svg);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
