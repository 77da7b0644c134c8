import { readCsv } from "../core/csv.ts";
import type { CameraEntry } from "../io/config-edit-text.ts";
import type { CameraConfig } from "../model/config.ts";
import { isSecretKey } from "../model/config-found.ts";
import { importTexts as texts } from "../model/messages/cli-camera-import.ts";
import { compose, type Message } from "../model/messages/text.ts";
import { visible } from "../model/visible.ts";
import { checkEntry, entryOf, freeId } from "./camera-entry.ts";
import { addressOf, channelOf, placeKey } from "./camera-place.ts";

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
type Column = keyof typeof COLUMNS;
const columns = Object.keys(COLUMNS) as Column[];

/** The cameras of a configuration. */
const MOST_CAMERAS = 512;

/** Something wrong with the table; `line` as spreadsheets count, undefined of the table as a whole. */
export interface TableProblem {
  readonly line?: number;
  readonly text: Message;
}

/** A camera of the table that holds together. Without a driver, that is to be found out. */
export interface TableCamera {
  readonly line: number;
  readonly entry: CameraEntry;
  /** Undefined where the driver is to be found out. */
  readonly camera: CameraConfig | undefined;
}

export interface ReadTable {
  readonly cameras: readonly TableCamera[];
  /** With any, the cameras are not all that the table has. */
  readonly problems: readonly TableProblem[];
}

/** Reads cameras out of CSV; `known` are those of the configuration, whose ids and places are taken. */
export function readTable(text: string, known: readonly CameraConfig[]): ReadTable {
  const wrong = (problem: Message, line?: number): ReadTable => ({
    cameras: [],
    problems: [line === undefined ? { text: problem } : { line, text: problem }],
  });
  const read = readCsv(text);
  if (!read.ok) return wrong(texts.quotes, read.error.line);
  const [header, ...rows] = read.value;
  if (!header) return wrong(compose(texts.noHeader, { columns: columns.join(";") }));
  const named = headOf(header.cells);
  if ("problem" in named) return wrong(named.problem, header.line);
  if (rows.length === 0) return wrong(texts.noRows);
  if (known.length + rows.length > MOST_CAMERAS)
    return wrong(compose(texts.tooMany, { rows: rows.length, known: known.length, most: MOST_CAMERAS }));

  const problems: TableProblem[] = [];
  const cameras: TableCamera[] = [];
  const ids = new Map<string, number | undefined>(known.map(({ id }) => [id, undefined]));
  const names = new Map<string, number | undefined>(known.map(({ name }) => [name, undefined]));
  const places = new Map<string, number | undefined>(known.map((camera) => [placeKey(camera), undefined]));
  for (const { line, cells } of rows) {
    const taken = (seen: Map<string, number | undefined>, value: string, again: Message, also: Message) => {
      if (!seen.has(value)) return seen.set(value, line) && undefined;
      const first = seen.get(value);
      const found = visible(value);
      return first === undefined ? compose(also, { found }) : compose(again, { found, line: first });
    };
    const extra = cells.slice(header.cells.length).some((cell) => cell !== "");
    if (extra) {
      problems.push({ line, text: compose(texts.tooManyCells, { most: header.cells.length }) });
      continue;
    }
    const row = rowOf(named.columns, cells);
    if (row.address === undefined) {
      problems.push({ line, text: texts.addressMissing });
      continue;
    }
    const entry = entryOfRow(row, row.address, new Set(ids.keys()));
    // Of a driver that is to be found out, what every driver has is checked as one of the others.
    const checked = checkEntry(
      entry.driver === undefined ? entryOf({ ...entry, driver: "onvif", ...NO_CHANNEL }) : entry,
    );
    const found = checked.ok
      ? []
      : checked.error.map(({ key, text: what }) =>
          compose(texts.cell, { column: columnOf(key, entry), what }),
        );
    const again = [
      taken(ids, String(entry.id), texts.sameId, texts.knownId),
      row.name === undefined ? undefined : taken(names, row.name, texts.sameName, texts.knownName),
      checked.ok && entry.driver !== undefined
        ? taken(places, placeKey(checked.value), texts.samePlace, texts.knownPlace)
        : undefined,
    ].filter((text) => text !== undefined);
    problems.push(...[...found, ...again].map((text) => ({ line, text })));
    if (checked.ok)
      cameras.push({ line, entry, camera: entry.driver === undefined ? undefined : checked.value });
  }
  return { cameras, problems };
}

/** The column that a key of an entry comes from. */
function columnOf(key: string, { driver }: CameraEntry): string {
  return driver === "rtsp" && key === "stream" ? "address" : key;
}

const NO_CHANNEL = { channel: undefined, stream: undefined } as const;

function headOf(
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

type Row = Readonly<Partial<Record<Column, string>>>;

function rowOf(head: readonly (Column | undefined)[], cells: readonly string[]): Row {
  const row: Partial<Record<Column, string>> = {};
  for (const [index, column] of head.entries()) {
    const cell = cells[index];
    // As `writeCsv` keeps spreadsheets from taking a text for a formula.
    const text = cell?.replace(/^'(?=[=+\-@])/, "").normalize("NFC");
    if (column && text) row[column] = text;
  }
  return row;
}

function entryOfRow(row: Row, address: string, taken: ReadonlySet<string>): CameraEntry {
  const driver = row.driver?.toLowerCase() ?? (/^rtsp:\/\//i.test(address) ? "rtsp" : undefined);
  const place = row.channel === undefined ? address : `${address} ${row.channel}`;
  const id = row.id ?? freeId(row.name ?? place.replace(/^[a-z]+:\/\//i, ""), taken);
  const name = row.name ?? id;
  const { credential } = row;
  if (driver === "rtsp") return entryOf({ id, name, driver, stream: address, credential });
  return entryOf({
    id,
    name,
    driver,
    address,
    channel: driver === "onvif" ? undefined : numeral(row.channel),
    stream: driver === "onvif" ? undefined : row.stream,
    rtspPort: numeral(row.rtspPort),
    credential,
  });
}

/** A number where it is one; what is none stays for the schema to tell. */
function numeral(cell: string | undefined): number | string | undefined {
  return cell !== undefined && /^\d{1,6}$/.test(cell) ? Number(cell) : cell;
}

/** The table of some cameras, its head first; never a password. */
export function tableOf(cameras: readonly CameraConfig[]): string[][] {
  return [
    columns,
    ...cameras.map((camera) => [
      camera.id,
      camera.name,
      camera.driver,
      addressOf(camera),
      String(channelOf(camera) ?? ""),
      "channel" in camera ? camera.stream : "",
      camera.credential ?? "",
      "rtspPort" in camera ? String(camera.rtspPort ?? "") : "",
    ]),
  ];
}
