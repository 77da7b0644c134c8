import { RangeSet } from "./ranges.ts";

/**
 * Which sequence numbers of one journal epoch have been seen: disjoint ranges in order, so that a month without a
 * gap is one range. Each is counted once however often and in whatever order it arrives.
 */
export interface SeenSequence {
  /** [first, last], both included, disjoint, never adjacent, ascending. */
  readonly ranges: readonly (readonly [number, number])[];
  /** Different sequence numbers seen. */
  readonly received: number;
  readonly duplicates: number;
  /** Told to be gone, and not seen: disjoint, ascending, the newest RANGES_KEPT. */
  readonly gone: readonly (readonly [number, number])[];
  /** Missing numbers of gaps that were given up to stay within RANGES_KEPT. */
  readonly givenUp: number;
}

/** More gaps than this and the oldest is closed, its numbers counted as missing for good: memory stays bounded. */
export const RANGES_KEPT = 1_024;

export const nothingSeen: SeenSequence = { ranges: [], received: 0, duplicates: 0, gone: [], givenUp: 0 };

/** Index of the first range that ends at `seq - 1` or later. */
function firstTouching(ranges: SeenSequence["ranges"], seq: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle] as readonly [number, number])[1] < seq - 1) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function see(seen: SeenSequence, seq: number): SeenSequence {
  const { ranges } = seen;
  const at = firstTouching(ranges, seq);
  const touched = ranges[at];
  if (touched && touched[0] <= seq && seq <= touched[1]) return { ...seen, duplicates: seen.duplicates + 1 };

  const next = ranges[at + 1];
  let grown: (readonly [number, number])[];
  if (touched && touched[1] === seq - 1)
    grown =
      next?.[0] === seq + 1
        ? ranges.toSpliced(at, 2, [touched[0], next[1]])
        : ranges.toSpliced(at, 1, [touched[0], seq]);
  else if (touched && touched[0] === seq + 1) grown = ranges.toSpliced(at, 1, [seq, touched[1]]);
  else grown = ranges.toSpliced(at, 0, [seq, seq]);

  const received = seen.received + 1;
  const [oldest, second] = grown;
  if (grown.length <= RANGES_KEPT || !oldest || !second) return { ...seen, ranges: grown, received };
  return {
    ...seen,
    ranges: grown.toSpliced(0, 2, [oldest[0], second[1]]),
    received,
    givenUp: seen.givenUp + second[0] - oldest[1] - 1,
  };
}

/** The site told that these are gone. */
export function tellGone(seen: SeenSequence, told: Iterable<readonly [number, number]>): SeenSequence {
  const gone = new RangeSet(seen.gone.map(([from, to]) => ({ from, to })));
  for (const [from, to] of told) gone.add({ from, to });
  const ranges = gone.ranges().slice(-RANGES_KEPT);
  return { ...seen, gone: ranges.map(({ from, to }) => [from, to]) };
}

/** Holes between the lowest and the highest number seen, oldest first, less what was told to be gone. */
export function gaps(seen: SeenSequence): (readonly [number, number])[] {
  const gone = new RangeSet(seen.gone.map(([from, to]) => ({ from, to })));
  return seen.ranges.slice(1).flatMap((range, index) => {
    const after = (seen.ranges[index] as readonly [number, number])[1];
    return gone.complement(after + 1, range[0] - 1).map(({ from, to }) => [from, to] as const);
  });
}

/** How many numbers are missing between the lowest and the highest seen, and not told to be gone. */
export function missing(seen: SeenSequence): number {
  return gaps(seen).reduce((sum, [from, to]) => sum + to - from + 1, seen.givenUp);
}
