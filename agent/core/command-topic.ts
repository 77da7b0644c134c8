import { parseTopic, type SiteAddress } from "../model/topics.ts";

/** A request id that may stand in a topic of the answer. */
const REQUEST = /^[A-Za-z0-9_-]{1,64}$/;
const COMMAND_NAME = /^[a-z-]{1,32}$/;

/** Which command of which request a topic is of; undefined when it names none to this site that could be answered. */
export function commandOf(
  topic: string,
  here: SiteAddress,
): { readonly command: string; readonly request: string } | undefined {
  const to = parseTopic(topic);
  if (to?.unit !== here.unit || to.site !== here.site) return undefined;
  const [word, command = "", request = "", ...more] = to.rest;
  if (word !== "cmd" || more.length > 0) return undefined;
  return COMMAND_NAME.test(command) && REQUEST.test(request) ? { command, request } : undefined;
}
