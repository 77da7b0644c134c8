import { paint } from "../core/terminal.ts";
import { type CameraEntry, changeCameras } from "../io/config-edit-text.ts";
import { readSmallFile } from "../io/small-file.ts";
import type { Login } from "../model/camera.ts";
import type { CameraConfig } from "../model/config.ts";
import { verbatim } from "../model/config-problem.ts";
import { loginOf } from "../model/login.ts";
import { cameraTexts } from "../model/messages/cli-camera.ts";
import { importTexts as texts } from "../model/messages/cli-camera-import.ts";
import { fill, type Language } from "../model/messages/text.ts";
import { askLogin, keepLogins, loginOptions } from "./camera-credential.ts";
import { changeConfig } from "./camera-edit.ts";
import { checkEntry, entryOf } from "./camera-entry.ts";
import { looking, sideBySide } from "./camera-look.ts";
import { reach } from "./camera-reach.ts";
import { readTable, type TableCamera, type TableProblem } from "./camera-table.ts";
import { showTried, tryLogin } from "./camera-try-login.ts";
import { configOption, defineCommand, EXIT } from "./command.ts";
import { PROGRAM, usageProblem } from "./help.ts";
import { wantsColours } from "./live-screen.ts";
import { loadConfig } from "./load-config.ts";

/** 10,000 rows are read, to be refused by their number. */
const MOST_BYTES = 4_194_304;
const MOST_PROBLEMS = 20;
const AT_ONCE = 16;

export const command = defineCommand({
  summary: texts.summary,
  usage: texts.usage,
  arguments: [{ name: "file.csv", text: texts.argumentFile }],
  options: {
    config: configOption,
    "dry-run": { type: "boolean", text: texts.optionDryRun },
    ...loginOptions,
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
    const refuseUsage = (sentence: string) => {
      err(usageProblem(`${PROGRAM} camera import`, sentence, language));
      return EXIT.wrongUsage;
    };
    if (options["password-stdin"] && unknown.length > 1)
      return refuseUsage(fill(texts.onePipe, language, { credentials }));
    const logins = new Map<string, Login>();
    for (const credential of unknown) {
      const asked = await askLogin(credential, options, context);
      if (!asked.ok) return refuseUsage(asked.error);
      logins.set(credential, asked.value);
    }

    const open = table.cameras.filter(({ camera }) => camera === undefined).length;
    if (open > 0) err(`${fill(texts.findingOut, language, { n: open })}\n`);
    const { found, problems } = await withDrivers(table.cameras, language, signal);
    if (signal.aborted) return EXIT.notFine;
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
      if (signal.aborted) return EXIT.notFine;
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

/** UTF-8 with a BOM or without. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
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

interface Found {
  readonly entry: CameraEntry;
  readonly camera: CameraConfig;
}

/** The cameras in the table's order, with the drivers that the devices themselves showed where it names none. */
async function withDrivers(
  cameras: readonly TableCamera[],
  language: Language,
  signal: AbortSignal,
): Promise<{ readonly found: readonly Found[]; readonly problems: readonly TableProblem[] }> {
  const found = new Map<TableCamera, Found>();
  const problems: TableProblem[] = [];
  const complete = async (row: TableCamera) => {
    if (row.camera) {
      found.set(row, { entry: row.entry, camera: row.camera });
      return;
    }
    const { id, name, credential, address, channel, stream, rtspPort } = row.entry;
    const place = {
      address: String(address),
      ...(typeof channel === "number" && { channel }),
      ...(typeof rtspPort === "number" && { rtspPort }),
      ...(typeof stream === "string" && { stream }),
    };
    const reached = await reach(place, language, signal);
    if (!reached.ok) {
      problems.push({ line: row.line, text: verbatim(reached.error) });
      return;
    }
    const entry = entryOf({ id, name, ...reached.value.ways[0], credential });
    const checked = checkEntry(entry);
    if (checked.ok) found.set(row, { entry, camera: checked.value });
    else problems.push(...checked.error.map(({ text }) => ({ line: row.line, text })));
  };
  await sideBySide(cameras, AT_ONCE, complete, signal);
  const inOrder = cameras.map((row) => found.get(row)).filter((one) => one !== undefined);
  return { found: inOrder, problems: problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}
