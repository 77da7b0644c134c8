import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { openCamera } from "../../drivers/registry.ts";
import manifest from "../../package.json" with { type: "json" };
import { systemClock } from "../base/clock.ts";
import { readConfig } from "../io/config-file.ts";
import { type Hangups, takeHangups } from "../io/hangups.ts";
import { openHost, bootId as readBootId } from "../io/host.ts";
import { openJournal } from "../io/journal-sqlite.ts";
import { openLog } from "../io/log.ts";
import { connectUplink } from "../io/mqtt.ts";
import type { Spoke5 } from "../io/mqtt-protocol.ts";
import { openSystemdNotify } from "../io/sd-notify.ts";
import { openSigningKey } from "../io/signing-key.ts";
import { removeStatusFile, writeStatusFile } from "../io/status-file.ts";
import { problemLine } from "../model/config-problem.ts";
import type { Journal, JournalFault } from "../model/journal.ts";
import { runTexts } from "../model/messages/cli-run.ts";
import { journalFaults } from "../model/messages/journal.ts";
import { signingKeyFaults } from "../model/messages/signing-key.ts";
import { fill, type Language, type Message } from "../model/messages/text.ts";
import { type Reload, runDaemon } from "../run/daemon.ts";
import { configOption, defineCommand, EXIT } from "./command.ts";
import { loadConfig } from "./load-config.ts";

export const command = defineCommand({
  summary: runTexts.summary,
  usage: runTexts.usage,
  options: { config: configOption },
  exitCodes: [
    { code: EXIT.fine, meaning: runTexts.exitFine },
    { code: EXIT.notFine, meaning: runTexts.exitBug },
    { code: EXIT.wrongUsage, meaning: runTexts.exitUsage },
    { code: EXIT.missing, meaning: runTexts.exitMissing },
  ],
  async run(context) {
    const { options, env, err, language, signal } = context;
    using hangups = takeHangups();
    preferSmallHeap();
    const loaded = await loadConfig(options.config, context);
    if (!loaded) return EXIT.wrongUsage;
    const { site, journal: place, logLevel } = loaded.config;
    const log = openLog(logLevel, env);
    const clock = systemClock;
    const bootId = await readBootId();
    const host = openHost(clock);
    let clockSynced = false;
    const signer = await openSigningKey(place.signingKey ?? join(dirname(place.path), "signing.key"));
    if (!signer.ok) {
      err(faultLines(signingKeyFaults[signer.error.kind], signer.error, language));
      return EXIT.missing;
    }
    const journal = await openJournal({
      path: place.path,
      site: site.id,
      clock,
      stamp: () => ({ bootId, clockSynced }),
      random: randomBytes,
      signer: signer.value,
    });
    const tell = (fault: JournalFault) => {
      err(faultLines(journalFaults[fault.kind], fault, language));
      return EXIT.missing;
    };
    if (!journal.ok) return tell(journal.error);
    for (const warning of loaded.warnings) log.warn({ where: warning.key }, problemLine(warning, language));
    const fault = await runDaemon(
      loaded,
      {
        clock,
        random: Math.random,
        log,
        version: manifest.version,
        bootId,
        journal: journal.value,
        signer: signer.value,
        connect: (broker, clientId, login) =>
          connectUplink({ broker, clientId, login, clock, spoke5: spoke5(journal.value, broker.url) }),
        openCamera,
        host: {
          ...host,
          read: async (disks) => {
            const facts = await host.read(disks);
            clockSynced = facts.clockSynced === true;
            return facts;
          },
        },
        notify: openSystemdNotify(env, log),
        writeStatus: writeStatusFile,
        removeStatus: removeStatusFile,
        reloads: (stop) => reloads(hangups, options.config, env, stop),
      },
      signal,
    );
    log.flush();
    return fault ? tell(fault) : EXIT.fine;
  },
});

/** Whether the broker has spoken MQTT 5, kept for the one that was last connected to. */
function spoke5(journal: Pick<Journal, "keep" | "kept">, url: string): Spoke5 {
  return {
    get: () => journal.kept("mqtt-5") === url,
    set: (spoke) => journal.keep("mqtt-5", spoke ? url : ""),
  };
}

/** What is wrong with a file, and what to do. */
function faultLines(
  { text, next }: { readonly text: Message; readonly next: Message },
  { path, evidence }: { readonly path: string; readonly evidence: string },
  language: Language,
): string {
  return `${fill(text, language, { path })} (${evidence})\n${fill(next, language, { path })}\n`;
}

/** The configuration, read again whenever that is asked for. */
async function* reloads(
  hangups: Hangups,
  path: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): AsyncGenerator<Reload> {
  while (await hangups.next(signal)) {
    const read = await readConfig(path, env);
    yield read.ok
      ? read
      : { ok: false, error: read.error.map((problem) => problemLine(problem, "en")).join("; ") };
  }
}

/**
 * Has the collector keep the heap small rather than let it grow with the first round of looks: 15 MB with 64 cameras.
 * V8 asks for this at every collection, so it may be said now; on the command line it would cut the young generation to
 * 1 MB as well, and with that the rate at which a backlog is sent by a third.
 */
function preferSmallHeap(): void {
  setFlagsFromString("--optimize-for-size");
}
