import { leafCells, type PageImage, type SqliteFile } from "./sqlite-file.ts";
import type { LeafCell } from "./sqlite-file-page.ts";
import { blobType, isInteger, isText, readRecord, readRecordHead } from "./sqlite-file-record.ts";

/** What one image of a page has for a position: a row of the table of events, as yet proven by nothing. */
export interface Candidate {
  readonly body: Buffer;
  readonly hash: Buffer;
}

/** All that was found for one position, 1 at least. */
export interface Found {
  readonly position: number;
  readonly candidates: readonly Candidate[];
}

/** More versions of one row than that are no accident. */
const MOST_CANDIDATES = 8;

/**
 * Rows of the table of events, wherever in the file they stand, in order of position. Two walks, as a whole table does
 * not fit into memory: one notes of each page which runs of neighbouring positions it has (24 bytes a run, 25 MB for a
 * file of 4 GiB), the other reads the pages in the order of these.
 */
export function* rowsInOrder(file: SqliteFile): Generator<Found> {
  const runs = new Runs(file);
  const open = new Map<number, Candidate[]>();
  const buffer = Buffer.alloc(file.pageSize);
  for (const { first, last, image } of runs.inOrder()) {
    yield* below(open, first);
    for (const cell of leafCells(file.page(image, buffer))) {
      if (cell.rowid < first || cell.rowid > last) continue;
      const candidate = candidateOf(file, cell);
      if (candidate) add(open, cell.rowid, candidate);
    }
  }
  yield* below(open, Number.POSITIVE_INFINITY);
}

/** What is open below a position, which nothing that comes later can add to. */
function* below(open: Map<number, Candidate[]>, limit: number): Generator<Found> {
  const positions = [...open.keys()].filter((position) => position < limit).sort((a, b) => a - b);
  for (const position of positions) {
    const candidates = open.get(position) ?? [];
    open.delete(position);
    yield { position, candidates };
  }
}

function add(open: Map<number, Candidate[]>, position: number, candidate: Candidate): void {
  const others = open.get(position);
  if (!others) open.set(position, [candidate]);
  else if (
    others.length < MOST_CANDIDATES &&
    !others.some(({ body, hash }) => hash.equals(candidate.hash) && body.equals(candidate.body))
  )
    others.push(candidate);
}

/** Columns as in journal-sqlite-schema.ts: position, which is the rowid, kind, at, recorded, body, hash. */
const BODY = 4;
const HASH = 5;
const HASH_BYTES = 32;

/** Whether a record's columns are those of an event; columns that a newer version has added are let pass. */
function isEvent({ local }: LeafCell): boolean {
  const [position, kind, at, recorded, body, hash] = readRecordHead(local)?.types ?? [];
  if (position !== 0 || hash !== blobType(HASH_BYTES) || kind === undefined || body === undefined)
    return false;
  return (
    isText(kind) && isText(body) && [at, recorded].every((type) => type !== undefined && isInteger(type))
  );
}

function candidateOf(file: SqliteFile, cell: LeafCell): Candidate | undefined {
  const payload = isEvent(cell) ? file.payload(cell) : undefined;
  const columns = payload && readRecord(payload);
  const body = columns?.[BODY];
  const hash = columns?.[HASH];
  if (body?.type !== "text" || hash?.type !== "blob") return undefined;
  return { body: Buffer.from(body.bytes), hash: Buffer.from(hash.bytes) };
}

interface Run {
  readonly first: number;
  readonly last: number;
  readonly image: PageImage;
}

/** Which neighbouring positions stand on which page: a table of runs, in rows of three numbers. */
class Runs {
  #table = new Float64Array(3 * 1_024);
  #count = 0;

  constructor(file: SqliteFile) {
    for (const { file: name, offset, page } of file.images()) {
      // A place in the log is told from one in the file by its sign.
      const place = name === "main" ? offset : -offset - 1;
      let last: number | undefined;
      for (const cell of leafCells(page)) {
        if (cell.rowid < 1 || !isEvent(cell)) continue;
        if (last !== undefined && cell.rowid === last + 1) this.#table[3 * this.#count - 2] = cell.rowid;
        else this.#add(cell.rowid, place);
        last = cell.rowid;
      }
    }
  }

  *inOrder(): Generator<Run> {
    const table = this.#table;
    const first = (row: number) => table[3 * row] ?? 0;
    const order = new Uint32Array(this.#count);
    for (let row = 0; row < order.length; row++) order[row] = row;
    // As they stand in a file that was only ever added to.
    const isSorted = order.every((row) => row === 0 || first(row - 1) <= first(row));
    if (!isSorted) order.sort((a, b) => first(a) - first(b));
    for (const row of order) {
      const place = table[3 * row + 2] ?? 0;
      const image: PageImage =
        place < 0 ? { file: "wal", offset: -place - 1 } : { file: "main", offset: place };
      yield { first: first(row), last: table[3 * row + 1] ?? 0, image };
    }
  }

  #add(position: number, place: number): void {
    if (3 * this.#count === this.#table.length) {
      const larger = new Float64Array(2 * this.#table.length);
      larger.set(this.#table);
      this.#table = larger;
    }
    this.#table.set([position, position, place], 3 * this.#count);
    this.#count += 1;
  }
}
