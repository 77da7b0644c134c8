import type { JournalStats, Range } from "../model/journal.ts";
import { setAside } from "./journal-recover-files.ts";
import type { LogEnd } from "./journal-sqlite-append.ts";
import type { Epochs } from "./journal-sqlite-epochs.ts";
import type { Holes } from "./journal-sqlite-holes.ts";
import type { LogReader } from "./journal-sqlite-read.ts";
import type { Room } from "./journal-sqlite-room.ts";
import type { Soundness } from "./journal-sqlite-soundness.ts";
import type { Writer } from "./journal-sqlite-write.ts";

/** Ranges that are listed. */
const LISTED = 16;

export interface StatsSources {
  readonly path: string;
  readonly epochs: Epochs;
  readonly end: LogEnd;
  readonly holes: Holes;
  readonly reader: LogReader;
  readonly room: Room;
  readonly soundness: Soundness;
  readonly writer: Writer;
}

export function statsOf(
  { path, epochs, end, holes, reader, room, soundness, writer }: StatsSources,
  undelivered: readonly Range[],
): JournalStats {
  const { base, id } = epochs.present;
  const oldest = undelivered[0];
  const aside = setAside(path);
  return {
    epoch: id,
    lastSeq: end.head - base,
    undelivered: undelivered.reduce((sum, { from, to }) => sum + to - from + 1, 0),
    undeliveredRanges: undelivered
      .filter(({ to }) => to > base)
      .slice(0, LISTED)
      .map(({ from, to }) => [Math.max(from - base, 1), to - base] as const),
    oldestUndelivered: oldest && soundness.tried(() => reader.recordedAt(oldest.from)),
    bytes: soundness.tried(() => reader.size()) ?? 0,
    events: end.head - holes.count,
    dropped: holes.count,
    ...room.figures(),
    ...(aside.journals > 0 && { setAside: aside }),
    ...writer.counts,
  };
}
