/** Refusals that are answered and audited. Whoever is refused more often is no officer at a keyboard. */
export const REFUSALS = { burst: 20, perMinute: 10 } as const;
