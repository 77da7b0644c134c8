import { setFlagsFromString } from "node:v8";
import { readConfigApart } from "../io/config-apart.ts";
import type { readConfig } from "../io/config-file.ts";
import { type Hangups, takeHangups } from "../io/hangups.ts";
import { isPackaged } from "../io/program-file.ts";
import { problemLine } from "../model/config-problem.ts";
import { runTexts } from "../model/messages/cli-run.ts";
import type { Reload } from "../run/daemon.ts";
import { configOption, defineCommand, EXIT } from "./command.ts";

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
    const { options, env, err, languages } = context;
    using hangups = takeHangups();
    preferSmallHeap();
    const reading = read(options.config, env);
    // Loaded while another process reads the configuration.
    const agent = import("./run-agent.ts");
    const loaded = await reading;
    if (!loaded.ok) {
      for (const problem of loaded.error)
        for (const language of languages) err(`${problemLine(problem, language)}\n`);
      return EXIT.wrongUsage;
    }
    const reloads = (stop: AbortSignal) => readAgain(hangups, options.config, env, stop);
    const { runAgent } = await agent;
    // Awaited, as it is given the hangups.
    return await runAgent(loaded.value, reloads, context);
  },
});

/** From its sources the agent is large anyway, and a second process would take a second to come up. */
async function read(path: string, env: NodeJS.ProcessEnv): ReturnType<typeof readConfig> {
  if (isPackaged) return readConfigApart(path, env, (why) => tellAlone(why, env));
  const { readConfig } = await import("../io/config-file.ts");
  return readConfig(path, env);
}

async function tellAlone(why: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { openLog } = await import("../io/log.ts");
  const log = openLog("warn", env);
  log.warn({ why }, "no process of its own read the configuration, the agent reads it: it takes more memory");
  log.flush();
}

/** The configuration, read again whenever that is asked for. */
async function* readAgain(
  hangups: Hangups,
  path: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): AsyncGenerator<Reload> {
  while (await hangups.next(signal)) {
    const loaded = await read(path, env);
    yield loaded.ok
      ? loaded
      : { ok: false, error: loaded.error.map((problem) => problemLine(problem, "en")).join("; ") };
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
