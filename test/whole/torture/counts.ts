/** What became of events. Counted by an oracle that does not ask the agent. */
export interface Counts {
  /** Events that the simulated cameras made. */
  readonly made: number;
  /** Events for which append() resolved, or that a camera by its own account has handed over for good. */
  readonly accepted: number;
  /** Events that the separate reader has, repeats left out. */
  readonly received: number;
  /** Accepted, not received, and not told to be gone. */
  readonly lost: number;
  /** Received more than once. */
  readonly duplicated: number;
}

/** What one fault did, over all the times that it struck. */
export interface FaultCounts extends Counts {
  readonly name: string;
  readonly ok: boolean;
}

const none: Counts = { made: 0, accepted: 0, received: 0, lost: 0, duplicated: 0 };

export function sumOf(all: readonly Counts[]): Counts {
  return all.reduce(
    (sum, one) => ({
      made: sum.made + one.made,
      accepted: sum.accepted + one.accepted,
      received: sum.received + one.received,
      lost: sum.lost + one.lost,
      duplicated: sum.duplicated + one.duplicated,
    }),
    none,
  );
}

/** Those of one fault together, in the order in which they first struck; ok where each time was. */
export function byFault(strikes: readonly FaultCounts[]): FaultCounts[] {
  return [...Map.groupBy(strikes, ({ name }) => name)].map(([name, all]) => ({
    name,
    ...sumOf(all),
    ok: all.every(({ ok }) => ok),
  }));
}
