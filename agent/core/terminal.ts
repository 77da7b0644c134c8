import { cut, printable, textWidth } from "./text-width.ts";

/**
 * What is drawn in a terminal, as values: a line is styled spans, laid out by columns and turned into bytes last.
 * Nothing here writes; `cli/live-screen.ts` does.
 */

/** SGR parameters (ECMA-48, 8.3.117), only the 16 colours that every terminal and its theme have. */
const SGR = {
  bold: 1,
  dim: 2,
  inverse: 7,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
  grey: 90,
} as const;
export type Style = keyof typeof SGR;

export interface Span {
  readonly text: string;
  readonly styles: readonly Style[];
}
export type Line = readonly Span[];

/** A piece of a line. The text is made safe to show here, so nothing that is drawn can drive the terminal. */
export function span(text: string, ...styles: Style[]): Span {
  return { text: printable(text), styles };
}

export function lineWidth(line: Line): number {
  return line.reduce((width, { text }) => width + textWidth(text), 0);
}

/** The line cut to `columns`, with … where something was cut. */
export function cutLine(line: Line, columns: number): Line {
  if (lineWidth(line) <= columns) return line;
  const kept: Span[] = [];
  let left = columns;
  for (const piece of line) {
    const width = textWidth(piece.text);
    if (width >= left) {
      // One column more than is left would be needed to know that something follows: the mark stands for it.
      kept.push({ ...piece, text: cut(`${piece.text} …`, left) });
      break;
    }
    kept.push(piece);
    left -= width;
  }
  return kept;
}

/** The line cut or filled with spaces to exactly `columns`. */
export function pad(line: Line, columns: number, align: "left" | "right" = "left"): Line {
  const fitted = cutLine(line, columns);
  const fill = span(" ".repeat(Math.max(0, columns - lineWidth(fitted))));
  if (fill.text === "") return fitted;
  return align === "left" ? [...fitted, fill] : [fill, ...fitted];
}

/** `left` and `right` at the two ends of `columns`; `right` is kept, `left` is cut where both have no room. */
export function spread(left: Line, right: Line, columns: number): Line {
  const kept = cutLine(right, columns);
  if (lineWidth(kept) === 0) return cutLine(left, columns);
  return [...pad(left, columns - lineWidth(kept) - 1), span(" "), ...kept];
}

/** The line as text, with colours or without. */
export function paint(line: Line, colours: boolean): string {
  return line
    .map(({ text, styles }) =>
      colours && styles.length > 0 && text !== ""
        ? `\x1b[${styles.map((style) => SGR[style]).join(";")}m${text}\x1b[0m`
        : text,
    )
    .join("");
}

/** `done` of `total` as a bar of `columns`. */
export function progressBar(done: number, total: number, columns: number): Line {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
  const full = Math.round(share * columns);
  return [span("━".repeat(full), "cyan"), span("─".repeat(columns - full), "grey")];
}

export const CURSOR_HIDE = "\x1b[?25l";
export const CURSOR_SHOW = "\x1b[?25h";
/** The alternate screen: what stood in the terminal is there again afterwards. */
export const SCREEN_ENTER = "\x1b[?1049h\x1b[H";
export const SCREEN_LEAVE = "\x1b[?1049l";

/**
 * The bytes that turn the `shown` lines into `next`, with the cursor on the line below them before and after. Only
 * lines that changed are written, none is cleared before it is overwritten, and terminals that know synchronised
 * output (DEC private mode 2026) show it at once: nothing flickers.
 */
export function redraw(shown: readonly string[], next: readonly string[]): string {
  if (shown.length === next.length && next.every((line, index) => line === shown[index])) return "";
  let bytes = shown.length > 0 ? `\x1b[${shown.length}A\r` : "\r";
  next.forEach((line, index) => {
    bytes += line === shown[index] ? "\r\n" : `${line}\x1b[0m\x1b[K\r\n`;
  });
  if (next.length < shown.length) bytes += "\x1b[J";
  return `\x1b[?2026h${bytes}\x1b[?2026l`;
}
