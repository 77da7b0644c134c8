import type Database from "better-sqlite3";
import type { GoneRange } from "../core/gap-events.ts";
import type { GapData } from "../model/event.ts";
import type { Range } from "../model/journal.ts";

/** What is to be told of one epoch for one reason. */
export interface ToldAgain {
  readonly epoch: string;
  readonly reason: GapData["reason"];
  readonly ranges: readonly GoneRange[];
}

/**
 * What events that are to be dropped told to be gone: whoever does not have them does not know it. Neighbours are
 * joined, so that what has to be told once more at each turn does not grow; their own hashes are left out for that.
 */
export function toldIn(database: Database.Database): (dropping: readonly Range[]) => ToldAgain[] {
  const bodies = database
    .prepare<[number, number], string>(
      "SELECT body FROM event WHERE position BETWEEN ? AND ? AND kind = 'gap' ORDER BY position",
    )
    .pluck();
  return (dropping) => {
    const told = dropping.flatMap(({ from, to }) => bodies.all(from, to)).flatMap((body) => readGap(body));
    const alike = Map.groupBy(told, ({ epoch, reason }) => `${epoch} ${reason}`);
    return [...alike.values()].flatMap(([first, ...more]) => {
      if (!first) return [];
      const ranges = [first, ...more].flatMap(({ ranges }) => ranges);
      return [{ ...first, ranges: joined(ranges.toSorted((a, b) => a.from - b.from)) }];
    });
  };
}

/** As it was written here; nothing of what damage has made of it. */
function readGap(body: string): ToldAgain[] {
  try {
    const { data } = JSON.parse(body) as { readonly data: GapData };
    const { epoch, reason } = data;
    const ranges = data.ranges.map(({ hashes: _, ...range }) => range);
    return [{ epoch, reason, ranges }];
  } catch {
    return [];
  }
}

function joined(ranges: readonly GoneRange[]): GoneRange[] {
  const all: GoneRange[] = [];
  for (const range of ranges) {
    const last = all.at(-1);
    // One that was told again holds all of those that it was made of.
    if (last && range.to <= last.to) continue;
    if (last && range.from <= last.to + 1)
      all[all.length - 1] = {
        from: last.from,
        before: last.before,
        to: range.to,
        ...(range.hash && { hash: range.hash }),
      };
    else all.push(range);
  }
  return all;
}
