import type { CommandSurroundings } from "../../agent/cli/command.ts";

/** A command's process, without one: what it writes is kept, and `stop` is its Ctrl-C. */
export interface RecordedSurroundings extends CommandSurroundings {
  readonly written: () => string;
  readonly errors: () => string;
  /** Whole lines written so far. */
  readonly lines: () => string[];
  readonly stop: () => void;
}

export function recordedSurroundings(
  given: Partial<Pick<CommandSurroundings, "env" | "stdoutIsTTY" | "stdin">> = {},
): RecordedSurroundings {
  const stop = new AbortController();
  let written = "";
  let errors = "";
  return {
    out: (text) => {
      written += typeof text === "string" ? text : Buffer.from(text).toString();
    },
    err: (text) => {
      errors += text;
    },
    env: {},
    stdoutIsTTY: false,
    ...given,
    signal: stop.signal,
    written: () => written,
    errors: () => errors,
    lines: () => written.split("\n").slice(0, -1),
    stop: () => stop.abort("SIGINT"),
  };
}
