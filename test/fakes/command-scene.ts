import type { KnownTime } from "../../agent/core/known-time.ts";
import { type CommandResult, commandArguments, resultSchema } from "../../agent/model/command.ts";
import { type CommandOutcome, commandKind, done } from "../../agent/model/command-kind.ts";
import { type AuditData, eventData } from "../../agent/model/event.ts";
import type { Journal } from "../../agent/model/journal.ts";
import { Commands } from "../../agent/run/commands.ts";
import { type Officer, officer } from "./officer.ts";
import { TestClock } from "./test-clock.ts";

/** Notes in memory, as long as `full` is not set. */
export interface Notebook extends Pick<Journal, "keptUnder" | "keepAll"> {
  full: boolean;
  readonly notes: Map<string, string>;
}

export function notebook(): Notebook {
  const notes = new Map<string, string>();
  return {
    full: false,
    notes,
    keptUnder: (prefix) =>
      new Map(
        [...notes].flatMap(([name, note]) =>
          name.startsWith(prefix) ? [[name.slice(prefix.length), note]] : [],
        ),
      ),
    keepAll(changes) {
      if (this.full) return false;
      for (const [name, note] of changes) {
        if (note === undefined) notes.delete(name);
        else notes.set(name, note);
      }
      return true;
    },
  };
}

export const SITE = { unit: "u", site: "s" } as const;

/** A site that takes commands, with one officer: an unsigned `ping`, a signed `resend` and a frequent `receipt`. */
export function commandScene({
  ping = async () => done({ version: "1" }),
  resend = async () => done(),
  journal = notebook(),
  clock = new TestClock(),
  officers = [officer("Lan")],
  time = clock,
}: {
  readonly ping?: () => Promise<CommandOutcome>;
  readonly resend?: () => Promise<CommandOutcome>;
  readonly journal?: Pick<Journal, "keptUnder" | "keepAll">;
  readonly clock?: TestClock;
  readonly officers?: readonly Officer[];
  readonly time?: Pick<KnownTime, "now"> | TestClock;
} = {}) {
  const answers: CommandResult[] = [];
  const audit: AuditData[] = [];
  const ran: unknown[] = [];
  let keys = officers.map(({ entry }) => entry);
  const commands = new Commands({
    clock,
    journal,
    recorder: {
      record: async ({ data }) => void audit.push(eventData.audit.parse(data)),
    },
    here: () => SITE,
    keys: () => keys,
    time: () => ("now" in time ? time.now() : time.wall()),
    handlers: {
      ping: commandKind({ signed: false, arguments: commandArguments.ping, run: ping }),
      resend: commandKind({
        signed: true,
        arguments: commandArguments.resend,
        run: async (given) => {
          ran.push(given);
          return resend();
        },
      }),
      receipt: commandKind({
        signed: true,
        frequent: true,
        arguments: commandArguments.receipt,
        run: async ({ upTo }) => {
          ran.push(upTo);
          return done({ upTo });
        },
      }),
    },
    answer: async (result) => void answers.push(resultSchema.parse(result)),
  });
  const send = (command: string, payload: unknown, request = "r1", retain = false) =>
    commands.take({
      topic: `cam/v1/u/s/cmd/${command}/${request}`,
      payload: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)),
      retain,
    });
  return {
    clock,
    commands,
    answers,
    audit,
    ran,
    send,
    /** As a reload of the configuration does it. */
    appoint: (next: readonly Officer[]) => {
      keys = next.map(({ entry }) => entry);
    },
    /** Why the latest was refused. */
    reason: () => answers.at(-1)?.reason,
  };
}
