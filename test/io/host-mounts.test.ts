import { expect, test } from "vitest";
import { mountOf, parseMounts } from "../../agent/io/host-mounts.ts";

const ROOT = "26 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro";

/** What is told of the disk at `path` by a mount table of these lines. */
function disk(path: string, ...lines: readonly string[]) {
  const { at, readOnly, cover } = mountOf(path, parseMounts(lines.join("\n"))) ?? {};
  return { at, readOnly, cover };
}

const fine = (at: string) => ({ at, readOnly: false, cover: false });
const readOnly = (at: string) => ({ at, readOnly: true, cover: false });
const covered = (at: string) => ({ at, readOnly: false, cover: true });

test("a disk that only the service may not write is not read-only, one that the kernel remounted is", () => {
  const strict = "26 1 254:0 / / ro,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro";
  expect(disk("/", strict)).toEqual(fine("/"));
  expect(disk("/", "26 1 254:0 / / rw,relatime - ext4 /dev/vda1 ro,errors=remount-ro")).toEqual(
    readOnly("/"),
  );
});

test("a folder has the state of the disk that it is on", () => {
  const video = "40 26 8:17 / /mnt/video rw,noatime shared:20 master:3 - xfs /dev/sdb1 ro,attr2,noquota";
  expect(disk("/mnt/video", ROOT, video)).toEqual(readOnly("/mnt/video"));
  expect(disk("/mnt/video/2026/11", ROOT, video)).toEqual(readOnly("/mnt/video"));
  expect(disk("/mnt/video2", ROOT, video)).toEqual(fine("/"));
  expect(disk("/mnt/video", ROOT)).toEqual(fine("/"));
  expect(disk("/mnt/video")).toEqual({});
});

test("octal escapes, optional fields, a source without a name and one that is a dash are read", () => {
  const lines = [
    ROOT,
    "41 26 8:33 / /mnt/ghi\\040hình\\134a rw - ntfs3 /dev/sdc1 ro,uid=0",
    "42 26 0:40 / /mnt/a rw,relatime master:1 propagate_from:2 unbindable - tmpfs - ro,size=4k",
    "43 26 0:41 / /mnt/b rw,relatime - tmpfs  ro",
    "44 26 0:42 / /mnt/c rw,relatime - cifs //nvr/ghi\\040hinh ro,vers=3.0",
  ];
  for (const at of ["/mnt/ghi hình\\a", "/mnt/a", "/mnt/b", "/mnt/c"])
    expect(disk(at, ...lines)).toEqual(readOnly(at));
  expect(parseMounts("\nrubbish\n1 2 - ext4 x rw\n3 4 8:1 / /x rw ext4 /dev/x rw")).toEqual([]);
});

test("of stacked mounts the one on top counts, in whatever order the kernel lists them", () => {
  const lines = [
    ROOT,
    "66 63 0:41 / /mnt/a rw,relatime - ext4 /dev/sdb1 ro",
    "64 63 0:40 / /mnt/a/b rw,relatime - ext4 /dev/sdc1 rw",
    "63 26 0:39 / /mnt/a rw,relatime - ext4 /dev/sda1 rw",
  ];
  expect(disk("/mnt/a", ...lines)).toEqual(readOnly("/mnt/a"));
  // Mounted before /mnt/a was covered, and out of sight since.
  expect(disk("/mnt/a/b", ...lines)).toEqual(readOnly("/mnt/a"));
});

test("bind mounts, btrfs subvolumes and an overlay have the state of their file system", () => {
  const lines = [
    "30 1 0:35 / / ro,relatime - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w",
    "31 30 254:1 /srv/video /var/video ro,relatime - ext4 /dev/vdb1 ro",
    "32 30 0:24 /@data /data ro,noatime - btrfs /dev/sdd1 rw,space_cache=v2,subvolid=257,subvol=/@data",
    "33 32 0:24 /@data/old /data/old rw,noatime - btrfs /dev/sdd1 rw,subvolid=257,subvol=/@data",
  ];
  expect(disk("/srv", ...lines)).toEqual(fine("/"));
  expect(disk("/var/video", ...lines)).toEqual(readOnly("/var/video"));
  expect(disk("/data", ...lines)).toEqual(fine("/data"));
  expect(disk("/data/old", ...lines)).toEqual(fine("/data/old"));
});

test("what ProtectHome covers is known as such, with the disks below, and what it leaves is not", () => {
  const yes = [
    ROOT,
    "40 26 8:17 / /home rw,noatime - ext4 /dev/sdb1 rw",
    "41 40 8:33 / /home/ghi rw,noatime - ext4 /dev/sdc1 rw",
    "90 40 0:25 /systemd/inaccessible/dir /home ro,nosuid,nodev,noexec - tmpfs tmpfs rw,size=804080k,mode=755",
    "91 26 0:25 /systemd/inaccessible/dir /root ro,nosuid,nodev,noexec - tmpfs tmpfs rw,size=804080k,mode=755",
  ];
  for (const path of ["/home", "/home/ghi", "/home/an/video"])
    expect(disk(path, ...yes)).toEqual(covered("/home"));
  expect(disk("/root", ...yes)).toEqual(covered("/root"));
  expect(disk("/homes", ...yes)).toEqual(fine("/"));
  const empty = "92 26 0:60 / /home ro,nosuid,nodev,noexec - tmpfs tmpfs rw,size=0k,mode=755";
  expect(disk("/home/ghi", ROOT, empty)).toEqual(covered("/home"));
  const readable = "93 26 8:17 / /home ro,noatime - ext4 /dev/sdb1 rw";
  expect(disk("/home", ROOT, readable)).toEqual(fine("/home"));
});
