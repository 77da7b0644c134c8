import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

/**
 * `npm run build`: one CommonJS file and the native module beside it, as the package carries them. Bundled, the
 * agent is 7 MB smaller in memory than from node_modules, and starts faster.
 *
 *   .build/lib/camera-agent.cjs
 *   .build/prebuilds/linux-{x64,arm64}.node   where better-sqlite3 looks from lib/
 */
export const BUNDLE = ".build/lib/camera-agent.cjs";

const { outputFiles } = await build({
  entryPoints: ["agent/main.ts"],
  outfile: BUNDLE,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node24",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  // The play of the demo needs simulated cameras and a broker, which no package carries; `demo` says so.
  external: ["./demo/perform.ts"],
  logLevel: "warning",
  write: false,
});

// A single letter beyond Latin-1, and V8 keeps the whole text at two bytes a character. esbuild escapes them everywhere
// but inside regular expressions.
const ascii = (text: string) =>
  text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
mkdirSync(".build/lib", { recursive: true });
for (const { text } of outputFiles) writeFileSync(BUNDLE, ascii(text), { mode: 0o755 });

mkdirSync(".build/prebuilds", { recursive: true });
for (const machine of ["x64", "arm64"]) {
  const name = `linux-${machine}.node`;
  cpSync(`node_modules/better-sqlite3/prebuilds/${name}`, `.build/prebuilds/${name}`);
}
