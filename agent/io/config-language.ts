import { type Language, SITE_LANGUAGE } from "../model/messages/text.ts";
import { readSmallFile } from "./small-file.ts";

/** As nearly every file has it. What a YAML mapping nests is indented, so that nothing else stands at a line's beginning. */
const LINE = /^language:[ \t]*["']?(vi|en)["']?[ \t]*(?:#.*)?$/m;
const COMMENTS = /^[ \t]*#.*$/gm;

/**
 * The language that a configuration asks for, also where something else in it is wrong, so that what is wrong is told
 * in it. Undefined where there is no file to read or `language` is neither. YAML is parsed only for a file that writes
 * it in another way: the agent, which needs no more of its configuration by itself, does not carry a parser for it.
 */
export async function configLanguage(path: string): Promise<Language | undefined> {
  const bytes = await readSmallFile(path);
  if (!bytes.ok) return undefined;
  const text = Buffer.from(bytes.value).toString("utf8").replaceAll("\r", "");
  const plain = LINE.exec(text)?.[1];
  if (plain === "vi" || plain === "en") return plain;
  if (!text.replaceAll(COMMENTS, "").includes("language")) return SITE_LANGUAGE;
  const [{ parseYaml }, { valueAt }] = await Promise.all([
    import("./yaml-source.ts"),
    import("../model/config-issues.ts"),
  ]);
  const source = parseYaml(bytes.value);
  if (!source.ok) return undefined;
  const language = valueAt(["language"], source.value.value) ?? SITE_LANGUAGE;
  return language === "vi" || language === "en" ? language : undefined;
}
