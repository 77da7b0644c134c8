import type { Announcement, Announcer } from "./found-device.ts";

/** A question over UDP that goes to all devices of a network at once. */
export interface Question {
  readonly by: Announcer;
  /** Multicast address. */
  readonly group: string;
  readonly port: number;
  /** Whether devices answer to the group's port, where others hear it too, as well as to who asked. */
  readonly answersGoToGroup: boolean;
  /** The datagram, a fresh one each time. */
  message(): Buffer;
  /** What an answer from the address `from` says: nothing where it is none. Never throws. */
  read(bytes: Buffer, from: string): readonly Announcement[];
}
