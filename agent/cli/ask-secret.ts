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
  return (await askLine(prompt, { input, tell, signal, echo: false })) ?? "";
}

interface Asking {
  readonly input: Input;
  readonly tell: (text: string) => void;
  readonly signal: AbortSignal;
  /** Whether a terminal shows what is typed. */
  readonly echo: boolean;
}

/** Asks in a terminal; otherwise reads the next line. Undefined when told to stop, and at the end of the input. */
export async function askLine(
  prompt: string,
  { input, tell, signal, echo }: Asking,
): Promise<string | undefined> {
  const terminal = input.isTTY === true;
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      if (echo) tell(String(chunk));
      done();
    },
  });
  const lines = createInterface({ input, output, terminal });
  // Only now: what is typed from here on is not echoed by the terminal itself.
  if (terminal) {
    if (echo) lines.setPrompt(prompt);
    if (echo) lines.prompt();
    else tell(prompt);
  }
  try {
    return await new Promise<string | undefined>((resolve) => {
      lines.once("line", resolve);
      // At the end of the input, and at Ctrl-C in a terminal.
      lines.once("close", () => resolve(undefined));
      signal.addEventListener("abort", () => lines.close(), { once: true });
      if (signal.aborted) lines.close();
    });
  } finally {
    lines.close();
    if (terminal && !echo) tell("\n");
  }
}
