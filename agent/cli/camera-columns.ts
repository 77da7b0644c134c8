import { isSecretKey } from "../model/config-found.ts";
import { importTexts as texts } from "../model/messages/cli-camera-import.ts";
import { compose, type Message } from "../model/messages/text.ts";
import { visible } from "../model/visible.ts";

/** Columns of the table in the order in which they are written, with what else people head them by. */
const COLUMNS = {
  id: ["mã", "ma", "mã camera"],
  name: ["tên", "ten", "tên camera"],
  driver: ["trình điều khiển", "loại", "loai"],
  address: ["địa chỉ", "dia chi", "ip"],
  channel: ["kênh", "kenh"],
  stream: ["luồng", "luong"],
  credential: ["mục mật khẩu", "tài khoản", "tai khoan"],
  rtspPort: ["rtsp port", "cổng rtsp"],
} as const;
export type Column = keyof typeof COLUMNS;
export const columns = Object.keys(COLUMNS) as Column[];

/** The column that each cell of the first row names; undefined where it is empty. */
export function headOf(
  cells: readonly string[],
): { readonly columns: readonly (Column | undefined)[] } | { readonly problem: Message } {
  const found: (Column | undefined)[] = [];
  for (const cell of cells) {
    const wanted = cell.normalize("NFC").toLowerCase();
    if (isSecretKey(wanted)) return { problem: compose(texts.passwordColumn, { column: visible(cell) }) };
    const column = columns.find(
      (name) => name.toLowerCase() === wanted || (COLUMNS[name] as readonly string[]).includes(wanted),
    );
    if (!column && cell !== "")
      return {
        problem: compose(texts.unknownColumn, { column: visible(cell), columns: columns.join(", ") }),
      };
    if (column && found.includes(column)) return { problem: compose(texts.columnTwice, { column }) };
    found.push(column);
  }
  return found.includes("address")
    ? { columns: found }
    : { problem: compose(texts.columnMissing, { column: "address", columns: columns.join(", ") }) };
}

/** The cells of a row that hold something. */
export type Row = Readonly<Partial<Record<Column, string>>>;

export function rowOf(head: readonly (Column | undefined)[], cells: readonly string[]): Row {
  const row: Partial<Record<Column, string>> = {};
  for (const [index, column] of head.entries()) {
    const cell = cells[index];
    // As `writeCsv` keeps spreadsheets from taking a text for a formula.
    const text = cell?.replace(/^'(?=[=+\-@])/, "").normalize("NFC");
    if (column && text) row[column] = text;
  }
  return row;
}
