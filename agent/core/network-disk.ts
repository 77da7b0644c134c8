/**
 * File systems by their number in statfs(2), as linux/magic.h and their own sources have them, on which what was synced
 * is not surely kept, or a lock not surely held: another machine has the disk, or a program that nobody can look into.
 */
const UNSURE: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe534d42, "SMB2"],
  [0xff534d42, "CIFS"],
  [0x01021997, "9P"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
  [0x73757245, "Coda"],
  [0x564c, "NCP"],
  [0x00c36400, "Ceph"],
  [0x01161970, "GFS2"],
  [0x7461636f, "OCFS2"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x19830326, "BeeGFS"],
  [0x786f4256, "VirtualBox"],
  // sshfs, s3fs and rclone look the same as a local disk with a driver of its own.
  [0x65735546, "FUSE"],
]);

/** What a file system is called that a journal must not be on; undefined for all others. `type`: of statfs(2). */
export function networkDisk(type: number): string | undefined {
  // It is a signed word in some places.
  return UNSURE.get(type >>> 0);
}
