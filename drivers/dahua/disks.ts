import type { DiskReport, DiskState } from "../../agent/model/camera.ts";
import { readTable } from "./table.ts";

/**
 * What storageDevice.cgi's getDeviceAllInfo tells. Firmwares differ in what stands before the number of a disk
 * ("list.info[0].", "info[0].", "list[0].") and in the words of its state.
 */

const DISKS = 64;
const WORD_CHARACTERS = 64;

const STATES: Readonly<Record<string, DiskState>> = {
  success: "ok",
  normal: "ok",
  ok: "ok",
  running: "ok",
  active: "ok",
  online: "ok",
  sleep: "ok",
  failure: "failed",
  fail: "failed",
  failed: "failed",
  error: "failed",
  abnormal: "failed",
  degraded: "failed",
  initializing: "busy",
  formatting: "busy",
  rebuilding: "busy",
  synchronizing: "busy",
  uninitialized: "unformatted",
  unformatted: "unformatted",
  unformat: "unformatted",
  nodisk: "missing",
  notexist: "missing",
  offline: "missing",
  removed: "missing",
  full: "full",
};

interface Disk {
  readonly fields: Map<string, string>;
  readonly partitions: Map<number, Map<string, string>>;
}

const FIELD = /^(?:[\w.]*\.)?\w+\[(\d{1,2})\]\.(?:Detail\[(\d{1,2})\]\.)?(\w+)$/i;

export function readDisks(text: string): DiskReport[] {
  const disks = new Map<number, Disk>();
  for (const [name, value] of readTable(text)) {
    const [, number, partition, field] = FIELD.exec(name) ?? [];
    if (number === undefined || field === undefined) continue;
    const disk = disks.get(Number(number)) ?? { fields: new Map(), partitions: new Map() };
    disks.set(Number(number), disk);
    const fields = partition === undefined ? disk.fields : partitionOf(disk, Number(partition));
    fields.set(field.toLowerCase(), value);
  }
  return [...disks].slice(0, DISKS).map(([number, disk]) => report(number, disk));
}

function partitionOf({ partitions }: Disk, number: number): Map<string, string> {
  const fields = partitions.get(number) ?? new Map<string, string>();
  partitions.set(number, fields);
  return fields;
}

function report(number: number, { fields, partitions }: Disk): DiskReport {
  const all = [fields, ...partitions.values()];
  const word = (fields.get("state") ?? fields.get("status") ?? "").slice(0, WORD_CHARACTERS);
  const isBroken = all.some((part) => part.get("iserror")?.toLowerCase() === "true");
  const total = sum(all, "totalbytes");
  const used = sum(all, "usedbytes");
  const free = sum(all, "freebytes") ?? sum(all, "remainbytes") ?? less(total, used);
  return {
    id: (fields.get("name") ?? fields.get("path") ?? String(number)).slice(0, WORD_CHARACTERS),
    // A partition with an error is broken whatever the disk says of itself ("Success").
    state: isBroken ? "failed" : (STATES[word.toLowerCase()] ?? "unknown"),
    stateText: isBroken ? [word, "IsError=true"].filter(Boolean).join(", ") : word,
    ...(total !== undefined && { capacityBytes: total }),
    ...(free !== undefined && { freeBytes: free }),
  };
}

/** "495636709376.000000" each. */
function sum(parts: readonly ReadonlyMap<string, string>[], field: string): number | undefined {
  const sizes = parts.flatMap((part) => {
    const text = part.get(field);
    return text !== undefined && /^\d{1,16}(?:\.\d*)?$/.test(text) ? [Math.trunc(Number(text))] : [];
  });
  return sizes.length === 0 ? undefined : sizes.reduce((whole, size) => whole + size, 0);
}

function less(total: number | undefined, used: number | undefined): number | undefined {
  return total === undefined || used === undefined ? undefined : Math.max(0, total - used);
}
