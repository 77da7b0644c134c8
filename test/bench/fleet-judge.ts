/**
 * How late looks are. A camera's next look is due `health.interval` after the last one began, sooner while it fails but
 * is not yet judged (`health.retryInterval`): so from one beginning to the next it may never be longer than the interval.
 */

/** Milliseconds since the epoch. */
interface Stretch {
  readonly from: number;
  readonly until: number;
}

/**
 * How much longer than `interval` it took from each beginning to the next, percent of it; negative where it was sooner.
 * A camera whose next look did not begin before `end` is late by what it is late by then.
 */
export function lateness(begins: readonly number[], interval: number, end: number): number[] {
  return gapsOf(begins, interval, end).map(({ from, until }) => lateBy(from, until, interval));
}

/** The same, of the gaps during which, and for `calmFor` milliseconds before, nothing was at fault. */
export function latenessWhenWell(
  begins: readonly number[],
  faults: readonly Stretch[],
  { interval, end, calmFor }: { interval: number; end: number; calmFor: number },
): number[] {
  return gapsOf(begins, interval, end)
    .filter((gap) => !faults.some(({ from, until }) => from < gap.until && until > gap.from - calmFor))
    .map(({ from, until }) => lateBy(from, until, interval));
}

/** Readings of something that should not grow: those of the two spans that are compared. */
export function spansOf<T extends { readonly at: number }>(
  readings: readonly T[],
  { settle, span }: { settle: number; span: number },
): { readonly early: T[]; readonly late: T[] } {
  const [first, last] = [readings.at(0)?.at ?? 0, readings.at(-1)?.at ?? 0];
  return {
    early: readings.filter(({ at }) => at >= first + settle && at < first + settle + span),
    late: readings.filter(({ at }) => at > last - span),
  };
}

function gapsOf(begins: readonly number[], interval: number, end: number): Stretch[] {
  const sorted = begins.filter((begin) => begin <= end).sort((a, b) => a - b);
  return sorted.flatMap((from, index) => {
    const until = sorted[index + 1] ?? end;
    const isOver = index + 1 < sorted.length;
    return isOver || until - from > interval ? [{ from, until }] : [];
  });
}

const lateBy = (from: number, until: number, interval: number) => ((until - from) / interval - 1) * 100;
