/**
 * Columns that text takes in a terminal. Vietnamese written with combining marks ("ế" as e + ̂ + ́) is as wide as
 * the same text composed; East Asian wide characters and emoji take two.
 */

const graphemes = new Intl.Segmenter("vi", { granularity: "grapheme" });

/** Printable ASCII, where a column is a character. */
const ASCII = /^[\x20-\x7e]*$/;

/** Marks and format characters alone (a zero-width joiner, a combining mark that begins a text). */
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]*$/u;

/** Unicode's East Asian Width W and F (UAX #11), in blocks, and what is shown as an emoji by itself. */
const WIDE =
  /^(?:[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{1B000}-\u{1B2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\p{Emoji}\uFE0F)/u;

function graphemeWidth(grapheme: string): 0 | 1 | 2 {
  if (ZERO_WIDTH.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** Columns that `text` takes. It must hold no control characters; see `printable`. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** `text` cut to at most `columns`, with … where something was cut. A wide character is never halved. */
export function cut(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (columns <= 0) return "";
  let kept = "";
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += graphemeWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/**
 * Text from elsewhere (a camera's answer, a name off the wire) made safe to show: control characters, which could
 * move the cursor or rename the window, and marks that turn the direction of writing become spaces.
 */
export function printable(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu, " ").toWellFormed();
}

/** Breaks at spaces into lines of at most `columns`; a word that is wider stands alone and is cut. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(longer) <= columns) line = longer;
    else {
      if (line !== "") lines.push(line);
      line = cut(word, columns);
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}
