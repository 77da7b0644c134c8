import { paint } from "../core/terminal.ts";
import type { LoadedConfig } from "../io/config-file.ts";
import { loginOf } from "../model/login.ts";
import { cameraTexts as texts } from "../model/messages/cli-camera.ts";
import { fill } from "../model/messages/text.ts";
import { askLogin, DEFAULT_USER, keepLogins, loginOptions, tellAskProblem } from "./camera-credential.ts";
import { changeConfig } from "./camera-edit.ts";
import { looking } from "./camera-look.ts";
import { showTried, tryLogin } from "./camera-try-login.ts";
import { configOption, defineCommand, EXIT } from "./command.ts";
import { wantsColours } from "./live-screen.ts";
import { loadConfig } from "./load-config.ts";

export const command = defineCommand({
  summary: texts.passwdSummary,
  usage: texts.passwdUsage,
  arguments: [{ name: "credential", text: texts.argumentCredential }],
  options: {
    config: configOption,
    user: { type: "string", value: "NAME", text: texts.optionUserKept },
    "password-stdin": loginOptions["password-stdin"],
    anyway: { type: "boolean", text: texts.optionAnyway },
  },
  exitCodes: [
    { code: EXIT.fine, meaning: texts.exitPasswd },
    { code: EXIT.notFine, meaning: texts.exitNotPasswd },
    { code: EXIT.wrongUsage, meaning: texts.exitUsageAdd },
  ],
  async run(context) {
    const { options, language, out, err, signal } = context;
    const [credential = ""] = context.arguments;
    // Also one that is named and was never written: that is what this command mends.
    const loaded = await loadConfig(options.config, context, { loginsMayLack: true });
    if (!loaded) return EXIT.wrongUsage;
    const { config, secrets } = loaded;
    const user = options.user ?? loginOf(secrets, credential)?.username ?? DEFAULT_USER;
    const asked = await askLogin(credential, { ...options, user }, context);
    if (!asked.ok) return tellAskProblem(asked.error, "camera passwd", context);
    const cameras = config.cameras.filter((camera) => camera.credential === credential);
    const tried = await tryLogin(cameras, asked.value, looking(config.health), signal);
    if (signal.aborted) return tellAskProblem({ kind: "stopped" }, "camera passwd", context);
    const colours = context.stdoutIsTTY && wantsColours(context.env);
    for (const line of showTried(tried, credential, language)) out(`${paint(line, colours)}\n`);
    if (tried.kind !== "accepted" && cameras.length > 0 && !options.anyway) {
      err(`${texts.notKept[language]}\n`);
      return EXIT.notFine;
    }
    const kept = keepLogins(loaded, options.config, new Map([[credential, asked.value]]));
    const done = fill(texts.passwordKept, language, { credential, file: kept?.file ?? "" });
    const code = await changeConfig(options.config, { secrets: kept, loginsMayLack: true }, done, context);
    const [next] = lackingLogins(loaded).filter((name) => name !== credential);
    if (code === EXIT.fine && next !== undefined)
      err(`${fill(texts.stillLacking, language, { credential: next })}\n`);
    return code;
  },
});

/** Credentials that the configuration names and the secrets file has not, each once. */
function lackingLogins({ config, secrets }: LoadedConfig): readonly string[] {
  const named = [config.broker.credential, ...config.cameras.map(({ credential }) => credential)];
  return [...new Set(named)].filter((name) => name !== undefined).filter((name) => !loginOf(secrets, name));
}
