import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";

/**
 * `npm run build`: what the package carries of the agent. Bundled it is some 45 MB smaller in memory than from its
 * sources, and starts faster. What is imported where it is first wanted is a file of its own, so that the agent holds
 * the text of no command line and of no camera's protocol that a site does not use. Another folder than .build may be
 * named.
 *
 *   lib/camera-agent.mjs               the agent
 *   lib/{config,inventory}-program.mjs programs that it runs (agent/io/program-file.ts)
 *   prebuilds/linux-{x64,arm64}.node   where better-sqlite3 looks from lib/
 */
const [FOLDER = ".build"] = process.argv.slice(2);
const LIB = join(FOLDER, "lib");
const PREBUILDS = join(FOLDER, "prebuilds");

/** What CommonJS packages find in their scope. */
const COMMONJS = [
  'import { createRequire } from "node:module";',
  "const require = createRequire(import.meta.url);",
  "const __dirname = import.meta.dirname;",
].join("\n");

/**
 * Packages of packages that the agent loads and never calls: mqtt.js asks for web sockets, SOCKS and timers in workers
 * when it is loaded, and the agent hands it a socket of its own and Node's timers; pino for a thread, for transports.
 */
const NEVER_CALLED = ["ws", "socks", "worker-timers", "thread-stream"];

const leaveOut: Plugin = {
  name: "leave out",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(?:${NEVER_CALLED.join("|")})$`) }, ({ path }) => ({
      path,
      namespace: "left out",
    }));
    // The agent makes the connections to cameras: onvif builds requests only, and Node's TLS is 3 MB.
    onResolve({ filter: /^https$/ }, ({ path, importer }) =>
      importer.includes("/onvif/") ? { path, namespace: "left out" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "left out" }, () => ({ contents: "module.exports = {};" }));
  },
};

const common = {
  outdir: LIB,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  banner: { js: COMMONJS },
  // The package is a copy of Node's own, for browsers and old Nodes.
  alias: { "readable-stream": "node:stream" },
  plugins: [leaveOut],
  // The play of the demo needs simulated cameras and a broker, which no package carries; `demo` says so.
  external: ["./demo/perform.ts"],
  logLevel: "warning",
  write: false,
} as const satisfies BuildOptions;

const built = await Promise.all([
  build({ ...common, entryPoints: { "camera-agent": "agent/main.ts" }, splitting: true }),
  // Read and run once: a file each is up a quarter sooner.
  build({
    ...common,
    entryPoints: {
      "config-program": "agent/io/config-program.ts",
      "inventory-program": "agent/io/inventory-program.ts",
    },
  }),
]);

// A single letter beyond Latin-1, and V8 keeps the whole text at two bytes a character. esbuild escapes them everywhere
// but inside regular expressions.
const ascii = (text: string) =>
  text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
rmSync(LIB, { recursive: true, force: true });
mkdirSync(LIB, { recursive: true });
for (const { path, text } of built.flatMap(({ outputFiles }) => outputFiles))
  writeFileSync(path, ascii(text), { mode: 0o755 });

mkdirSync(PREBUILDS, { recursive: true });
for (const machine of ["x64", "arm64"]) {
  const name = `linux-${machine}.node`;
  cpSync(`node_modules/better-sqlite3/prebuilds/${name}`, join(PREBUILDS, name));
}
