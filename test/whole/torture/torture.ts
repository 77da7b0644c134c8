import type { Counts, FaultCounts } from "./counts.ts";

/** What is done to the agent, how often, and what must hold: one row of the table in TORTURE.md. */
export interface Torture {
  readonly name: string;
  /** One line. */
  readonly describe: string;
  /** Rounds of the full form; what a round is, `describe` says. */
  readonly rounds: number;
  /** It asks nothing of the disk, so that its folder may be in memory. */
  readonly inMemory?: true;
  run(context: TortureContext): Promise<TortureOutcome>;
}

export interface TortureContext {
  /** Rounds to make; a round is never left half done. */
  readonly rounds: number;
  /** A folder for the run's files, on the disk that the project is on (/tmp may be memory) unless it asks for none. Gone afterwards. */
  readonly folder: string;
  /** Seed of every random choice, so that a run can be made again. */
  readonly seed: number;
  /** Aborted when the time is up: the run then ends after the round that it is in, and tells what it has. */
  readonly signal: AbortSignal;
  /** Says how far it is. Called as often as there is news: what comes too soon after a line is left out. */
  progress(text: string): void;
}

export interface TortureOutcome extends Counts {
  /** Rounds that were completed. */
  readonly rounds: number;
  /** The same by fault, where it has several. */
  readonly faults?: readonly FaultCounts[];
  /** What else was measured, for people: "restart at most" → "210 ms". */
  readonly figures: Readonly<Record<string, string | number>>;
  /** Bars that were missed, in words; the first 20 are enough. Lost events need not be said again. */
  readonly missed: readonly string[];
}

/** Result of one torture, as `--json` gives it. */
export interface TortureResult extends TortureOutcome {
  readonly name: string;
  readonly seconds: number;
  readonly seed: number;
  readonly ok: boolean;
}
