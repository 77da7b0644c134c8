import { cliTexts } from "../model/messages/cli.ts";
import type { Language, Message } from "../model/messages/text.ts";

/** What a process gives a command; tests give their own, so that commands run in-process. */
export interface CommandSurroundings {
  /** Writes text or bytes to standard output as they stand; the caller ends its lines. */
  out(text: string | Uint8Array): void;
  /** Writes to standard error as it stands; the caller ends its lines. */
  err(text: string): void;
  readonly env: NodeJS.ProcessEnv;
  readonly stdoutIsTTY: boolean;
  /** Absent: the process's own. */
  readonly stdin?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Aborts at SIGINT, SIGTERM, and when nobody reads standard output any more. */
  readonly signal: AbortSignal;
}

export interface CommandContext extends CommandSurroundings {
  readonly language: Language;
  /** Those to tell in why there is no configuration to say which: both where nobody asked for one. */
  readonly languages: readonly Language[];
  /** Values of the declared options by name; a boolean option that was not given is false. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** Arguments in the order of the declaration; optional ones may be missing. */
  readonly arguments: readonly string[];
}

export interface CommandOption {
  readonly type: "string" | "boolean";
  /** One letter. */
  readonly short?: string;
  /** What the value is called in the help: "FILE", "SECONDS". */
  readonly value?: string;
  readonly default?: string;
  /** May be given several times: its values then stand in one, parted by commas, as one may write them too. */
  readonly repeats?: true;
  readonly text: Message;
}

export interface CommandArgument {
  readonly name: string;
  readonly optional?: boolean;
  /** The last one may stand several times. */
  readonly many?: boolean;
  readonly text: Message;
}

export interface ExitCode {
  readonly code: number;
  readonly meaning: Message;
}

/** 0 fine, 1 what was asked about is not fine, 2 usage or configuration wrong, 3 something needed is missing. */
export const EXIT = { fine: 0, notFine: 1, wrongUsage: 2, missing: 3 } as const;

/** One command of the command line. Its help page is printed from this declaration. */
export interface Command {
  /** One line for the table of commands. */
  readonly summary: Message;
  /** A paragraph for the help page: what it does and when one wants it. */
  readonly usage: Message;
  readonly arguments?: readonly CommandArgument[];
  /** Beside these every command has --lang and --help. */
  readonly options: Readonly<Record<string, CommandOption>>;
  readonly exitCodes: readonly ExitCode[];
  /** Resolves with the exit code. Expected failure is told on `err` and is an exit code; a throw is a bug. */
  run(context: CommandContext): Promise<number>;
}

type OptionValue<O extends CommandOption> = O["type"] extends "boolean"
  ? boolean
  : O extends { readonly default: string }
    ? string
    : string | undefined;

type OptionValues<O extends Readonly<Record<string, CommandOption>>> = {
  readonly [K in keyof O]: OptionValue<O[K]>;
};

/** Declares a command whose `run` sees its own options with their types. */
export function defineCommand<const O extends Readonly<Record<string, CommandOption>>>(
  command: Omit<Command, "options" | "run"> & {
    readonly options: O;
    run(context: Omit<CommandContext, "options"> & { readonly options: OptionValues<O> }): Promise<number>;
  },
): Command {
  // The runner fills in every declared option with its declared type, which the wide record type cannot say.
  return command as unknown as Command;
}

export const configOption = {
  type: "string",
  short: "c",
  value: "FILE",
  default: "/etc/camera-agent/config.yaml",
  text: cliTexts.configOption,
} as const satisfies CommandOption;

export const jsonOption = {
  type: "boolean",
  text: cliTexts.jsonOption,
} as const satisfies CommandOption;
