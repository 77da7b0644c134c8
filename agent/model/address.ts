import * as z from "zod";
import { namedForms } from "./forms.ts";
import { isWord } from "./plain-text.ts";

/** A permanent code that becomes part of a topic. */
export const code = (what: string) =>
  z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/)
    .register(namedForms, { kind: "code" })
    .describe(what);

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/;

/**
 * Whether every label that looks like an IPv4 address is one: "192.168.1.300" is a slip, not a name. Nor is
 * "192.168.001.021", as recorders show it: URL takes a leading zero for octal and would look for the camera at .17.
 */
function plausibleHost(text: string): boolean {
  const match = HOST.exec(text);
  if (!match) return false;
  if (match[1] !== undefined && (Number(match[1]) < 1 || Number(match[1]) > 65_535)) return false;
  const host = match[1] === undefined ? text : text.slice(0, text.length - match[1].length - 1);
  if (!/^[\d.]+$/.test(host)) return !host.includes("..");
  const parts = host.split(".");
  return (
    parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  );
}

const OVER_TLS = /^https:\/\//i;

/** Where a camera is reached: host and perhaps port, behind https:// where it is reached over TLS. */
export const address = z
  .string()
  .refine((text) => plausibleHost(text.replace(OVER_TLS, "")))
  .register(namedForms, { kind: "address" });

/**
 * An address with a host and without a login: that belongs into the secrets file. `extent`: how much may stand in it;
 * MQTT over TCP has no paths.
 */
export const url = (schemes: readonly string[], extent: "host" | "path" = "path") =>
  z
    .string()
    .refine((text) => {
      // URL drops tabs and line feeds, which would then break the request that the text is put into.
      if (!isWord(text) || !URL.canParse(text)) return false;
      const { protocol, username, password, pathname, search, hash } = new URL(text);
      if (extent === "host" && `${pathname}${search}${hash}`.replace("/", "") !== "") return false;
      // As it is written: URL has already made another address of "192.168.001.021".
      const authority = /^[^:]+:\/\/([^/?#]*)/.exec(text)?.[1] ?? "";
      return schemes.includes(protocol.slice(0, -1)) && plausibleHost(authority) && !username && !password;
    })
    .register(namedForms, { kind: "url", schemes, extent });
