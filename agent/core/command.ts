import { COMMAND_BYTES, type Command, commandSchema, type RefusalReason } from "../model/command.ts";
import { parseTopic, type SiteAddress } from "../model/topics.ts";
import type { IncomingMessage } from "../model/uplink.ts";
import { readJson } from "./strict-json.ts";

/** A request id that may stand in a topic of the answer. */
const REQUEST = /^[A-Za-z0-9_-]{1,64}$/;
const COMMAND_NAME = /^[a-z-]{1,32}$/;

export type ParsedCommand = { readonly command: string; readonly request: string } & (
  | { readonly ok: true; readonly body: Command }
  | { readonly ok: false; readonly reason: RefusalReason }
);

/** Reads one command to this site. Undefined when the topic names no request that could be answered. */
export function parseCommand(
  { topic, payload, retain }: IncomingMessage,
  here: SiteAddress,
): ParsedCommand | undefined {
  const to = parseTopic(topic);
  if (to?.unit !== here.unit || to.site !== here.site) return undefined;
  const [word, command = "", request = "", ...more] = to.rest;
  if (word !== "cmd" || more.length > 0 || !COMMAND_NAME.test(command) || !REQUEST.test(request))
    return undefined;
  const refused = (reason: RefusalReason) => ({ command, request, ok: false, reason }) as const;
  if (payload.byteLength > COMMAND_BYTES) return refused("too-large");
  if (retain) return refused("retained");
  const body = commandSchema.safeParse(readJson(payload));
  if (!body.success || isHalfSigned(body.data)) return refused("malformed");
  return { command, request, ok: true, body: body.data };
}

const isHalfSigned = ({ issued, keyId, signature }: Command) =>
  (keyId === undefined) !== (signature === undefined) || (signature !== undefined && issued === undefined);
