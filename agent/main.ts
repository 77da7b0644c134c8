#!/usr/bin/env node
import manifest from "../package.json" with { type: "json" };
import type { CommandSurroundings } from "./cli/command.ts";
import { commands } from "./cli/commands.ts";
import { dispatch } from "./cli/dispatch.ts";

/** Exit code of a process that a second Ctrl-C ends before it could finish: 128 + SIGINT. */
const INTERRUPTED = 130;

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    if (stop.signal.aborted && name === "SIGINT") process.exit(INTERRUPTED);
    stop.abort(name);
  });
}

/** `camera-agent watch | head`: when the reader is gone, the work is over, and that is no error. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    stop.abort("EPIPE");
  });
}

const write = (stream: NodeJS.WriteStream) => (text: string) => {
  if (stream.writable) stream.write(text);
};

const surroundings: CommandSurroundings = {
  out: write(process.stdout),
  err: write(process.stderr),
  env: process.env,
  stdoutIsTTY: process.stdout.isTTY === true,
  signal: stop.signal,
};

// The package carries one CommonJS file, which knows no top-level await. A rejection ends the process, exit code 1.
void dispatch(process.argv.slice(2), commands, manifest.version, surroundings).then((code) => {
  process.exitCode = code;
});
