import type { DiskReport, DiskState, SmartReport } from "../../agent/model/camera.ts";
import { childAt, childrenNamed, textAt, type XmlElement } from "../protocol/xml.ts";

/** What ContentMgmt/Storage tells of a device's disks and memory cards, and SMARTTest/status of one of them. */

const DISK_LIMIT = 64;
const WORD_LIMIT = 64;
/** Sizes are in MiB: a disk of 8 TB is 7630885. */
const UNIT_BYTES = 1_048_576;

/** By lower-case word. Free space of 0 is no fault: recorders write over the oldest. */
const STATES: Readonly<Record<string, DiskState>> = {
  ok: "ok",
  normal: "ok",
  idle: "ok",
  sleeping: "ok",
  unformatted: "unformatted",
  uninitialized: "unformatted",
  notrandominitialized: "unformatted",
  formating: "busy",
  formatting: "busy",
  repairing: "busy",
  synchronizing: "busy",
  full: "full",
  error: "failed",
  abnormal: "failed",
  exception: "failed",
  smartfailed: "failed",
  mismatch: "failed",
  badblock: "failed",
  readonly: "failed",
  notexist: "missing",
  offline: "missing",
};

/** A disk, and by what it is asked for; only those inside the device are. */
export interface ListedDisk {
  readonly report: DiskReport;
  readonly smartId?: string;
}

/** hdd and nas of every list, wherever the firmware puts it. */
export function readDisks(answer: XmlElement): ListedDisk[] {
  const inside = childrenNamed(childAt(answer, "hddList"), "hdd").map((disk) => readDisk(disk, "hdd"));
  const network = childrenNamed(childAt(answer, "nasList"), "nas").map((disk) => readDisk(disk, "nas"));
  const solid = childrenNamed(childAt(answer, "ssdList"), "ssd").map((disk) => readDisk(disk, "ssd"));
  return [...inside, ...network, ...solid].filter((disk) => !isEmptySlot(disk)).slice(0, DISK_LIMIT);
}

/** A camera without a memory card, or a bay that a disk once was in: a row stays for it. */
function isEmptySlot({ report }: ListedDisk): boolean {
  return report.state === "missing" && !report.capacityBytes;
}

function readDisk(disk: XmlElement, kind: string): ListedDisk {
  const id = textAt(disk, "id")?.slice(0, WORD_LIMIT);
  const word = textAt(disk, "status")?.slice(0, WORD_LIMIT) ?? "";
  const capacityBytes = readSize(textAt(disk, "capacity"));
  const freeBytes = readSize(textAt(disk, "freeSpace"));
  const smartId = kind === "hdd" && id !== undefined && /^\d{1,4}$/.test(id) ? id : undefined;
  return {
    report: {
      id: textAt(disk, "hddName")?.slice(0, WORD_LIMIT) ?? `${kind}${id ?? ""}`,
      state: STATES[word.toLowerCase()] ?? "unknown",
      stateText: word,
      ...(capacityBytes !== undefined && { capacityBytes }),
      ...(freeBytes !== undefined && { freeBytes }),
    },
    ...(smartId !== undefined && { smartId }),
  };
}

function readSize(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined;
  return Number(text) * UNIT_BYTES;
}

/** ContentMgmt/Storage/hdd/{id}/SMARTTest/status; its names are spelled as ISAPI spells them. */
export function readSmart(answer: XmlElement): SmartReport | undefined {
  const self = textAt(answer, "selfEvaluaingStatus")?.slice(0, WORD_LIMIT);
  const all = textAt(answer, "allEvaluaingStatus")?.slice(0, WORD_LIMIT);
  if (self === undefined && all === undefined) return undefined;
  const temperature = readWhole(textAt(answer, "temprature") ?? textAt(answer, "temperature"));
  const powerOnDays = readWhole(textAt(answer, "powerOnDay"));
  return {
    healthy: (self === undefined || /^ok$/i.test(self)) && (all === undefined || /^functional$/i.test(all)),
    text: [self, all].filter((word) => word !== undefined).join(", "),
    ...(temperature !== undefined && { temperature }),
    ...(powerOnDays !== undefined && { powerOnDays }),
  };
}

function readWhole(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,6}$/.test(text) ? Number(text) : undefined;
}
