import { COMMAND_BYTES, type Command, type CommandResult, commandSchema } from "../model/command.ts";

/** A request id that may stand in a topic of the answer. */
const REQUEST = /^[A-Za-z0-9_-]{1,64}$/;
const COMMAND_NAME = /^[a-z-]{1,32}$/;

export type ParsedCommand = { readonly command: string; readonly request: string } & (
  | { readonly ok: true; readonly body: Command }
  | { readonly ok: false; readonly reason: NonNullable<CommandResult["reason"]> }
);

/**
 * Reads one command. `rest` is its topic below the site: ["cmd", type, request]; `now` is wall time. Undefined when
 * the topic names no request that could be answered.
 */
export function parseCommand(
  rest: readonly string[],
  payload: Uint8Array,
  known: readonly string[],
  now: number,
): ParsedCommand | undefined {
  const [word, command = "", request = "", ...more] = rest;
  if (word !== "cmd" || more.length > 0 || !COMMAND_NAME.test(command) || !REQUEST.test(request))
    return undefined;
  const refused = (reason: NonNullable<CommandResult["reason"]>) =>
    ({ command, request, ok: false, reason }) as const;
  if (payload.byteLength > COMMAND_BYTES) return refused("too-large");
  const body = commandSchema.safeParse(parseJson(payload));
  if (!body.success) return refused("malformed");
  if (!known.includes(command)) return refused("unknown-command");
  if (Date.parse(body.data.expires) <= now) return refused("expired");
  return { command, request, ok: true, body: body.data };
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}
