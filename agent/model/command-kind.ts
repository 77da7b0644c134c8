import type * as z from "zod";
import type { RefusalReason } from "./command.ts";

export type CommandOutcome =
  | { readonly outcome: "done"; readonly data: Readonly<Record<string, unknown>> }
  | {
      readonly outcome: "refused";
      readonly reason: RefusalReason;
      readonly data?: Readonly<Record<string, unknown>>;
    };

/** What a site does at a command of one name. Made by `commandKind`. */
export interface CommandKind {
  /** Whether an officer's key must have signed it. */
  readonly signed: boolean;
  /** It comes often: what was done is counted, and told in one audit event an hour or every hundred. */
  readonly frequent: boolean;
  /** Gives what carries it out; undefined where these are not its arguments. */
  read(found: unknown): (() => Promise<CommandOutcome>) | undefined;
}

/**
 * A command whose arguments are of that schema. `run` is called once a request, after the request's id is durable,
 * and tells by its outcome, not by throwing, that it cannot be done.
 */
export function commandKind<Schema extends z.ZodType>(kind: {
  readonly signed: boolean;
  readonly frequent?: boolean;
  readonly arguments: Schema;
  readonly run: (given: z.output<Schema>) => Promise<CommandOutcome>;
}): CommandKind {
  return {
    signed: kind.signed,
    frequent: kind.frequent ?? false,
    read(found) {
      const given = kind.arguments.safeParse(found);
      return given.success ? () => kind.run(given.data) : undefined;
    },
  };
}

export const done = (data: Readonly<Record<string, unknown>> = {}): CommandOutcome => ({
  outcome: "done",
  data,
});

export const refused = (reason: RefusalReason, data?: Readonly<Record<string, unknown>>): CommandOutcome => ({
  outcome: "refused",
  reason,
  ...(data && { data }),
});
