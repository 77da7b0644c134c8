import type { Random } from "../../fakes/random.ts";

/** Operations as the shim numbers them. */
const OPERATIONS = [
  "none",
  "write",
  "truncate",
  "sync",
  "create",
  "unlink",
  "rename",
  "sync-folder",
  "note",
  "unsupported",
] as const;

export interface DiskRecord {
  readonly operation: (typeof OPERATIONS)[number];
  readonly name: string;
  readonly data: Buffer;
  /** Offset of a write, size of a truncate. */
  readonly at: number;
}

/** What stands in a folder: file name → content. */
export type DiskContent = ReadonlyMap<string, Buffer>;

/** Reads the shim's log; a last record that the end of the writer tore off is left out. */
export function readDiskLog(log: Buffer): DiskRecord[] {
  const HEAD = 40;
  const records: DiskRecord[] = [];
  for (let offset = 0; offset + HEAD <= log.length; ) {
    const number = (index: number) => Number(log.readBigUInt64LE(offset + 8 * index));
    const [nameLength, length, at] = [number(1), number(2), number(3)];
    const data = offset + HEAD + nameLength;
    if (data + length > log.length) break;
    const operation = OPERATIONS[number(0)] ?? "none";
    const name = log.toString("utf8", offset + HEAD, data);
    if (operation === "none" || operation === "unsupported")
      throw new Error(`the shim does not know how a power cut treats ${name}`);
    records.push({ operation, name, data: log.subarray(data, data + length), at });
    offset = data + length;
  }
  return records;
}

type Change = Pick<DiskRecord, "operation" | "data" | "at">;

/** A file: what is on the disk for certain, and what was written since. */
interface File {
  durable: Buffer;
  pending: Change[];
}

/** How much of what was not synced a cut leaves: nothing, all, or some sectors of some writes. */
export const cuts = ["nothing", "everything", "torn"] as const;
type Cut = (typeof cuts)[number];

const SECTOR = 512;

/**
 * What a disk holds after the power went at the end of `records`, which began on the content `before`. A file's bytes
 * count as durable only after its own fsync, its name only after an fsync of the folder; names change in order.
 */
export function afterPowerCut(
  before: DiskContent,
  records: readonly DiskRecord[],
  cut: Cut,
  random: Random,
): DiskContent {
  const durableNames = new Map<string, File>();
  for (const [name, durable] of before) durableNames.set(name, { durable, pending: [] });
  const names = new Map(durableNames);
  let renamings: { readonly from: string; readonly to?: string; readonly file: File | undefined }[] = [];
  const apply = ({ from, to, file }: (typeof renamings)[number]) => {
    if (to !== undefined || !file) durableNames.delete(from);
    if (file) durableNames.set(to ?? from, file);
  };
  const change = (renaming: (typeof renamings)[number]) => {
    if (renaming.to !== undefined || !renaming.file) names.delete(renaming.from);
    if (renaming.file) names.set(renaming.to ?? renaming.from, renaming.file);
    renamings.push(renaming);
  };
  for (const { operation, name, data, at } of records) {
    const file = names.get(name);
    if (operation === "create") change({ from: name, file: { durable: Buffer.alloc(0), pending: [] } });
    else if (operation === "unlink") change({ from: name, file: undefined });
    else if (operation === "rename") change({ from: name, to: data.toString(), file });
    else if (operation === "sync-folder") {
      renamings.forEach(apply);
      renamings = [];
    } else if (operation === "sync" && file) {
      file.durable = changed(file.durable, file.pending);
      file.pending = [];
    } else if (operation === "write" || operation === "truncate") file?.pending.push({ operation, data, at });
  }
  const kept = { nothing: 0, everything: renamings.length, torn: random.below(renamings.length + 1) }[cut];
  renamings.slice(0, kept).forEach(apply);
  return new Map([...durableNames].map(([name, file]) => [name, leftOf(file, cut, random)]));
}

function leftOf({ durable, pending }: File, cut: Cut, random: Random): Buffer {
  if (cut === "nothing") return durable;
  return changed(durable, cut === "everything" ? pending : torn(pending, random));
}

/** Each sector of each write may be on the disk or not; of the last write one may be there by half. */
function torn(pending: readonly Change[], random: Random): Change[] {
  const odds = 1 + random.below(9);
  return pending.flatMap((change, index) => {
    if (change.operation === "truncate") return random.below(10) < odds ? [change] : [];
    const sectors: Change[] = [];
    for (let from = 0; from < change.data.length; ) {
      const to = Math.min(change.data.length, from + SECTOR - ((change.at + from) % SECTOR));
      const tears = index === pending.length - 1 && random.below(8) === 0;
      const end = tears ? from + random.below(to - from) : to;
      if (random.below(10) < odds)
        sectors.push({ ...change, at: change.at + from, data: change.data.subarray(from, end) });
      from = to;
    }
    return sectors;
  });
}

/** Room that was skipped reads as zeros. */
function changed(content: Buffer, changes: readonly Change[]): Buffer {
  let bytes = Buffer.from(content);
  let size = bytes.length;
  const grow = (to: number) => {
    if (to > bytes.length) bytes = Buffer.concat([bytes.subarray(0, size), Buffer.alloc(2 * to - size)]);
    size = Math.max(size, to);
  };
  for (const { operation, data, at } of changes) {
    if (operation === "truncate") {
      if (at < size) bytes.fill(0, at, size);
      else grow(at);
      size = at;
    } else {
      grow(at + data.length);
      data.copy(bytes, at);
    }
  }
  return bytes.subarray(0, size);
}
