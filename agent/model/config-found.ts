import { verbatim } from "./config-problem.ts";
import { foundTexts } from "./messages/config.ts";
import { compose, type Message } from "./messages/text.ts";
import { visible } from "./visible.ts";

const SHOWN_CHARACTERS = 60;

/** A found value, shortly: a text in quotes, a number as it was written, a list by its length. */
export function showFound(value: unknown, source: string | undefined): Message {
  switch (typeof value) {
    case "string":
      return verbatim(visible(JSON.stringify(shorten(redact(value)))));
    case "number":
    case "boolean":
    case "bigint":
      return verbatim(shorten(source ?? String(value)));
    default:
      if (value === null || value === undefined) return foundTexts.nothing;
      return Array.isArray(value) ? compose(foundTexts.listOf, { count: value.length }) : foundTexts.group;
  }
}

/** A value of the secrets file: its kind alone. */
export function showKind(value: unknown): Message {
  if (value === null || value === undefined) return foundTexts.nothing;
  if (typeof value === "string") return foundTexts.text;
  if (typeof value === "number" || typeof value === "bigint") return foundTexts.number;
  if (typeof value === "boolean") return foundTexts.boolean;
  return Array.isArray(value) ? foundTexts.list : foundTexts.group;
}

const SECRET_KEY =
  /^(?:pass(?:word|wort|wd|phrase|code)?|pwd|secret|token|api[-_]?key|private[-_]?key|m[aậ]t[-_ ]?kh[aẩ]u)$/iu;

/** Whether a key's name says that its value is a password. */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key);
}

/**
 * A login in an address. Any @ counts: a password may hold / or #, and then `rtsp://admin:1/2@host` is to a URL
 * parser an address of the host "admin".
 */
const LOGIN_BEFORE_HOST = /:\/\/.*@/s;
/** The login as a parameter, which is how XM and Topsee recorders take it; the placeholder for it is none. */
const LOGIN_PARAMETER =
  /((?:^|[?&_/;])(?:pass(?:word|wd)?|pwd))=(?!\{password\}(?:[&_/;?#]|$))([^&_/;?#]+)/gi;

/** Whether an address carries a user name or a password. `bare`: an address without scheme (host and port). */
export function hasLogin(text: string, bare: boolean): boolean {
  return (bare && text.includes("@")) || LOGIN_BEFORE_HOST.test(text) || text.search(LOGIN_PARAMETER) !== -1;
}

/** An Ed25519 private key (PKCS#8 in base64), where somebody mistook it for the public one. */
const PRIVATE_KEY = /(M\w{3}AQ[AE]wBQYDK2VwBCIEI)[\w+/-]+=*/g;

/** Takes out of a text that is going to be shown what may be a login in an address, or a private key. */
export function redact(text: string): string {
  return text
    .replace(/^((?:[a-z][a-z0-9+.-]*:\/\/)?).*@/is, "$1…@")
    .replaceAll(LOGIN_PARAMETER, "$1=…")
    .replaceAll(PRIVATE_KEY, "$1…");
}

function shorten(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text;
}
