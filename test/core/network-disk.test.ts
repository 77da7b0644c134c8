import { expect, test } from "vitest";
import { networkDisk } from "../../agent/core/network-disk.ts";

const EXT4 = 0xef53;
const XFS = 0x58465342;
const BTRFS = 0x9123683e;
const TMPFS = 0x01021994;
const OVERLAY = 0x794c7630;
const F2FS = 0xf2f52010;
const ZFS = 0x2fc12fc1;
const VFAT = 0x4d44;

test("disks of other machines are told by name, also where the number is a signed word", () => {
  expect([0x6969, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546, 0x0bd00bd0].map(networkDisk)).toEqual([
    "NFS",
    "CIFS",
    "SMB2",
    "9P",
    "FUSE",
    "Lustre",
  ]);
  expect(networkDisk(0xff534d42 | 0)).toBe("CIFS");
});

test("disks of this machine are none of them", () => {
  for (const type of [EXT4, XFS, BTRFS, TMPFS, OVERLAY, F2FS, ZFS, VFAT, 0])
    expect(networkDisk(type)).toBeUndefined();
});
