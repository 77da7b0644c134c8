import { paint } from "../core/terminal.ts";
import { changeCameras } from "../io/config-edit-text.ts";
import { readSmallFile } from "../io/small-file.ts";
import { loginOf } from "../model/login.ts";
import { cameraTexts } from "../model/messages/cli-camera.ts";
import { importTexts as texts } from "../model/messages/cli-camera-import.ts";
import { fill, type Language } from "../model/messages/text.ts";
import { keepLogins, tellAskProblem } from "./camera-credential.ts";
import { changeConfig } from "./camera-edit.ts";
import { withDrivers } from "./camera-import-drivers.ts";
import { looking } from "./camera-look.ts";
import { readTable, type TableProblem } from "./camera-table.ts";
import { showTried, tryLogin } from "./camera-try-login.ts";
import { configOption, defineCommand, EXIT } from "./command.ts";
import { wantsColours } from "./live-screen.ts";
import { loadConfig } from "./load-config.ts";
import { askLogins, newLoginOptions } from "./new-logins.ts";

/** 10,000 rows are read, to be refused by their number. */
const MOST_BYTES = 4_194_304;
const MOST_PROBLEMS = 20;

export const command = defineCommand({
  summary: texts.summary,
  usage: texts.usage,
  arguments: [{ name: "file.csv", text: texts.argumentFile }],
  options: {
    config: configOption,
    "dry-run": { type: "boolean", text: texts.optionDryRun },
    ...newLoginOptions,
    anyway: { type: "boolean", text: texts.optionAnyway },
  },
  exitCodes: [
    { code: EXIT.fine, meaning: texts.exitFine },
    { code: EXIT.notFine, meaning: texts.exitNotFine },
    { code: EXIT.wrongUsage, meaning: texts.exitWrong },
  ],
  async run(context) {
    const { options, language, out, err, signal } = context;
    const [file = ""] = context.arguments;
    const loaded = await loadConfig(options.config, context);
    if (!loaded) return EXIT.wrongUsage;
    const { config, secrets } = loaded;
    const refuse = (problems: readonly TableProblem[], code: number) => {
      err(problemText(problems, file, language));
      return code;
    };
    const bytes = await readSmallFile(file, MOST_BYTES);
    if (!bytes.ok) {
      err(`${bytes.error.text[language]}\n`);
      return EXIT.wrongUsage;
    }
    const text = decode(bytes.value);
    if (text === undefined) return refuse([{ text: texts.notUtf8 }], EXIT.wrongUsage);
    const table = readTable(text, config.cameras);
    if (table.problems.length > 0) return refuse(table.problems, EXIT.wrongUsage);

    const wanted = new Set(
      table.cameras.map(({ entry }) => entry.credential).filter((name) => typeof name === "string"),
    );
    const unknown = [...wanted].filter((name) => !loginOf(secrets, name));
    const credentials = unknown.join(", ");
    if (options["dry-run"]) {
      out(`${fill(texts.right, language, { file, n: table.cameras.length })}\n`);
      if (unknown.length > 0) out(`${fill(texts.newCredentials, language, { credentials })}\n`);
      return EXIT.fine;
    }
    const asked = await askLogins(unknown, options, context);
    if (!asked.ok) return tellAskProblem(asked.error, "camera import", context);
    const logins = asked.value;
    const stopped = () => tellAskProblem({ kind: "stopped" }, "camera import", context);

    const open = table.cameras.filter(({ camera }) => camera === undefined).length;
    if (open > 0) err(`${fill(texts.findingOut, language, { n: open })}\n`);
    const { found, problems } = await withDrivers(table.cameras, config.cameras, language, signal);
    if (signal.aborted) return stopped();
    if (problems.length > 0) return refuse(problems, EXIT.notFine);

    const look = looking(config.health);
    const colours = context.stdoutIsTTY && wantsColours(context.env);
    let allAccepted = true;
    for (const credential of wanted) {
      const login = logins.get(credential) ?? loginOf(secrets, credential);
      if (!login) continue;
      err(`${fill(texts.tryingLogin, language, { credential })}\n`);
      const group = found.map(({ camera }) => camera).filter((camera) => camera.credential === credential);
      const tried = await tryLogin(group, login, look, signal);
      if (signal.aborted) return stopped();
      for (const line of showTried(tried, credential, language)) out(`${paint(line, colours)}\n`);
      if (tried.kind !== "accepted") allAccepted = false;
    }
    if (!allAccepted && !options.anyway) {
      err(`${cameraTexts.notKept[language]}\n`);
      return EXIT.notFine;
    }
    const cameras = found.map(({ entry }) => entry);
    const edit = {
      config: (old: string) => changeCameras(old, { kind: "add", cameras }),
      secrets: keepLogins(loaded, options.config, logins),
    };
    const done = fill(texts.imported, language, { n: cameras.length });
    return changeConfig(options.config, edit, done, context);
  },
});

/** UTF-8 with a BOM or without; UTF-16 with one, as Excel's "Unicode Text" is. */
function decode(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function problemText(problems: readonly TableProblem[], file: string, language: Language): string {
  const lines = problems
    .slice(0, MOST_PROBLEMS)
    .map(({ line, text }) =>
      line === undefined
        ? fill(texts.atFile, language, { file, problem: text[language] })
        : fill(texts.atLine, language, { file, line, problem: text[language] }),
    );
  const left = problems.length - lines.length;
  if (left > 0) lines.push(fill(texts.more, language, { n: left }));
  lines.push(fill(texts.nothingDone, language, { n: problems.length }));
  return `${lines.join("\n")}\n`;
}
