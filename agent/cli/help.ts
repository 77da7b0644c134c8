import { cliTexts } from "../model/messages/cli.ts";
import { fill, type Language } from "../model/messages/text.ts";
import { type Command, type CommandArgument, type CommandOption, EXIT, type ExitCode } from "./command.ts";

export const PROGRAM = "camera-agent";

const langOption: CommandOption = { type: "string", value: "vi|en", text: cliTexts.langOption };
const helpOption: CommandOption = { type: "boolean", short: "h", text: cliTexts.helpOption };
const versionOption: CommandOption = { type: "boolean", short: "v", text: cliTexts.versionOption };

/** Room for a text beside its name. */
const LEAST_BESIDE = 30;

/** Options that every command has. */
export const commonOptions = { lang: langOption, help: helpOption } as const;

/** The help page of one command, in one language, ending in a line feed. */
export function commandHelp(name: string, command: Command, language: Language, width: number): string {
  const text = (message: (typeof cliTexts)[keyof typeof cliTexts]) => fill(message, language);
  const options = { ...command.options, ...commonOptions };
  const parts = [
    PROGRAM,
    name,
    ...(command.arguments ?? []).map(argumentName),
    text(cliTexts.optionsPlaceholder),
  ];
  const sections = [
    wrap(`${PROGRAM} ${name}: ${fill(command.summary, language)}`, width),
    wrap(`${text(cliTexts.usageHeading)} ${parts.join(" ")}`, width),
    wrap(fill(command.usage, language), width),
  ];
  if (command.arguments?.length)
    sections.push(
      table(
        text(cliTexts.argumentsHeading),
        command.arguments.map((argument) => [argumentName(argument), fill(argument.text, language)]),
        width,
      ),
    );
  sections.push(
    table(text(cliTexts.optionsHeading), optionRows(options, language), width),
    table(
      text(cliTexts.exitCodesHeading),
      exitCodesOf(command).map(({ code, meaning }) => [String(code), fill(meaning, language)]),
      width,
    ),
  );
  return `${sections.join("\n\n")}\n`;
}

/** The page of `camera-agent --help`. */
export function programHelp(
  commands: ReadonlyMap<string, Command>,
  language: Language,
  width: number,
): string {
  const text = (message: (typeof cliTexts)[keyof typeof cliTexts]) => fill(message, language);
  const sections = [
    wrap(`${PROGRAM}: ${text(cliTexts.about)}`, width),
    `${text(cliTexts.usageHeading)} ${PROGRAM} ${text(cliTexts.commandPlaceholder)} ${text(cliTexts.optionsPlaceholder)}`,
    table(
      text(cliTexts.commandsHeading),
      [...commands].map(([name, command]) => [name, fill(command.summary, language)]),
      width,
    ),
    table(
      text(cliTexts.optionsHeading),
      optionRows({ ...commonOptions, version: versionOption }, language),
      width,
    ),
    fill(cliTexts.moreHelp, language, {
      command: `${PROGRAM} ${text(cliTexts.commandPlaceholder)}`,
    }),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** Every command can be used wrongly, whether it says so or not. */
function exitCodesOf({ exitCodes }: Command): readonly ExitCode[] {
  const wrong = { code: EXIT.wrongUsage, meaning: cliTexts.wrongUsage };
  const all = exitCodes.some(({ code }) => code === wrong.code) ? exitCodes : [...exitCodes, wrong];
  return all.toSorted((a, b) => a.code - b.code);
}

function argumentName({ name, optional, many }: CommandArgument): string {
  const named = `${name}${many ? "…" : ""}`;
  return optional ? `[${named}]` : `<${named}>`;
}

function optionRows(
  options: Readonly<Record<string, CommandOption>>,
  language: Language,
): [string, string][] {
  return Object.entries(options).map(([name, option]) => {
    const flag = `${option.short ? `-${option.short}, ` : "    "}--${name}`;
    const value = option.type === "string" ? ` ${option.value ?? "VALUE"}` : "";
    const preset =
      option.default === undefined
        ? ""
        : ` ${fill(cliTexts.defaultValue, language, { value: option.default })}`;
    return [`${flag}${value}`, `${fill(option.text, language)}${preset}`];
  });
}

function table(heading: string, rows: readonly (readonly [string, string])[], width: number): string {
  const left = Math.max(...rows.map(([name]) => name.length));
  // Where names and texts have no room side by side, the texts stand below.
  const beside = left + 4 + LEAST_BESIDE <= width;
  const indent = beside ? left + 4 : 10;
  const lines = rows.map(([name, text]) => {
    const wrapped = wrap(text, width, indent);
    return beside ? `  ${name.padEnd(left)}  ${wrapped}` : `  ${name}\n${" ".repeat(indent)}${wrapped}`;
  });
  return [heading, ...lines].join("\n");
}

/** Breaks text between words so that no line passes `width`; the lines after the first are indented. */
function wrap(text: string, width: number, indent = 0): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  lines.push(line);
  return lines.join(`\n${" ".repeat(indent)}`);
}

/** A sentence about wrong usage as every command tells it, ending in a line feed. */
export function usageProblem(command: string, sentence: string, language: Language): string {
  return `${command}: ${sentence}\n${fill(cliTexts.seeHelp, language, { command })}\n`;
}
