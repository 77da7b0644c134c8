#!/usr/bin/env node
import manifest from "../package.json" with { type: "json" };
import type { CommandSurroundings } from "./cli/command.ts";
import { commands } from "./cli/commands.ts";
import { dispatch } from "./cli/dispatch.ts";
import { PROGRAM } from "./cli/help.ts";
import { isReadByJournal, PRIORITIES, withPriority } from "./io/journald.ts";
import { nameProcess } from "./io/process-name.ts";

/** Exit code of a process that a second Ctrl-C ends before it could finish: 128 + SIGINT. */
const INTERRUPTED = 130;

const args = process.argv.slice(2);
nameProcess(PROGRAM, args);

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

const write = (stream: NodeJS.WriteStream) => (text: string | Uint8Array) => {
  if (stream.writable) stream.write(text);
};

/** systemd's journal takes what has no priority for the unit's own (SyslogLevel=err), also that all is well. */
const prioritised = (stream: NodeJS.WriteStream, descriptor: number, level: keyof typeof PRIORITIES) => {
  const plain = write(stream);
  if (!isReadByJournal(descriptor, process.env)) return plain;
  return (text: string | Uint8Array) =>
    plain(typeof text === "string" ? withPriority(PRIORITIES[level], text) : text);
};

const surroundings: CommandSurroundings = {
  out: prioritised(process.stdout, 1, "info"),
  err: prioritised(process.stderr, 2, "error"),
  env: process.env,
  stdoutIsTTY: process.stdout.isTTY === true,
  signal: stop.signal,
};

// A rejection ends the process, exit code 1.
process.exitCode = await dispatch(args, commands, manifest.version, surroundings);
