/** Answers of Dahua's CGI: text, one value a line. */

const LINES = 20_000;
const NAME_CHARACTERS = 200;
const VALUE_CHARACTERS = 1_000;

/** "table.NTP.Address=a=b" → its name and all behind the first "="; old firmwares write spaces around it. */
export function readTable(text: string): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  for (const line of text.split("\n", LINES)) {
    const equals = line.indexOf("=");
    if (equals < 1 || equals > NAME_CHARACTERS) continue;
    table.set(line.slice(0, equals).trim(), line.slice(equals + 1, equals + 1 + VALUE_CHARACTERS).trim());
  }
  return table;
}

/** The only value of an answer, by whichever of the names the firmware has for it. */
export function valueIn(text: string, ...names: readonly string[]): string | undefined {
  const table = readTable(text);
  for (const name of names) {
    const value = table.get(name);
    if (value) return value;
  }
  return undefined;
}

/** "Error\r\nBad Request!" → "Error, Bad Request!"; undefined where an answer is no complaint. It comes with 200 too. */
export function complaintIn(text: string): string | undefined {
  const start = text.slice(0, 300).trimStart();
  if (!/^error\b(?!\w*=)/i.test(start)) return undefined;
  return start
    .split(/[\r\n]+/, 3)
    .map((line) => line.trim())
    .filter(Boolean)
    .join(", ")
    .slice(0, 120);
}
