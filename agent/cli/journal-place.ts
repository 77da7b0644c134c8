import { dirname } from "node:path";
import { fail, ok, type Result } from "../base/result.ts";
import { type OpenedForReading, openForReading, type ReadFault } from "../io/journal-reader.ts";
import type { Config } from "../model/config.ts";
import { journalTexts as texts } from "../model/messages/cli-journal.ts";
import { journalFaults } from "../model/messages/journal.ts";
import { fill, type Language, type Message } from "../model/messages/text.ts";
import { type CommandContext, type CommandOption, configOption, EXIT } from "./command.ts";
import { loadConfig } from "./load-config.ts";

/** Options that say which journal. */
export const placeOptions = {
  config: configOption,
  file: { type: "string", value: "FILE", text: texts.optionFile },
} as const satisfies Readonly<Record<string, CommandOption>>;

/** Also where a copy of a running agent's journal may be made. */
export const readOptions = {
  ...placeOptions,
  work: { type: "string", value: "FOLDER", text: texts.optionWork },
} as const satisfies Readonly<Record<string, CommandOption>>;

type Context = Pick<CommandContext, "env" | "err" | "language"> & {
  readonly options: { readonly config: string; readonly file: string | undefined };
};

export interface Place {
  readonly path: string;
  /** Undefined where the journal was named by --file. */
  readonly config: Config | undefined;
}

/** Which journal is meant; undefined, with the reason told, where the configuration cannot be used. */
export async function journalPlace(context: Context): Promise<Place | undefined> {
  const { config, file } = context.options;
  if (file !== undefined) return { path: file, config: undefined };
  const loaded = await loadConfig(config, context);
  return loaded && { path: loaded.config.journal.path, config: loaded.config };
}

/** Opens it for reading, or tells why it cannot be and gives the exit code. */
export async function readJournal(
  path: string,
  work: string | undefined,
  { err, language }: Pick<CommandContext, "err" | "language">,
): Promise<Result<OpenedForReading, number>> {
  const opened = await openForReading(path, work ?? dirname(path));
  if (opened.ok) return ok(opened.value);
  err(readFaultLines(opened.error, language));
  return fail(isDamage(opened.error) ? EXIT.notFine : EXIT.missing);
}

const isDamage = ({ kind }: ReadFault) => kind === "damaged" || kind === "not-a-journal";

/** What is wrong with a journal, and what to do. */
function readFaultLines(fault: ReadFault, language: Language): string {
  const { text, next } = faultTexts(fault.kind);
  const { path, evidence } = fault;
  return `${fill(text, language, { path })} (${evidence})\n${fill(next, language, { path })}\n`;
}

function faultTexts(kind: ReadFault["kind"]): { readonly text: Message; readonly next: Message } {
  switch (kind) {
    case "absent":
    case "unreadable":
    case "no-room":
    case "moving":
    case "not-copied":
      return { text: texts[kind], next: texts[`${kind}Next`] };
    default:
      return journalFaults[kind];
  }
}
