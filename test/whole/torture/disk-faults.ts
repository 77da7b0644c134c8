import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../fakes/random.ts";
import type { TcpProxy } from "../../fakes/tcp-proxy.ts";
import type { FailingDisk } from "./failing-disk.ts";

export interface DiskUnderFault {
  readonly disk: FailingDisk;
  /** The way to the broker. */
  readonly proxy: Pick<TcpProxy, "refuse">;
  readonly random: Random;
  /** How long the disk fails, milliseconds. */
  readonly hold: number;
}

export interface DiskFault {
  readonly name: string;
  /** The broker is away meanwhile. */
  readonly away?: true;
  /** Resolves when the disk and the way to the broker are well again. */
  strike(under: DiskUnderFault): Promise<void>;
}

const AWAY = 4;

const failing = (name: string, failure: Parameters<FailingDisk["fail"]>[0]): DiskFault => ({
  name,
  async strike({ disk, hold }) {
    disk.fail(failure);
    await pause(hold);
    disk.heal();
  },
});

const full = async ({ disk, random, hold }: DiskUnderFault) => {
  // The last bytes are the journal's own to find: a commit may begin and not end.
  disk.fill(random.below(16) * 4_096);
  await pause(hold);
  disk.heal();
};

export const diskFaults: readonly DiskFault[] = [
  { name: "no space", strike: full },
  failing("EIO at every write", { error: "EIO", calls: ["write"] }),
  failing("EIO at fsync", { error: "EIO", calls: ["sync"] }),
  failing("EIO now and then", { error: "EIO", calls: ["write", "sync"], spared: 4 }),
  failing("read-only", { error: "EROFS", calls: ["write", "names"] }),
  {
    name: "no space, broker away",
    away: true,
    async strike(under) {
      under.proxy.refuse(true);
      // What was sent makes room first; then what was not must go, and be told.
      await full({ ...under, hold: AWAY * under.hold });
      under.proxy.refuse(false);
    },
  },
];
