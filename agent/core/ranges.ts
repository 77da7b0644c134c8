import type { Range } from "../model/journal.ts";

/**
 * A set of whole numbers kept as ranges: sorted, disjoint, never touching, so that five million delivered events
 * are one pair. With a `limit` it never holds more ranges than that; it then forgets its shortest ones. Forgetting
 * that something was delivered only means that it is sent again.
 */
export class RangeSet {
  readonly #limit: number;
  #ranges: Range[] = [];
  #count = 0;

  constructor(ranges: Iterable<Range> = [], limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
    for (const range of ranges) this.add(range);
  }

  /** How many numbers are in the set. */
  get count(): number {
    return this.#count;
  }

  get empty(): boolean {
    return this.#count === 0;
  }

  ranges(): readonly Range[] {
    return this.#ranges;
  }

  has(number: number): boolean {
    return this.holding(number) !== undefined;
  }

  /** The range that a number is in. */
  holding(number: number): Range | undefined {
    const range = this.#ranges[this.#firstEndingAt(number)];
    return range && range.from <= number ? range : undefined;
  }

  add(range: Range): void {
    if (range.to < range.from) return;
    const last = this.#ranges.at(-1);
    if (last !== undefined && range.from === last.to + 1) {
      this.#ranges[this.#ranges.length - 1] = { from: last.from, to: range.to };
      this.#count += range.to - last.to;
      return;
    }
    const start = this.#firstEndingAt(range.from - 1);
    let { from, to } = range;
    let end = start;
    for (let other = this.#ranges[end]; other && other.from <= range.to + 1; other = this.#ranges[++end]) {
      from = Math.min(from, other.from);
      to = Math.max(to, other.to);
      this.#count -= length(other);
    }
    this.#ranges.splice(start, end - start, { from, to });
    this.#count += to - from + 1;
    if (this.#ranges.length > this.#limit) this.#forgetShortest();
  }

  remove(range: Range): void {
    if (range.to < range.from) return;
    const start = this.#firstEndingAt(range.from);
    const kept: Range[] = [];
    let end = start;
    for (let other = this.#ranges[end]; other && other.from <= range.to; other = this.#ranges[++end]) {
      this.#count -= length(other);
      if (other.from < range.from) kept.push({ from: other.from, to: range.from - 1 });
      if (other.to > range.to) kept.push({ from: range.to + 1, to: other.to });
    }
    this.#ranges.splice(start, end - start, ...kept);
    for (const piece of kept) this.#count += length(piece);
    if (this.#ranges.length > this.#limit) this.#forgetShortest();
  }

  /** Takes up to `limit` neighbouring numbers out of the set, the lowest first; undefined when it is empty. */
  takeFirst(limit: number): Range | undefined {
    const first = this.#ranges[0];
    if (!first) return undefined;
    const taken = { from: first.from, to: Math.min(first.to, first.from + limit - 1) };
    if (taken.to === first.to) this.#ranges.shift();
    else this.#ranges[0] = { from: taken.to + 1, to: first.to };
    this.#count -= length(taken);
    return taken;
  }

  /** What is missing between `from` and `to`, both included. */
  complement(from: number, to: number): Range[] {
    const missing: Range[] = [];
    let next = from;
    for (let index = this.#firstEndingAt(from); index < this.#ranges.length; index++) {
      const range = this.#ranges[index] as Range;
      if (range.from > to) break;
      if (range.from > next) missing.push({ from: next, to: range.from - 1 });
      next = range.to + 1;
    }
    if (next <= to) missing.push({ from: next, to });
    return missing;
  }

  /** What of `from` to `to`, both included, is in the set. */
  within(from: number, to: number): Range[] {
    const found: Range[] = [];
    for (let index = this.#firstEndingAt(from); index < this.#ranges.length; index++) {
      const range = this.#ranges[index] as Range;
      if (range.from > to) break;
      found.push({ from: Math.max(range.from, from), to: Math.min(range.to, to) });
    }
    return found;
  }

  /** Index of the first range whose end is at or after `number`. */
  #firstEndingAt(number: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle] as Range).to < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #forgetShortest(): void {
    let shortest = 0;
    for (let index = 1; index < this.#ranges.length; index++) {
      if (length(this.#ranges[index] as Range) < length(this.#ranges[shortest] as Range)) shortest = index;
    }
    this.#count -= length(this.#ranges[shortest] as Range);
    this.#ranges.splice(shortest, 1);
  }
}

function length(range: Range): number {
  return range.to - range.from + 1;
}
