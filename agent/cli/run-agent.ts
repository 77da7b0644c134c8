import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { openCamera } from "../../drivers/registry.ts";
import manifest from "../../package.json" with { type: "json" };
import { systemClock } from "../base/clock.ts";
import type { LoadedConfig } from "../io/config-file.ts";
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
import { journalFaults } from "../model/messages/journal.ts";
import { signingKeyFaults } from "../model/messages/signing-key.ts";
import { fill, type Language, type Message } from "../model/messages/text.ts";
import { type DaemonPorts, runDaemon } from "../run/daemon.ts";
import { type CommandContext, EXIT } from "./command.ts";

/** Opens what the agent needs and runs it; resolves with the exit code. */
export async function runAgent(
  loaded: LoadedConfig,
  reloads: DaemonPorts["reloads"],
  { env, err, language, signal }: Pick<CommandContext, "env" | "err" | "language" | "signal">,
): Promise<number> {
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
    limits: place,
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
      reloads,
    },
    signal,
  );
  log.flush();
  return fault ? tell(fault) : EXIT.fine;
}

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
