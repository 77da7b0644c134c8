/**
 * Reads JSON in UTF-8 (RFC 8259, so without a byte order mark); undefined for what is none, and where an object names
 * a member twice: what was signed must mean one thing to every reader.
 */
export function readJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return membersWritten(text) === membersRead(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const STRING = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

/** How many members the text has, which is JSON. */
function membersWritten(text: string): number {
  let count = 0;
  for (const [, colon] of text.matchAll(STRING)) if (colon !== undefined) count += 1;
  return count;
}

/** Not by recursion: the nesting is as deep as the text is long. */
function membersRead(value: unknown): number {
  let count = 0;
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null) continue;
    const inside: unknown[] = Object.values(next);
    if (!Array.isArray(next)) count += inside.length;
    for (const one of inside) open.push(one);
  }
  return count;
}
