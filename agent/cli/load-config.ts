import { type LoadedConfig, type ReadOptions, readConfig } from "../io/config-file.ts";
import { problemLine } from "../model/config-problem.ts";
import type { CommandContext } from "./command.ts";

/** Reads the configuration for a command; prints what is wrong with it and gives undefined when it cannot be used. */
export async function loadConfig(
  path: string,
  { env, err, language }: Pick<CommandContext, "env" | "err" | "language">,
  options: Pick<ReadOptions, "loginsMayLack"> = {},
): Promise<LoadedConfig | undefined> {
  const read = await readConfig(path, env, options);
  if (read.ok) return read.value;
  for (const problem of read.error) err(`${problemLine(problem, language)}\n`);
  return undefined;
}
