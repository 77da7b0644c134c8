import { uptime } from "node:os";
import { type AgentPresence, needsAttention, presence, siteProblems } from "../core/site-problems.ts";
import { type Line, paint, span } from "../core/terminal.ts";
import { bootId, bootIdSeenBy } from "../io/host.ts";
import { configSchema } from "../model/config.ts";
import { statusTexts } from "../model/messages/cli-status.ts";
import { fill, type Language, localTime } from "../model/messages/text.ts";
import { type AgentStatus, STATUS_STALE_SECONDS } from "../model/status.ts";
import { configOption, defineCommand, EXIT, jsonOption } from "./command.ts";
import { terminalSize, wantsColours } from "./live-screen.ts";
import { loadConfig } from "./load-config.ts";
import { readStatus } from "./read-status.ts";
import { ageWords } from "./show-camera.ts";
import { showStatus } from "./show-status.ts";

/** Where an agent writes it whose configuration names no other place. */
const USUAL_FILE = configSchema.shape.statusFile.parse(undefined);

export const command = defineCommand({
  summary: statusTexts.summary,
  usage: statusTexts.usage,
  options: {
    config: configOption,
    file: { type: "string", value: "FILE", text: statusTexts.optionFile },
    json: jsonOption,
  },
  exitCodes: [
    { code: EXIT.fine, meaning: statusTexts.exitFine },
    { code: EXIT.notFine, meaning: statusTexts.exitNotFine },
    { code: EXIT.wrongUsage, meaning: statusTexts.exitUsage },
    { code: EXIT.missing, meaning: statusTexts.exitNotRunning },
  ],
  async run(context) {
    const { options, language, out, env, stdoutIsTTY } = context;
    const file = options.file ?? (await loadConfig(options.config, context))?.config.statusFile;
    if (file === undefined) {
      context.err(`${fill(statusTexts.showAnyway, language, { file: USUAL_FILE })}\n`);
      return EXIT.wrongUsage;
    }
    const columns = terminalSize().columns;
    const write = (lines: readonly Line[]) => {
      for (const line of lines) out(`${paint(line, stdoutIsTTY && wantsColours(env))}\n`);
    };
    const read = await readStatus(file);
    if (read.kind === "absent") {
      if (options.json) out(`${JSON.stringify({ running: false, presence: { kind: "absent" } })}\n`);
      else write(notRunning(read.text[language], language));
      return EXIT.missing;
    }
    if (read.kind === "unknown") {
      const { kind, why, text, next } = read;
      if (options.json) out(`${JSON.stringify({ running: null, presence: { kind, why } })}\n`);
      else write(notKnown(text[language], next[language], language));
      return EXIT.missing;
    }
    const { status } = read;
    const seen = await bootIdSeenBy(status.pid);
    const bootIds = [await bootId(), seen ?? []].flat();
    const here = presence(
      status,
      { alive: isAlive(status.pid), bootIds, isProcessSeen: seen !== undefined, uptimeSeconds: uptime() },
      STATUS_STALE_SECONDS,
    );
    if (here.kind === "unseen") {
      const words = { at: localTime(Date.parse(status.writtenAt)), pid: status.pid };
      const text = fill(statusTexts.unseen, language, words);
      if (options.json) out(`${JSON.stringify({ running: null, presence: here })}\n`);
      else write(notKnown(text, statusTexts.unseenNext[language], language));
      return EXIT.missing;
    }
    const problems = siteProblems(status.health);
    if (options.json)
      out(`${JSON.stringify({ running: here.kind !== "gone", presence: here, problems, status })}\n`);
    else if (here.kind === "gone") write(notRunning(goneWords(here.why, status, language), language));
    else {
      write(silence(here, language));
      write(showStatus(status, problems, language, columns, Date.now()));
    }
    if (here.kind === "gone") return EXIT.missing;
    const fine = here.kind === "running" && problems.length === 0 && !status.cameras.some(needsAttention);
    return fine ? EXIT.fine : EXIT.notFine;
  },
});

/** Whether a process has this id; one of another user's, which may not be signalled, is alive too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function goneWords(why: "ended" | "rebooted", status: AgentStatus, language: Language): string {
  const at = localTime(Date.parse(status.writtenAt));
  return fill(statusTexts[why], language, { at, pid: status.pid });
}

function notRunning(why: string, language: Language): Line[] {
  return [
    [span("✖ ", "red", "bold"), span(statusTexts.notRunning[language], "red", "bold")],
    [span(`  ${why}`)],
    [span(`  ${statusTexts.startNext[language]}`)],
  ];
}

function notKnown(why: string, next: string, language: Language): Line[] {
  return [
    [span("? ", "yellow", "bold"), span(statusTexts.notKnown[language], "yellow", "bold")],
    ...[why, next].map((words) => [span(`  ${words}`)]),
  ];
}

function silence(here: AgentPresence, language: Language): Line[] {
  if (here.kind !== "silent") return [];
  const age = ageWords(here.ageSeconds * 1_000, language);
  return [
    [span("✖ ", "red", "bold"), span(fill(statusTexts.silent, language, { age }), "red", "bold")],
    [span(`  ${statusTexts.silentNext[language]}`)],
    [],
  ];
}
