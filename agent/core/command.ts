import { COMMAND_BYTES, type Command, commandSchema, type RefusalReason } from "../model/command.ts";
import type { SiteAddress } from "../model/topics.ts";
import type { IncomingMessage } from "../model/uplink.ts";
import { commandOf } from "./command-topic.ts";
import { readJson } from "./strict-json.ts";

export type ParsedCommand = { readonly command: string; readonly request: string } & (
  | { readonly ok: true; readonly body: Command }
  | { readonly ok: false; readonly reason: RefusalReason }
);

/** Reads one command to this site. Undefined when the topic names no request that could be answered. */
export function parseCommand(
  { topic, payload, retain }: IncomingMessage,
  here: SiteAddress,
): ParsedCommand | undefined {
  const asked = commandOf(topic, here);
  if (!asked) return undefined;
  const refused = (reason: RefusalReason) => ({ ...asked, ok: false, reason }) as const;
  if (payload.byteLength > COMMAND_BYTES) return refused("too-large");
  if (retain) return refused("retained");
  const body = commandSchema.safeParse(readJson(payload));
  if (!body.success || isHalfSigned(body.data)) return refused("malformed");
  return { ...asked, ok: true, body: body.data };
}

const isHalfSigned = ({ issued, keyId, signature }: Command) =>
  (keyId === undefined) !== (signature === undefined) || (signature !== undefined && issued === undefined);
