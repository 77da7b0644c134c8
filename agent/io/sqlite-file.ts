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
    const header = this.#read("main", 0, 18);
    const stored = header.length === 18 ? header.readUInt16BE(16) : 0;
    // 1 stands for 65,536.
    const said = stored === 1 ? 65_536 : stored;
    const hint = isPageSize(said) ? said : USUAL_PAGE;
    this.#wal = walOf(this.#walFile, hint);
    this.pageSize = this.#wal.pageSize || hint;
  }

  [Symbol.dispose](): void {
    for (const file of [this.#main, this.#walFile]) if (file !== undefined) closeSync(file);
  }

  /** Every image of every page: of the file, as the log has left it, and then of the log. */
  *images(): Generator<PageImage & { readonly page: Buffer }> {
    const { pageSize } = this;
    for (let from = 0; from < this.#size; from += WALK_PAGES * pageSize) {
      const chunk = this.#readPages(from);
      for (let at = 0; at < chunk.length; at += pageSize) {
        const offset = from + at;
        if (this.#wal.committed.has(offset / pageSize + 1)) continue;
        yield { file: "main", offset, page: whole(chunk.subarray(at, at + pageSize), pageSize) };
      }
    }
    for (const offsets of [this.#wal.committed.values(), this.#wal.rest])
      for (const offset of offsets) yield { file: "wal", offset, page: this.page({ file: "wal", offset }) };
  }

  page({ file, offset }: PageImage): Buffer {
    return whole(this.#read(file, offset, this.pageSize), this.pageSize);
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

  /** Page by page where the disk does not give the whole stretch. */
  #readPages(from: number): Buffer {
    const length = Math.min(WALK_PAGES * this.pageSize, this.#size - from);
    const chunk = this.#read("main", from, length);
    if (chunk.length === length) return chunk;
    const pages = Buffer.alloc(length);
    for (let at = 0; at < length; at += this.pageSize)
      this.#read("main", from + at, Math.min(this.pageSize, length - at)).copy(pages, at);
    return pages;
  }

  #read(file: PageImage["file"], offset: number, length: number): Buffer {
    const descriptor = file === "main" ? this.#main : this.#walFile;
    return descriptor === undefined ? Buffer.alloc(0) : readAt(descriptor)(offset, length);
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

/** Gives nothing where the disk refuses. */
function readAt(file: number): ReadAt {
  return (offset, length) => {
    const buffer = Buffer.allocUnsafe(length);
    try {
      return buffer.subarray(0, readSync(file, buffer, 0, length, offset));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return Buffer.alloc(0);
    }
  };
}

function whole(bytes: Buffer, pageSize: number): Buffer {
  return bytes.length === pageSize ? bytes : Buffer.concat([bytes, Buffer.alloc(pageSize - bytes.length)]);
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
