import { fail, ok, type Result } from "../base/result.ts";

/** One row of a table as it was written. */
export interface CsvRow {
  /** The line that it begins in, from 1, as spreadsheets and editors count. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A quote that is not closed, or text behind a closing one. */
export interface CsvProblem {
  readonly line: number;
}

/**
 * Reads CSV as Excel writes it: cells apart by semicolons (where the comma is the decimal sign, as in Vietnam), commas
 * or tabs, whichever the first line has most of; quotes around cells with any of these or line ends in them, doubled
 * inside; lines that end in CR, LF or both; a BOM. Rows without a character are left out.
 */
export function readCsv(text: string): Result<readonly CsvRow[], CsvProblem> {
  const source = text.replace(/^\uFEFF/, "");
  const separator = separatorOf(source);
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let line = 1;
  let rowLine = 1;
  let at = 0;
  const endRow = () => {
    if (cells.some((cell) => cell !== "")) rows.push({ line: rowLine, cells });
    cells = [];
  };
  while (at < source.length) {
    if (source[at] === '"') {
      const closed = quoted(source, at);
      if (!closed) return fail({ line });
      cells.push(closed.cell);
      line += closed.cell.split(/\r\n|\r|\n/).length - 1;
      at = closed.end;
    } else {
      const end = endOfPlain(source, at, separator);
      cells.push(source.slice(at, end).trim());
      at = end;
    }
    const next = source[at];
    if (next === separator) {
      at += 1;
      // A separator at the very end stands before an empty cell.
      if (at === source.length) cells.push("");
      continue;
    }
    if (next !== undefined && next !== "\r" && next !== "\n") return fail({ line });
    at += source.startsWith("\r\n", at) ? 2 : 1;
    endRow();
    line += 1;
    rowLine = line;
  }
  endRow();
  return ok(rows);
}

function separatorOf(text: string): string {
  const first = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  const count = (separator: string) => first.split(separator).length;
  return [";", ",", "\t"].reduce((best, one) => (count(one) > count(best) ? one : best));
}

function quoted(text: string, start: number): { readonly cell: string; readonly end: number } | undefined {
  let cell = "";
  for (let at = start + 1; ; ) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return undefined;
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { cell: cell.trim(), end: quote + 1 };
    cell += '"';
    at = quote + 2;
  }
}

function endOfPlain(text: string, start: number, separator: string): number {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== "\r" && text[end] !== "\n") end += 1;
  return end;
}

/** What a spreadsheet would take for a formula, were it shown as it stands. */
const FORMULA = /^[=+\-@\t\r]/;

/** A table that Excel in Vietnam opens by a double click: BOM, semicolons, CRLF. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => {
    const inert = FORMULA.test(text) ? `'${text}` : text;
    return /[";,\t\r\n]/.test(inert) || inert !== inert.trim() ? `"${inert.replaceAll('"', '""')}"` : inert;
  };
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(";")}\r\n`).join("")}`;
}
