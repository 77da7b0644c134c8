import { cliTexts } from "../model/messages/cli.ts";
import { fill, type Language } from "../model/messages/text.ts";
import { type Command, type CommandArgument, type CommandOption, EXIT, type ExitCode } from "./command.ts";

export const PROGRAM = "camera-agent";

const langOption: CommandOption = { type: "string", value: "vi|en", text: cliTexts.langOption };
const helpOption: CommandOption = { type: "boolean", short: "h", text: cliTexts.helpOption };
const versionOption: CommandOption = { type: "boolean", text: cliTexts.versionOption };

/** Options that every command has. */
export const commonOptions = { lang: langOption, help: helpOption } as const;

/** The help page of one command, in one language, ending in a line feed. */
export function commandHelp(name: string, command: Command, language: Language): string {
  const text = (message: (typeof cliTexts)[keyof typeof cliTexts]) => fill(message, language);
  const options = { ...command.options, ...commonOptions };
  const parts = [
    PROGRAM,
    name,
    ...(command.arguments ?? []).map(argumentName),
    text(cliTexts.optionsPlaceholder),
  ];
  const sections = [
    `${PROGRAM} ${name}: ${fill(command.summary, language)}`,
    `${text(cliTexts.usageHeading)} ${parts.join(" ")}`,
    wrap(fill(command.usage, language)),
  ];
  if (command.arguments?.length)
    sections.push(
      table(
        text(cliTexts.argumentsHeading),
        command.arguments.map((argument) => [argumentName(argument), fill(argument.text, language)]),
      ),
    );
  sections.push(
    table(text(cliTexts.optionsHeading), optionRows(options, language)),
    table(
      text(cliTexts.exitCodesHeading),
      exitCodesOf(command).map(({ code, meaning }) => [String(code), fill(meaning, language)]),
    ),
  );
  return `${sections.join("\n\n")}\n`;
}

/** The page of `camera-agent --help`. */
export function programHelp(commands: ReadonlyMap<string, Command>, language: Language): string {
  const text = (message: (typeof cliTexts)[keyof typeof cliTexts]) => fill(message, language);
  const sections = [
    `${PROGRAM}: ${text(cliTexts.about)}`,
    `${text(cliTexts.usageHeading)} ${PROGRAM} ${text(cliTexts.commandPlaceholder)} ${text(cliTexts.optionsPlaceholder)}`,
    table(
      text(cliTexts.commandsHeading),
      [...commands].map(([name, command]) => [name, fill(command.summary, language)]),
    ),
    table(text(cliTexts.optionsHeading), optionRows({ ...commonOptions, version: versionOption }, language)),
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

const argumentName = ({ name, optional }: CommandArgument) => (optional ? `[${name}]` : `<${name}>`);

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

const WIDTH = 96;

function table(heading: string, rows: readonly (readonly [string, string])[]): string {
  const left = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, text]) => `  ${name.padEnd(left)}  ${wrap(text, left + 4)}`);
  return [heading, ...lines].join("\n");
}

/** Breaks text between words so that no line passes WIDTH; the lines after the first are indented. */
function wrap(text: string, indent = 0): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  lines.push(line);
  return lines.join(`\n${" ".repeat(indent)}`);
}
