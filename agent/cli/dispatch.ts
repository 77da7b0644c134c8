import { parseArgs } from "node:util";
import { nearest } from "../base/nearest.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { isSecretKey } from "../model/config-found.ts";
import { cliTexts } from "../model/messages/cli.ts";
import {
  askedLanguage,
  FALLBACK_LANGUAGE,
  fill,
  LANGUAGES,
  type Language,
  type Message,
  type Parameters,
} from "../model/messages/text.ts";
import { type Command, type CommandOption, type CommandSurroundings, EXIT } from "./command.ts";
import { commandHelp, commonOptions, PROGRAM, programHelp, usageProblem } from "./help.ts";
import { terminalSize } from "./live-screen.ts";

/**
 * Command name → its module, imported only when it is asked for: `check-config` needs no SQLite. A name of two words
 * ("journal status") belongs to the group that its first word names.
 */
export type CommandTable = Readonly<Record<string, () => Promise<{ readonly command: Command }>>>;

/** Runs the command that `args` (without node and script) name; resolves with the exit code. */
export async function dispatch(
  args: readonly string[],
  table: CommandTable,
  version: string,
  surroundings: CommandSurroundings,
): Promise<number> {
  const ordered = commandFirst(args);
  if (ordered[0] === "help") return dispatch(helpAsked(ordered.slice(1)), table, version, surroundings);
  const { name, rest, group } = namedCommand(ordered, table);
  const language = askedLanguage(languageFlag(args), surroundings.env) ?? FALLBACK_LANGUAGE;
  const refuse = (message: Message, parameters: Parameters = {}) =>
    refuseUsage(surroundings, PROGRAM, language, { message, parameters });
  const help = async () => programHelp(await loadAll(group), language, helpWidth(surroundings));

  if (name === undefined) {
    surroundings.err(await help());
    return refuse(cliTexts.commandMissing);
  }
  if (name.startsWith("-")) {
    if (args.includes("--version") || args.includes("-v")) {
      surroundings.out(`${version}\n`);
      return EXIT.fine;
    }
    if (args.includes("--help") || args.includes("-h")) {
      surroundings.out(await help());
      return EXIT.fine;
    }
    return refuse(cliTexts.optionUnknown, { option: name });
  }
  const load = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!load) {
    const suggestion = nearest(name, Object.keys(group));
    return suggestion
      ? refuse(cliTexts.commandSuggestion, { found: name, suggestion })
      : refuse(cliTexts.commandUnknown, { found: name, allowed: Object.keys(group).join(", ") });
  }
  return runCommand(name, (await load()).command, rest, surroundings);
}

interface NamedCommand {
  /** The command's whole name; an option, or undefined, where none is named. */
  readonly name: string | undefined;
  readonly rest: readonly string[];
  /** The commands among which it was looked for. */
  readonly group: CommandTable;
}

function namedCommand(args: readonly string[], table: CommandTable): NamedCommand {
  const [first, ...rest] = args;
  const members = Object.entries(table).filter(([name]) => name.startsWith(`${first} `));
  if (members.length === 0) return { name: first, rest, group: table };
  const [second, ...others] = commandFirst(rest);
  const isWord = second !== undefined && !second.startsWith("-");
  return { name: isWord ? `${first} ${second}` : second, rest: others, group: Object.fromEntries(members) };
}

/** Reads `args` by the command's declaration and runs it; prints its help or what is wrong with `args` instead. */
export async function runCommand(
  name: string,
  command: Command,
  args: readonly string[],
  surroundings: CommandSurroundings,
): Promise<number> {
  const asked = askedLanguage(languageFlag(args), surroundings.env);
  const language = asked ?? FALLBACK_LANGUAGE;
  const read = readArguments(command, args);
  if (!read.ok) return refuseUsage(surroundings, `${PROGRAM} ${name}`, language, read.error);
  if (read.value === "help") {
    surroundings.out(commandHelp(name, command, language, helpWidth(surroundings)));
    return EXIT.fine;
  }
  const { config } = read.value.options;
  const configured = asked ?? (typeof config === "string" ? await languageOf(config) : undefined);
  const languages = configured === undefined && asked === undefined ? LANGUAGES : [configured ?? language];
  return command.run({ ...surroundings, ...read.value, language: configured ?? language, languages });
}

/** Read only by commands that have a configuration, and only where nothing else says: it costs reading the file. */
async function languageOf(config: string): Promise<Language | undefined> {
  const { configLanguage } = await import("../io/config-language.ts");
  return configLanguage(config);
}

interface UsageProblem {
  readonly message: Message;
  readonly parameters: Parameters;
}

interface ReadArguments {
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly arguments: readonly string[];
}

/** Pure reading of a command's arguments. `parseArgs` only splits: its own errors are English sentences. */
function readArguments(
  command: Command,
  args: readonly string[],
): Result<ReadArguments | "help", UsageProblem> {
  const wrong = (message: Message, parameters: Parameters = {}) => fail({ message, parameters });
  const declared: Readonly<Record<string, CommandOption>> = { ...command.options, ...commonOptions };
  const { tokens, positionals } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(declared).map(([name, { type, short }]) => [name, short ? { type, short } : { type }]),
    ),
  });

  const options: Record<string, string | boolean | undefined> = {};
  for (const [name, option] of Object.entries(command.options))
    options[name] = option.type === "boolean" ? false : option.default;
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(declared, token.name) ? declared[token.name] : undefined;
    if (!option) {
      if (isSecretKey(token.name)) return wrong(cliTexts.passwordOption, { option: token.rawName });
      const suggestion = nearest(token.name, Object.keys(declared));
      return suggestion
        ? wrong(cliTexts.optionSuggestion, { option: token.rawName, suggestion: `--${suggestion}` })
        : wrong(cliTexts.optionUnknown, { option: token.rawName });
    }
    if (token.name === "help") return ok("help");
    if (option.type === "boolean" && token.value !== undefined)
      return wrong(cliTexts.optionTakesNoValue, { option: token.rawName });
    if (option.type === "string" && !token.value)
      return wrong(cliTexts.optionNeedsValue, { option: token.rawName, value: option.value ?? "VALUE" });
    if (token.name === "lang" && token.value !== "vi" && token.value !== "en")
      return wrong(cliTexts.languageUnknown, { found: token.value ?? "" });
    const before = option.repeats ? options[token.name] : undefined;
    if (token.name !== "lang")
      options[token.name] = before === undefined ? (token.value ?? true) : `${before},${token.value}`;
  }

  const expected = command.arguments ?? [];
  const missing = expected.slice(positionals.length).find(({ optional }) => !optional);
  if (missing) return wrong(cliTexts.argumentMissing, { argument: `<${missing.name}>` });
  const extra = expected.at(-1)?.many ? undefined : positionals[expected.length];
  if (extra !== undefined)
    return wrong(
      "config" in declared && /\.ya?ml$/i.test(extra)
        ? cliTexts.argumentIsConfig
        : cliTexts.argumentUnexpected,
      { found: extra },
    );
  return ok({ options, arguments: positionals });
}

function refuseUsage(
  surroundings: CommandSurroundings,
  command: string,
  language: Language,
  { message, parameters }: UsageProblem,
): number {
  surroundings.err(usageProblem(command, fill(message, language, parameters), language));
  return EXIT.wrongUsage;
}

/** `help status` is `status --help`. */
function helpAsked(args: readonly string[]): readonly string[] {
  return [...args.filter((arg) => arg !== "--help" && arg !== "-h"), "--help"];
}

const WIDEST_HELP = 96;
const NARROWEST_HELP = 40;

function helpWidth({ stdoutIsTTY }: CommandSurroundings): number {
  return stdoutIsTTY ? Math.min(WIDEST_HELP, Math.max(NARROWEST_HELP, terminalSize().columns)) : WIDEST_HELP;
}

/** The value of --lang, read before anything else so that also wrong usage is told in the right language. */
function languageFlag(args: readonly string[]): string | undefined {
  const index = args.findLastIndex((arg) => arg === "--lang" || arg.startsWith("--lang="));
  const arg = args[index];
  return arg === "--lang" ? args[index + 1] : arg?.slice("--lang=".length);
}

/** `camera-agent --lang vi status` is `camera-agent status --lang vi`. */
function commandFirst(args: readonly string[]): readonly string[] {
  const leading = args[0] === "--lang" ? 2 : args[0]?.startsWith("--lang=") ? 1 : 0;
  return args.length > leading ? [...args.slice(leading), ...args.slice(0, leading)] : [];
}

async function loadAll(table: CommandTable): Promise<ReadonlyMap<string, Command>> {
  const entries = Object.entries(table).map(async ([name, load]) => [name, (await load()).command] as const);
  return new Map(await Promise.all(entries));
}
