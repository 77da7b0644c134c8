import type { Figure } from "./figure.ts";

export interface BenchContext {
  /** Shorter and less exact: to see that it works, not to judge by. */
  readonly quick: boolean;
  /** A folder for the run's files on the disk that the project is on; /tmp may be memory. */
  readonly folder: string;
  /** Says what is being done. */
  progress(text: string): void;
}

/** One benchmark; a file `<name>.bench.ts` exports it as `benchmark`. */
export interface Benchmark {
  readonly name: string;
  /** One line. */
  readonly describe: string;
  run(context: BenchContext): Promise<Figure[]>;
}
