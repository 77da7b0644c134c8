/**
 * Cuts the events of a segment out of its text, byte for byte: JSON.parse and JSON.stringify would give other bytes
 * (integer-like keys change places, escapes and numbers their form), and other bytes have another hash.
 *
 * A scanner over bytes, no parser: `raw` is JSON that JSON.parse takes. UTF-8 keeps structural characters to
 * themselves, so that bytes above 0x7f need no decoding.
 */

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** [first byte, byte behind the last] */
type Span = readonly [number, number];

/**
 * The elements of `data.events`. Undefined where there is no such array, or where `data` or `events` occurs twice:
 * of two, readers would choose differently.
 */
export function splitSegment(raw: Uint8Array): Uint8Array[] | undefined {
  const data = only(raw, spaceEnd(raw, 0), "data");
  const events = data && only(raw, data[0], "events");
  if (!events || raw[events[0]] !== OPEN_ARRAY) return undefined;
  const elements: Uint8Array[] = [];
  let at = spaceEnd(raw, events[0] + 1);
  while (at < events[1] && raw[at] !== CLOSE_ARRAY) {
    const end = valueEnd(raw, at);
    elements.push(raw.subarray(at, end));
    at = nextItem(raw, end);
  }
  return elements;
}

/** Value of the one member of that name in the object at `at`. */
function only(raw: Uint8Array, at: number, name: string): Span | undefined {
  if (raw[at] !== OPEN_OBJECT) return undefined;
  let found: Span | undefined;
  let here = spaceEnd(raw, at + 1);
  while (here < raw.length && raw[here] !== CLOSE_OBJECT) {
    const keyEnd = valueEnd(raw, here);
    const colon = spaceEnd(raw, keyEnd);
    if (raw[here] !== QUOTE || raw[colon] !== COLON) return undefined;
    const value = spaceEnd(raw, colon + 1);
    const end = valueEnd(raw, value);
    if (nameOf(raw, here, keyEnd) === name) {
      if (found) return undefined;
      found = [value, end];
    }
    here = nextItem(raw, end);
  }
  return found;
}

/** A key that stands in quotes, its escapes resolved; undefined where they are none. */
function nameOf(raw: Uint8Array, from: number, to: number): unknown {
  const text = Buffer.from(raw.buffer, raw.byteOffset + from, Math.min(to, raw.length) - from).toString(
    "utf8",
  );
  if (!text.includes("\\")) return text.slice(1, -1);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function spaceEnd(raw: Uint8Array, from: number): number {
  let at = from;
  while (raw[at] === 0x20 || raw[at] === 0x09 || raw[at] === 0x0a || raw[at] === 0x0d) at++;
  return at;
}

/** Start of the next member or element behind a value, or of the bracket that closes them. */
function nextItem(raw: Uint8Array, valueEnd: number): number {
  const at = spaceEnd(raw, valueEnd);
  return raw[at] === COMMA ? spaceEnd(raw, at + 1) : at;
}

/** The byte behind the value that begins at `from`; always behind `from`. */
function valueEnd(raw: Uint8Array, from: number): number {
  const first = raw[from];
  if (first === QUOTE) return stringEnd(raw, from);
  if (first === OPEN_OBJECT || first === OPEN_ARRAY) return bracketEnd(raw, from);
  let at = from + 1;
  while (at < raw.length && !endsScalar(raw[at])) at++;
  return at;
}

function endsScalar(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY || (byte ?? 0) <= 0x20;
}

function stringEnd(raw: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < raw.length && raw[at] !== QUOTE) at += raw[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function bracketEnd(raw: Uint8Array, from: number): number {
  let depth = 0;
  let at = from;
  while (at < raw.length) {
    const byte = raw[at];
    if (byte === QUOTE) {
      at = stringEnd(raw, at);
      continue;
    }
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
    if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
    at++;
    if (depth === 0) break;
  }
  return at;
}
