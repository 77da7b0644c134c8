import { chmodSync, globSync, mkdirSync, renameSync, writeFileSync } from "node:fs";

/**
 * A box whose wall clock leaps, for the processes that have `env`; the monotonic clock is the real one. Debian's
 * libfaketime stands in for the clock, a script of this name for `timedatectl`.
 */
export interface ClockBox {
  readonly env: NodeJS.ProcessEnv;
  /** Wall clock of the box less the real one, milliseconds. */
  readonly ahead: number;
  /** From now on the wall clock is so far ahead of the real one; milliseconds. */
  leap(ahead: number): void;
  /** What the box says of its clock from now on: that it is synchronised, that it is not, or nothing. */
  say(synced: boolean | null): void;
}

export function clockBox(folder: string): ClockBox {
  const [library] = globSync("/usr/lib/*/faketime/libfaketimeMT.so.1");
  if (library === undefined) throw new Error("libfaketime is not there");
  const [clock, said, programs] = [`${folder}/clock`, `${folder}/synchronised`, `${folder}/bin`];
  mkdirSync(programs);
  writeFileSync(`${programs}/timedatectl`, `#!/bin/sh\nread -r answer < '${said}' && echo "$answer"\n`);
  chmodSync(`${programs}/timedatectl`, 0o755);
  let ahead = 0;
  const box: ClockBox = {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      NO_FAKE_STAT: "1",
      PATH: `${programs}:${process.env.PATH}`,
    },
    get ahead() {
      return ahead;
    },
    leap(next) {
      ahead = next;
      replace(clock, `${next < 0 ? "" : "+"}${(next / 1_000).toFixed(3)}\n`);
    },
    say: (synced) => replace(said, synced === null ? "" : synced ? "yes\n" : "no\n"),
  };
  box.leap(0);
  box.say(null);
  return box;
}

/** Whoever reads meanwhile reads the old text or the new one. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
