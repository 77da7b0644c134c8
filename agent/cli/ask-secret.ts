import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import type { CommandSurroundings } from "./command.ts";

/** Where a person, or a program by a pipe, gives what is to be no argument. */
export type Input = NonNullable<CommandSurroundings["stdin"]>;

export function inputOf({ stdin }: Pick<CommandSurroundings, "stdin">): Input {
  return stdin ?? process.stdin;
}

/** Asks without echo in a terminal; otherwise reads the next line. Empty when told to stop or at the end. */
export async function askSecret(
  prompt: string,
  input: Input,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const terminal = input.isTTY === true;
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: mute, terminal });
  // Only now: what is typed from here on is not echoed.
  if (terminal) tell(prompt);
  try {
    return await new Promise<string>((resolve) => {
      lines.once("line", resolve);
      // At the end of the input, and at Ctrl-C in a terminal.
      lines.once("close", () => resolve(""));
      signal.addEventListener("abort", () => lines.close(), { once: true });
      if (signal.aborted) lines.close();
    });
  } finally {
    lines.close();
    if (terminal) tell("\n");
  }
}
