import { type CsvRow, readCsv } from "../core/csv.ts";
import type { CameraEntry } from "../io/config-edit-text.ts";
import type { CameraConfig } from "../model/config.ts";
import { importTexts as texts } from "../model/messages/cli-camera-import.ts";
import { compose, type Message } from "../model/messages/text.ts";
import { visible } from "../model/visible.ts";
import { severalChannels } from "./camera-channels.ts";
import { type Column, columns, headOf, type Row, rowOf } from "./camera-columns.ts";
import { checkEntry, entryOf, freeId } from "./camera-entry.ts";
import { addressOf, channelOf, placeKey } from "./camera-place.ts";
import { Taken } from "./camera-taken.ts";

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
  const tooMany = (count: number) =>
    known.length + count > MOST_CAMERAS
      ? wrong(compose(texts.tooMany, { rows: count, known: known.length, most: MOST_CAMERAS }))
      : undefined;
  const atLeast = tooMany(rows.length);
  if (atLeast) return atLeast;
  const written = rows.map((one) => writtenRow(one, header.cells.length, named.columns));
  const wanted = written.reduce((sum, { rows: several }) => sum + Math.max(1, several.length), 0);
  const inAll = tooMany(wanted);
  if (inAll) return inAll;

  const taken = new Taken(known);
  const problems: TableProblem[] = [];
  const cameras: TableCamera[] = [];
  for (const { line, rows: several, problem } of written) {
    if (problem) problems.push({ line, text: problem });
    const read = several.map((row) => readRow(row, line, taken));
    problems.push(...onePerRow(read.map((one) => one.problems)).map((text) => ({ line, text })));
    cameras.push(...read.flatMap(({ camera }) => camera ?? []));
  }
  return { cameras, problems };
}

interface WrittenRow {
  readonly line: number;
  /** One; of a row with several channels one for each; none where `problem` is. */
  readonly rows: readonly (Row & { readonly address: string })[];
  readonly problem?: Message;
}

function writtenRow(
  { line, cells }: CsvRow,
  most: number,
  head: readonly (Column | undefined)[],
): WrittenRow {
  const wrong = (problem: Message): WrittenRow => ({ line, rows: [], problem });
  if (cells.slice(most).some((cell) => cell !== "")) return wrong(compose(texts.tooManyCells, { most }));
  const row = rowOf(head, cells);
  const { id, name, address, channel } = row;
  if (address === undefined) return wrong(texts.addressMissing);
  const driver = driverOf(row, address);
  if (channel !== undefined && channel !== "1" && (driver === "onvif" || driver === "rtsp"))
    return wrong(compose(texts.channelsNone, { found: visible(channel), driver }));
  const several = severalChannels(channel);
  if (!several) return { line, rows: [{ ...row, address }] };
  if (!several.ok) return wrong(compose(texts.cell, { column: "channel", what: several.error }));
  const rows = several.value.map((one) => ({
    ...row,
    address,
    channel: String(one),
    ...(id !== undefined && { id: `${id}-${one}` }),
    ...(name !== undefined && { name: `${name} ${one}` }),
  }));
  return { line, rows };
}

function readRow(
  row: Row & { readonly address: string },
  line: number,
  taken: Taken,
): { readonly camera?: TableCamera; readonly problems: readonly Message[] } {
  const entry = entryOfRow(row, row.address, taken.ids);
  // Of a driver that is to be found out, what every driver has is checked as one of the others.
  const checked = checkEntry(
    entry.driver === undefined ? entryOf({ ...entry, driver: "onvif", ...NO_CHANNEL }) : entry,
  );
  const found = checked.ok
    ? []
    : checked.error.map(({ key, text: what }) => compose(texts.cell, { column: columnOf(key, entry), what }));
  const again = [
    taken.id(String(entry.id), line),
    row.name === undefined ? undefined : taken.name(row.name, line),
    checked.ok && entry.driver !== undefined ? taken.place(placeKey(checked.value), line) : undefined,
  ].filter((text) => text !== undefined);
  const problems = [...found, ...again];
  if (!checked.ok) return { problems };
  return {
    problems,
    camera: { line, entry, camera: entry.driver === undefined ? undefined : checked.value },
  };
}

/** What is wrong with one of a row's channels is mostly wrong with all of them: that of the first is told. */
export function onePerRow(problems: readonly (readonly Message[])[]): readonly Message[] {
  const wrong = problems.filter((of) => of.length > 0);
  const [first = []] = wrong;
  const n = wrong.length - 1;
  return n < 1 ? first : first.map((problem) => compose(texts.alsoChannels, { problem, n }));
}

/** The column that a key of an entry comes from. */
function columnOf(key: string, { driver }: CameraEntry): string {
  return driver === "rtsp" && key === "stream" ? "address" : key;
}

const NO_CHANNEL = { channel: undefined, stream: undefined } as const;

function entryOfRow(row: Row, address: string, taken: ReadonlySet<string>): CameraEntry {
  const driver = driverOf(row, address);
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

function driverOf({ driver }: Row, address: string): string | undefined {
  return driver?.toLowerCase() ?? (/^rtsp:\/\//i.test(address) ? "rtsp" : undefined);
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
