import { configSchema } from "../model/config.ts";
import { valueAt } from "../model/config-issues.ts";
import type { Language } from "../model/messages/text.ts";
import { readSmallFile } from "./small-file.ts";
import { parseYaml } from "./yaml-source.ts";

const LINE = /^language:[ \t]*["']?(vi|en)\b/m;

/**
 * The language that a configuration asks for, also where something else in it is wrong, so that what is wrong is told
 * in it. Undefined where there is no file to read or `language` is neither.
 */
export async function configLanguage(path: string): Promise<Language | undefined> {
  const bytes = await readSmallFile(path);
  if (!bytes.ok) return undefined;
  const source = parseYaml(bytes.value);
  const written = source.ok
    ? valueAt(["language"], source.value.value)
    : LINE.exec(Buffer.from(bytes.value).toString("utf8"))?.[1];
  const read = configSchema.shape.language.safeParse(written);
  return read.success ? read.data : undefined;
}
