import { readFile } from "node:fs/promises";
import { uptime } from "node:os";
import { fail, ok, type Result } from "../base/result.ts";
import { type AgentPresence, needsAttention, presence, siteProblems } from "../core/site-problems.ts";
import { type Line, paint, span } from "../core/terminal.ts";
import { bootId } from "../io/host.ts";
import { statusTexts } from "../model/messages/cli-status.ts";
import { fill, type Language, localTime } from "../model/messages/text.ts";
import { type AgentStatus, STATUS_STALE_SECONDS, statusSchema } from "../model/status.ts";
import { configOption, defineCommand, EXIT, jsonOption } from "./command.ts";
import { terminalSize, wantsColours } from "./live-screen.ts";
import { loadConfig } from "./load-config.ts";
import { ageWords } from "./show-camera.ts";
import { showStatus } from "./show-status.ts";

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
    if (file === undefined) return EXIT.wrongUsage;
    const columns = terminalSize().columns;
    const write = (lines: readonly Line[]) => {
      for (const line of lines) out(`${paint(line, stdoutIsTTY && wantsColours(env))}\n`);
    };
    const read = await readStatus(file, language);
    if (!read.ok) {
      if (options.json) out(`${JSON.stringify({ running: false, presence: { kind: "absent" } })}\n`);
      else write(notRunning(read.error, language));
      return EXIT.missing;
    }
    const status = read.value;
    const here = presence(
      status,
      { alive: isAlive(status.pid), bootId: await bootId(), uptimeSeconds: uptime() },
      STATUS_STALE_SECONDS,
    );
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

/** The file's content, or in words why there is none that can be used. */
async function readStatus(file: string, language: Language): Promise<Result<AgentStatus, string>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return fail(fill(statusTexts.fileMissing, language, { file }));
    return fail(fill(statusTexts.fileUnreadable, language, { file, reason: code ?? message }));
  }
  try {
    return ok(statusSchema.parse(JSON.parse(text)));
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return fail(fill(statusTexts.fileForeign, language, { file, reason }));
  }
}

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

function silence(here: AgentPresence, language: Language): Line[] {
  if (here.kind !== "silent") return [];
  const age = ageWords(here.ageSeconds * 1_000, language);
  return [
    [span("✖ ", "red", "bold"), span(fill(statusTexts.silent, language, { age }), "red", "bold")],
    [span(`  ${statusTexts.silentNext[language]}`)],
    [],
  ];
}
