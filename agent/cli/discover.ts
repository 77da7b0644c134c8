import { access, constants, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Discovery, discover } from "../../drivers/discover/discover.ts";
import type { FoundDevice } from "../../drivers/discover/found-device.ts";
import { subnetText } from "../../drivers/discover/subnet.ts";
import { systemClock } from "../base/clock.ts";
import { type Line, paint, progressBar, span } from "../core/terminal.ts";
import { readConfig } from "../io/config-file.ts";
import type { CameraConfig } from "../model/config.ts";
import { discoverTexts as texts } from "../model/messages/cli-discover.ts";
import { fill, type Language } from "../model/messages/text.ts";
import { type CommandContext, configOption, defineCommand, EXIT, jsonOption } from "./command.ts";
import { csvOf } from "./discover-csv.ts";
import { type Scope, scopeOf } from "./discover-scope.ts";
import { PROGRAM, usageProblem } from "./help.ts";
import { openScreen, terminalSize, wantsColours } from "./live-screen.ts";
import { showDiscovery } from "./show-discovery.ts";

/** Of a table that goes into a file, where nothing is to be cut. */
const UNLIMITED = 1_000;
const BAR_COLUMNS = 40;
const FRAME_MS = 100;

export const command = defineCommand({
  summary: texts.summary,
  usage: texts.usage,
  options: {
    subnet: { type: "string", value: "192.168.1.0/24", repeats: true, text: texts.optionSubnet },
    interface: { type: "string", value: "NAME", repeats: true, text: texts.optionInterface },
    port: { type: "string", value: "PORT", repeats: true, text: texts.optionPort },
    csv: { type: "string", value: "FILE", text: texts.optionCsv },
    config: configOption,
    json: jsonOption,
  },
  exitCodes: [
    { code: EXIT.fine, meaning: texts.exitFine },
    { code: EXIT.notFine, meaning: texts.exitNotFine },
    { code: EXIT.wrongUsage, meaning: texts.exitUsage },
    { code: EXIT.missing, meaning: texts.exitMissing },
  ],
  async run(context) {
    const { options, language, out, err, env, stdoutIsTTY, signal } = context;
    const scope = scopeOf(options);
    if (!scope.ok) {
      err(usageProblem(`${PROGRAM} discover`, scope.error[language], language));
      return EXIT.wrongUsage;
    }
    if (scope.value.interfaces.length === 0 && scope.value.hosts.length === 0) {
      err(`${texts.noNetwork[language]}\n`);
      return EXIT.missing;
    }
    const csv = options.csv;
    if (csv === "-" && options.json) {
      err(usageProblem(`${PROGRAM} discover`, texts.oneOutput[language], language));
      return EXIT.wrongUsage;
    }
    const hindrance = csv === undefined || csv === "-" ? undefined : await hindranceOf(csv, language);
    if (hindrance !== undefined) {
      err(`${hindrance}\n`);
      return EXIT.missing;
    }
    const configured = await configuredCameras(options.config, context);
    const toScreen = !options.json && csv !== "-";
    const found = await look(scope.value, toScreen, context);
    if (signal.aborted) return EXIT.notFine;

    const cameras = found.devices.filter(({ isCamera }) => isCamera);
    const idsAt = (address: string) =>
      (configured ?? []).filter((one) => hostOf(one) === address).map(({ id }) => id);
    const fresh = cameras.filter(({ address }) => idsAt(address).length === 0);
    if (options.json) out(`${JSON.stringify(asJson(found, scope.value, configured && idsAt))}\n`);
    else if (toScreen) {
      const lines = [
        ...showDiscovery(
          found,
          configured && idsAt,
          stdoutIsTTY ? terminalSize().columns : UNLIMITED,
          language,
        ),
        ...showSum(cameras.length, fresh, scope.value, csv === undefined, language),
      ];
      for (const line of lines) out(`${paint(line, stdoutIsTTY && wantsColours(env)).trimEnd()}\n`);
    }
    const written = csv === undefined || (await writeCsv(csv, fresh, configured ?? [], context));
    if (!written) return EXIT.missing;
    const isShared = found.conflicts.some(({ kind }) => kind === "address-shared");
    return cameras.length > 0 && !isShared ? EXIT.fine : EXIT.notFine;
  },
});

async function look(
  { interfaces, hosts, ports }: Scope,
  toScreen: boolean,
  { out, env, stdoutIsTTY, language, signal }: CommandContext,
): Promise<Discovery> {
  using screen =
    toScreen && stdoutIsTTY
      ? openScreen({ out, size: terminalSize, colours: wantsColours(env), alternate: false })
      : undefined;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const onProgress = (done: number, total: number) => {
    if (systemClock.monotonic() - drawnAt < FRAME_MS && done < total) return;
    drawnAt = systemClock.monotonic();
    const words = fill(texts.progress, language, { done, total });
    screen?.draw([[...progressBar(done, total, BAR_COLUMNS), span(`  ${words}`)]]);
  };
  onProgress(0, hosts.length);
  const found = await discover(
    {
      clock: systemClock,
      interfaces,
      hosts,
      neighbours: () => readFile("/proc/net/arp", "utf8").catch(() => ""),
      ...(ports && { ports }),
      onProgress,
    },
    signal,
  );
  screen?.draw([]);
  return found;
}

/** The cameras of the configuration; undefined where there is none to be used, which is told if it is there. */
async function configuredCameras(
  file: string,
  { env, err, language }: Pick<CommandContext, "env" | "err" | "language">,
): Promise<readonly CameraConfig[] | undefined> {
  const read = await readConfig(file, env);
  if (read.ok) return read.value.config.cameras;
  if (await isThere(file)) err(`${fill(texts.configUnreadable, language, { file })}\n`);
  return undefined;
}

function hostOf(camera: CameraConfig): string {
  const address = camera.driver === "rtsp" ? camera.stream : camera.address;
  return new URL(address.includes("://") ? address.replace(/^rtsp:/i, "http:") : `http://${address}`)
    .hostname;
}

/** Why a new file cannot be written, told before a search that takes its time. */
async function hindranceOf(file: string, language: Language): Promise<string | undefined> {
  if (await isThere(file)) return fill(texts.fileExists, language, { file });
  try {
    await access(dirname(resolve(file)), constants.W_OK);
    return undefined;
  } catch (error) {
    return fill(texts.fileFailed, language, { file, reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT" && error.code !== "ENOTDIR",
  );
}

function asJson(
  { devices, conflicts, unasked }: Discovery,
  { subnets }: Scope,
  idsAt: ((address: string) => readonly string[]) | undefined,
) {
  const shown = ({ isCamera: _, ...device }: FoundDevice) => ({
    ...device,
    ...(idsAt && { configured: idsAt(device.address) }),
  });
  return {
    devices: devices.filter(({ isCamera }) => isCamera).map(shown),
    others: devices.filter(({ isCamera }) => !isCamera).map(shown),
    conflicts,
    subnets: subnets.map(subnetText),
    unasked,
  };
}

/** What it comes to, and what to do with it. */
function showSum(
  cameras: number,
  fresh: readonly FoundDevice[],
  { hosts, leftOut }: Scope,
  suggests: boolean,
  language: Language,
): Line[] {
  const large = leftOut.map(
    ({ interface: on, subnet }): Line => [
      span("! ", "yellow", "bold"),
      span(fill(texts.largeNetwork, language, { subnet: subnetText(subnet), interface: on })),
    ],
  );
  const next = (text: string): Line => [span(`  ${texts.next[language]}: `, "dim"), span(text)];
  if (cameras === 0)
    return [
      ...large,
      [span("✖ ", "red", "bold"), span(fill(texts.foundNone, language, { hosts: hosts.length }), "bold")],
      next(texts.foundNoneNext[language]),
    ];
  const usable = fresh.filter(({ drivers }) => drivers.length > 0);
  const [only] = usable;
  const suggestion =
    usable.length === 1 && only
      ? fill(texts.nextAdd, language, { address: only.address })
      : texts.nextImport[language];
  return [
    ...large,
    [span("● ", "green"), span(fill(texts.found, language, { cameras, fresh: fresh.length }), "bold")],
    ...(suggests && usable.length > 0 ? [next(suggestion)] : []),
  ];
}

/** Whether it could be written. */
async function writeCsv(
  file: string,
  fresh: readonly FoundDevice[],
  configured: readonly CameraConfig[],
  { out, err, language }: CommandContext,
): Promise<boolean> {
  const { text, rows } = csvOf(fresh, new Set(configured.map(({ id }) => id)));
  if (file === "-") {
    out(text);
    return true;
  }
  if (rows === 0) {
    err(`${fill(texts.csvNothing, language, { file })}\n`);
    return true;
  }
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    err(`${fill(texts.fileFailed, language, { file, reason: reasonOf(error) })}\n`);
    return false;
  }
  err(`${fill(texts.csvWritten, language, { rows, file })}\n`);
  return true;
}
