import { commandArguments } from "../model/command.ts";
import { type CommandKind, commandKind, done } from "../model/command-kind.ts";
import type { CommandName } from "../model/command-names.ts";
import type { Journal } from "../model/journal.ts";
import { type CommandPorts, Commands } from "./commands.ts";
import { type JournalCommandPorts, journalCommands } from "./journal-commands.ts";

export interface CommandServicePorts
  extends Omit<CommandPorts, "handlers" | "journal">,
    Omit<JournalCommandPorts, "journal"> {
  readonly journal: CommandPorts["journal"] & JournalCommandPorts["journal"] & Pick<Journal, "stats">;
  readonly version: string;
}

/** Takes every command that a site knows. */
export function commandService(ports: CommandServicePorts): Commands {
  const { journal, version } = ports;
  const handlers: Readonly<Record<CommandName, CommandKind>> = {
    ping: commandKind({
      signed: false,
      frequent: true,
      arguments: commandArguments.ping,
      run: async () => done({ version, lastSeq: journal.stats().lastSeq }),
    }),
    ...journalCommands(ports),
  };
  return new Commands({ ...ports, handlers });
}
