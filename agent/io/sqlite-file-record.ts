/**
 * Records of SQLite's file format (https://www.sqlite.org/fileformat2.html, sections 1.6 and 2.1), read from bytes
 * that may be anything: what makes no sense gives undefined, never an error.
 */

/** A column as it is stored. Integers beyond 2^53 and floating point numbers are told by type alone. */
export type Column =
  | { readonly type: "null" | "real" | "large" }
  | { readonly type: "integer"; readonly value: number }
  | { readonly type: "text" | "blob"; readonly bytes: Uint8Array };

/** [value, first byte behind it] */
type Varint = readonly [number, number];

const VARINT_BYTES = 9;

/** Seven bits a byte, the highest first, eight in the ninth. Undefined where it is cut off or above 2^53 - 1. */
export function readVarint(bytes: Uint8Array, at: number): Varint | undefined {
  let value = 0;
  for (let index = 0; index < VARINT_BYTES; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    if (index === VARINT_BYTES - 1) value = value * 0x100 + byte;
    else value = value * 0x80 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
    if (byte < 0x80 || index === VARINT_BYTES - 1) return [value, at + index + 1];
  }
  return undefined;
}

/** Serial types of a record's columns, and where their values begin. */
export interface RecordHead {
  readonly types: readonly number[];
  readonly end: number;
}

/** Columns that any table here has, with room to spare. */
const MOST_COLUMNS = 64;

export function readRecordHead(payload: Uint8Array): RecordHead | undefined {
  const size = readVarint(payload, 0);
  if (!size || size[0] > payload.length) return undefined;
  const types: number[] = [];
  let at = size[1];
  while (at < size[0]) {
    const type = readVarint(payload, at);
    if (!type || types.length === MOST_COLUMNS) return undefined;
    types.push(type[0]);
    at = type[1];
  }
  return at === size[0] ? { types, end: at } : undefined;
}

/** A whole record; undefined where its values do not fill the payload exactly. */
export function readRecord(payload: Uint8Array): readonly Column[] | undefined {
  const head = readRecordHead(payload);
  if (!head) return undefined;
  const columns: Column[] = [];
  let at = head.end;
  for (const type of head.types) {
    const size = sizeOf(type);
    if (size === undefined || at + size > payload.length) return undefined;
    columns.push(columnOf(type, payload.subarray(at, at + size)));
    at += size;
  }
  return at === payload.length ? columns : undefined;
}

export const isText = (type: number) => type >= 13 && type % 2 === 1;
export const isInteger = (type: number) => (type >= 1 && type <= 6) || type === 8 || type === 9;
/** Serial type of a blob of that many bytes. */
export const blobType = (bytes: number) => 12 + 2 * bytes;

/** Bytes of the types 0 to 9; 10 and 11 are never stored. */
const SIZES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function sizeOf(type: number): number | undefined {
  return type < 12 ? SIZES[type] : Math.floor((type - 12) / 2);
}

function columnOf(type: number, bytes: Uint8Array): Column {
  if (type === 0) return { type: "null" };
  if (type === 7) return { type: "real" };
  if (type === 8 || type === 9) return { type: "integer", value: type - 8 };
  if (type >= 12) return { type: isText(type) ? "text" : "blob", bytes };
  let value = ((bytes[0] ?? 0) << 24) >> 24;
  for (const byte of bytes.subarray(1)) value = value * 0x100 + byte;
  return Number.isSafeInteger(value) ? { type: "integer", value } : { type: "large" };
}
