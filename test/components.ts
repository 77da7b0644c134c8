import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";

/**
 * The real components that the tests run against, from Debian's packages. A missing one fails the run; nothing is
 * skipped for it.
 */
const needed = [
  {
    name: "mosquitto",
    packages: ["mosquitto"],
    probe: ["mosquitto", "-h"],
    version: /version (\S+)/,
    started: /\/sbin\/mosquitto"/,
  },
  {
    name: "ffmpeg",
    packages: ["ffmpeg"],
    probe: ["ffmpeg", "-version"],
    version: /version (\S+)/,
    started: /"ff(mpeg|probe)"/,
  },
  {
    name: "openssl",
    packages: ["openssl"],
    probe: ["openssl", "version"],
    version: /OpenSSL (\S+)/,
    started: /"openssl"/,
  },
  {
    name: "gcc",
    packages: ["gcc", "libc6-dev"],
    probe: ["gcc", "--version"],
    version: /(\d+\.\d+\.\d+)$/m,
    started: /"gcc"/,
  },
  {
    name: "faketime",
    packages: ["faketime"],
    probe: ["faketime", "--version"],
    version: /Version (\S+)/,
    started: /"faketime"|libfaketime/,
  },
  {
    name: "systemd",
    packages: ["systemd"],
    probe: ["systemd-notify", "--version"],
    version: /systemd (\d+)/,
    started: /notify-socket/,
  },
  {
    name: "gst-rtsp-server",
    packages: [
      "python3-gi",
      "gir1.2-gst-rtsp-server-1.0",
      "gstreamer1.0-plugins-base",
      "gstreamer1.0-plugins-good",
      "gstreamer1.0-plugins-bad",
      "gstreamer1.0-plugins-ugly",
      "gstreamer1.0-libav",
    ],
    // The elements, not only the bindings: each package brings some of them.
    probe: [
      "/usr/bin/python3",
      "-c",
      "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import Gst, GstRtspServer; Gst.init(None); assert all(Gst.ElementFactory.find(e) for e in ('videotestsrc', 'rtph264pay', 'x264enc', 'x265enc', 'h265parse', 'qtdemux', 'avdec_h264')); print('version', Gst.version_string().split()[-1])",
    ],
    version: /version (\S+)/,
    started: /gst-rtsp-server\.py/,
  },
] as const;

function probe({ probe: [tool, ...rest], version }: (typeof needed)[number]): string | undefined {
  const { stdout, stderr, error } = spawnSync(tool, rest, {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  return error ? undefined : version.exec(`${stdout}\n${stderr}`)?.[1];
}

/** Name and version of every component, as it says them itself. */
export function components(): { readonly name: string; readonly version: string }[] {
  return needed.map((component) => ({ name: component.name, version: probe(component) ?? "missing" }));
}

/** What each test file starts of them, itself or by what it imports from test/fakes. */
export function componentsOf(files: string): { readonly file: string; readonly components: string }[] {
  const versions = new Map(components().map(({ name, version }) => [name, `${name} ${version}`]));
  return globSync(files)
    .sort()
    .map((file) => {
      const source = withImports(resolve(file), new Set()).join("\n");
      const started = needed.filter((component) => component.started.test(source));
      return { file: basename(file), components: started.map(({ name }) => versions.get(name)).join(", ") };
    });
}

function withImports(file: string, seen: Set<string>): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const source = readFileSync(file, "utf8").replaceAll(/^import type [^;]+;$/gm, "");
  const imports = [...source.matchAll(/from "(\.{1,2}\/[^"]+\.ts)"/g)].map(([, path]) =>
    resolve(dirname(file), path ?? ""),
  );
  return [
    source,
    ...imports.filter((path) => path.includes("/test/")).flatMap((path) => withImports(path, seen)),
  ];
}

/** Installs what is missing when root; otherwise, or when that fails, gives the text that says what to run. */
export function installMissing(): string | undefined {
  const packages = needed
    .filter((component) => probe(component) === undefined)
    .flatMap(({ packages }) => packages);
  if (packages.length === 0) return undefined;
  const line = `apt-get update && apt-get install --yes --no-install-recommends ${packages.join(" ")}`;
  if (process.getuid?.() !== 0)
    return `The tests run against real components that are missing here. Run this once:\n  sudo sh -c '${line}'`;
  console.log(`installing ${packages.join(" ")}`);
  const { status, stdout, stderr } = spawnSync("sh", ["-c", line], {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status === 0 && needed.every((component) => probe(component) !== undefined)) return undefined;
  return `Could not install the components that the tests run against:\n  ${line}\n${stdout.slice(-2_000)}\n${stderr.slice(-2_000)}`;
}
