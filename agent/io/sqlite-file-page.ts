import { readVarint } from "./sqlite-file-record.ts";

/** A row of a table as it stands in a leaf page (https://www.sqlite.org/fileformat2.html, section 1.6). */
export interface LeafCell {
  readonly rowid: number;
  /** Bytes of the whole record. */
  readonly size: number;
  /** What of it stands in this page. */
  readonly local: Uint8Array;
  /** Page on which it goes on; 0 where it does not. */
  readonly overflow: number;
}

const HEADER_BYTES = 8;
const LEAF = 0x0d;
/** Interior pages of tables and indexes, and leaves of indexes. */
const OTHERS = new Set([0x05, 0x02, 0x0a]);
const LEAST_CELL = 4;

/**
 * Cells of what may be a leaf of a table, in the order of its pointers. Damage to the page's own header is borne: cells
 * are found by every pointer below the lowest cell, whatever the header says of their number, so that some may be
 * rows that were deleted. Page 1, whose header stands elsewhere, holds the schema and no events.
 */
export function* leafCells(page: Buffer): Generator<LeafCell> {
  const type = page[0] ?? 0;
  if (OTHERS.has(type)) return;
  if (type !== LEAF && isBlank(page)) return;
  let lowest = page.length - LEAST_CELL;
  for (let at = HEADER_BYTES; at + 2 <= lowest; at += 2) {
    const pointer = page.readUInt16BE(at);
    if (pointer <= at || pointer > page.length - LEAST_CELL) continue;
    const cell = cellAt(page, pointer);
    if (!cell) continue;
    lowest = Math.min(lowest, pointer);
    yield cell;
  }
}

function isBlank(page: Buffer): boolean {
  return page.readDoubleLE(0) === 0 && page.every((byte) => byte === 0);
}

function cellAt(page: Buffer, at: number): LeafCell | undefined {
  const size = readVarint(page, at);
  const rowid = size && readVarint(page, size[1]);
  if (!rowid || size[0] === 0) return undefined;
  const local = localBytes(size[0], page.length);
  const end = rowid[1] + local;
  const overflows = local < size[0];
  if (end + (overflows ? 4 : 0) > page.length) return undefined;
  return {
    rowid: rowid[0],
    size: size[0],
    local: page.subarray(rowid[1], end),
    overflow: overflows ? page.readUInt32BE(end) : 0,
  };
}

/** How much of a record stands in the leaf itself; `usable` bytes of a page are in use. */
function localBytes(size: number, usable: number): number {
  const most = usable - 35;
  if (size <= most) return size;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const filled = least + ((size - least) % (usable - 4));
  return filled <= most ? filled : least;
}
