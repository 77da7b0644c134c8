import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type LeafCell, leafCells } from "./sqlite-file-page.ts";
import { isPageSize, type ReadAt, readWal, type Wal } from "./sqlite-file-wal.ts";

/** An image of a page: where it stands, by file and offset. */
export interface PageImage {
  readonly file: "main" | "wal";
  readonly offset: number;
}

/** What SQLite makes of a new file, unless told otherwise. */
const USUAL_PAGE = 4_096;
/** As far as the page size (https://www.sqlite.org/fileformat2.html, section 1.3). */
const HEADER_BYTES = 18;
/** Pages read at a time in a walk through the file. */
const WALK_PAGES = 256;
/** A record of more is none of an event: segments and packets are far smaller. */
const RECORD_BYTES = 16 * 1_024 * 1_024;

/**
 * A database's file and its write-ahead log, read as bytes: no page is asked what the others are, so that a damaged one
 * hides nothing but itself. Of each page the newest committed image counts; those in the log that SQLite would not take,
 * or no longer needs, are given besides. What the disk does not give back is left out.
 *
 * Nothing may hold SQLite's lock on these files in this process: closing them here would lose it.
 */
export class SqliteFile implements Disposable {
  readonly pageSize: number;
  readonly #main: number | undefined;
  readonly #walFile: number | undefined;
  readonly #size: number;
  readonly #wal: Wal;

  constructor(path: string) {
    this.#main = openIfThere(path);
    this.#walFile = openIfThere(`${path}-wal`);
    this.#size = this.#main === undefined ? 0 : fstatSync(this.#main).size;
    const header = Buffer.alloc(HEADER_BYTES);
    this.#read("main", 0, header);
    const stored = header.readUInt16BE(16);
    // 1 stands for 65,536.
    const said = stored === 1 ? 65_536 : stored;
    const hint = isPageSize(said) ? said : USUAL_PAGE;
    this.#wal = walOf(this.#walFile, hint);
    this.pageSize = this.#wal.pageSize || hint;
  }

  [Symbol.dispose](): void {
    for (const file of [this.#main, this.#walFile]) if (file !== undefined) closeSync(file);
  }

  /**
   * Every image of every page: of the file, as the log has left it, and then of the log. `page` is overwritten by the
   * next.
   */
  *images(): Generator<PageImage & { readonly page: Buffer }> {
    const { pageSize } = this;
    const buffer = Buffer.alloc(WALK_PAGES * pageSize);
    for (let from = 0; from < this.#size; from += WALK_PAGES * pageSize) {
      const chunk = this.#readPages(from, buffer);
      for (let at = 0; at < chunk.length; at += pageSize) {
        const offset = from + at;
        if (this.#wal.committed.has(offset / pageSize + 1)) continue;
        yield { file: "main", offset, page: chunk.subarray(at, at + pageSize) };
      }
    }
    for (const offsets of [this.#wal.committed.values(), this.#wal.rest])
      for (const offset of offsets)
        yield { file: "wal", offset, page: this.page({ file: "wal", offset }, buffer) };
  }

  /** Read into the beginning of `buffer`, where one is given: a walk would leave a heap of them behind. */
  page({ file, offset }: PageImage, buffer: Buffer = Buffer.allocUnsafe(this.pageSize)): Buffer {
    const page = buffer.subarray(0, this.pageSize);
    page.fill(0, this.#read(file, offset, page));
    return page;
  }

  /** The whole record of a cell, with what stands on overflow pages; undefined where those are not there. */
  payload({ size, local, overflow }: LeafCell): Uint8Array | undefined {
    if (overflow === 0) return local;
    if (size > RECORD_BYTES) return undefined;
    const parts = [local];
    let missing = size - local.length;
    for (let next = overflow; missing > 0; ) {
      if (next === 0) return undefined;
      const page = this.#newest(next);
      if (!page) return undefined;
      const part = page.subarray(4, 4 + Math.min(missing, this.pageSize - 4));
      parts.push(part);
      missing -= part.length;
      next = page.readUInt32BE(0);
    }
    return Buffer.concat(parts);
  }

  #newest(number: number): Buffer | undefined {
    const inLog = this.#wal.committed.get(number) ?? this.#wal.loose.get(number);
    if (inLog !== undefined) return this.page({ file: "wal", offset: inLog });
    const offset = (number - 1) * this.pageSize;
    return offset < this.#size ? this.page({ file: "main", offset }) : undefined;
  }

  /** Page by page where the disk does not give the whole stretch; the rest of the last page is blank. */
  #readPages(from: number, buffer: Buffer): Buffer {
    const length = Math.min(buffer.length, this.#size - from);
    const chunk = buffer.subarray(0, Math.ceil(length / this.pageSize) * this.pageSize);
    const read = this.#read("main", from, chunk);
    if (read >= length) chunk.fill(0, read);
    else
      for (let at = 0; at < length; at += this.pageSize)
        this.page({ file: "main", offset: from + at }, chunk.subarray(at));
    return chunk;
  }

  /** How many bytes it has read; none where the disk refuses. */
  #read(file: PageImage["file"], offset: number, into: Buffer): number {
    const descriptor = file === "main" ? this.#main : this.#walFile;
    return descriptor === undefined ? 0 : readInto(descriptor, offset, into);
  }
}

export { leafCells };

/** What a log that lies beside a database holds; nothing may be writing to it. */
export function walBeside(path: string): Wal {
  const file = openIfThere(`${path}-wal`);
  try {
    return walOf(file, USUAL_PAGE);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function walOf(file: number | undefined, pageSizeHint: number): Wal {
  if (file === undefined) return readWal(() => Buffer.alloc(0), 0, pageSizeHint);
  return readWal(readAt(file), fstatSync(file).size, pageSizeHint);
}

function readAt(file: number): ReadAt {
  return (offset, length) => {
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, readInto(file, offset, buffer));
  };
}

function readInto(file: number, offset: number, buffer: Buffer): number {
  try {
    return readSync(file, buffer, 0, buffer.length, offset);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return 0;
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
