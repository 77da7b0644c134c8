/** Random numbers that are the same in every run. */
export interface Random {
  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number;
  shuffle<T>(items: readonly T[]): T[];
}

/** mulberry32: good enough for choices in tests. */
export function generator(seed: number): Random {
  let state = seed >>> 0;
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  return {
    below,
    shuffle<T>(items: readonly T[]): T[] {
      const shuffled: T[] = [];
      for (const item of items) {
        const at = below(shuffled.length + 1);
        const displaced = shuffled[at];
        if (displaced !== undefined) shuffled.push(displaced);
        shuffled[at] = item;
      }
      return shuffled;
    },
  };
}
