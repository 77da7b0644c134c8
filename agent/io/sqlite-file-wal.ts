/** The write-ahead log (https://www.sqlite.org/fileformat2.html, section 4). */

/** Reads `length` bytes from `offset`; fewer at the end of the file. */
export type ReadAt = (offset: number, length: number) => Buffer;

export interface Wal {
  /** 0 where no frame says one. */
  readonly pageSize: number;
  /** Page number → offset of its newest image, of frames up to the last commit that SQLite takes. */
  readonly committed: ReadonlyMap<number, number>;
  /** As `committed`, of the frames behind it that are of the same run of the log but fail their checksum, or follow one. */
  readonly loose: ReadonlyMap<number, number>;
  /** Offsets of every image that is not among the committed: the loose ones, and those that an earlier run has left. */
  readonly rest: readonly number[];
  /** Commits among the loose frames that power cuts do not account for; see `LooseCommits`. */
  readonly looseCommits: number;
  /** Whether there are frames, and a header that they do not belong to. */
  readonly headless: boolean;
}

const MAGIC = 0x377f0682;
const HEADER_BYTES = 32;
const FRAME_BYTES = 24;
/** Power cuts, each in the first commit after the one before, that are not taken for damage. */
const CUTS_IN_A_ROW = 3;
const NONE: Wal = {
  pageSize: 0,
  committed: new Map(),
  loose: new Map(),
  rest: [],
  looseCommits: 0,
  headless: false,
};

/**
 * Reads every frame of a log. SQLite takes frames only as far as salts and checksums are right and a commit follows;
 * frames of an earlier run of the log, which have other salts, are no part of it. A log whose header is damaged SQLite
 * does not take at all; then `pageSize` is what its frames have been written with.
 */
export function readWal(read: ReadAt, size: number, pageSizeHint: number): Wal {
  const header = read(0, HEADER_BYTES);
  if (header.length < HEADER_BYTES || size < HEADER_BYTES + FRAME_BYTES) return NONE;
  const bigEndian = (header.readUInt32BE(0) & 1) === 1;
  const start = checksum(header.subarray(0, 24), [0, 0], bigEndian);
  const headless =
    (header.readUInt32BE(0) & ~1) >>> 0 !== MAGIC ||
    !isPageSize(header.readUInt32BE(8)) ||
    start[0] !== header.readUInt32BE(24) ||
    start[1] !== header.readUInt32BE(28);
  const pageSize = headless ? pageSizeHint : header.readUInt32BE(8);
  const salts = headless ? read(HEADER_BYTES, FRAME_BYTES).subarray(8, 16) : header.subarray(16, 24);
  const committed = new Map<number, number>();
  const loose = new Map<number, number>();
  const rest: number[] = [];
  let pending = new Map<number, number>();
  const behind = new LooseCommits();
  let sum = start;
  let valid = !headless;
  for (let at = HEADER_BYTES; at + FRAME_BYTES + pageSize <= size; at += FRAME_BYTES + pageSize) {
    const frame = read(at, FRAME_BYTES + pageSize);
    if (frame.length < FRAME_BYTES + pageSize) break;
    const page = frame.readUInt32BE(0);
    const isOwn = frame.subarray(8, 16).equals(salts) && page > 0;
    const stored: Sum = [frame.readUInt32BE(16), frame.readUInt32BE(20)];
    const summed = (before: Sum) =>
      checksum(frame.subarray(FRAME_BYTES), checksum(frame.subarray(0, 8), before, bigEndian), bigEndian);
    if (valid && isOwn) {
      sum = summed(sum);
      valid = isSame(sum, stored);
    } else if (valid) valid = false;
    const commits = frame.readUInt32BE(4) > 0;
    if (valid) {
      pending.set(page, at + FRAME_BYTES);
      if (!commits) continue;
      for (const [number, offset] of pending) committed.set(number, offset);
      pending = new Map();
    } else {
      rest.push(at + FRAME_BYTES);
      if (!isOwn) continue;
      loose.set(page, at + FRAME_BYTES);
      behind.take(stored, summed, commits);
    }
  }
  return {
    rest: [...pending.values(), ...rest],
    pageSize,
    committed,
    loose: new Map([...pending, ...loose]),
    looseCommits: behind.count,
    headless,
  };
}

/**
 * Counts the commits behind a damaged frame. A frame's checksum goes on from that of the frame before, so that where
 * one does not, an older one begins: what is left of a commit that a power cut tore, and that a later, shorter one was
 * written over, before that was torn by a cut too. Each of those left one commit at most, which the disk had not
 * confirmed; more in one run had been confirmed, all but the last. So had more in all than there are cuts in a row.
 */
class LooseCommits {
  #before: Sum | undefined;
  #inRun = 0;
  #most = 0;
  #all = 0;

  get count(): number {
    return this.#all > CUTS_IN_A_ROW ? this.#all : this.#most;
  }

  take(stored: Sum, summed: (before: Sum) => Sum, commits: boolean): void {
    if (this.#before && !isSame(summed(this.#before), stored)) this.#inRun = 0;
    this.#before = stored;
    if (!commits) return;
    this.#all += 1;
    this.#inRun += 1;
    this.#most = Math.max(this.#most, this.#inRun);
  }
}

function isSame(one: Sum, other: Sum): boolean {
  return one[0] === other[0] && one[1] === other[1];
}

export function isPageSize(size: number): boolean {
  return size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;
}

type Sum = readonly [number, number];

/** Of whole pairs of 32-bit words (section 4.2), whose byte order the magic number tells. */
function checksum(bytes: Buffer, [first, second]: Sum, bigEndian: boolean): Sum {
  let a = first;
  let b = second;
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + (bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0;
    b = (b + (bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}
