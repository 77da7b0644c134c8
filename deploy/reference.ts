import { configSchema, secretsSchema } from "../agent/model/config.ts";
import { type Cause, causes, rungNumber } from "../agent/model/fault.ts";
import { causeTexts } from "../agent/model/messages/causes.ts";
import { describeForm } from "../agent/model/messages/forms.ts";
import { rungNames } from "../agent/model/messages/states.ts";
import type { Language } from "../agent/model/messages/text.ts";
import { type SchemaNode, schemaTree } from "../agent/model/schema-tree.ts";
import { descriptionsVi, pageTexts } from "./reference-texts.ts";

/** The reference of all keys and causes as a Markdown page. */
export function referencePage(language: Language): string {
  const text = (name: keyof typeof pageTexts) => pageTexts[name][language];
  return `${[
    `<!-- ${text("generated")} -->`,
    `# ${text("title")}`,
    text("intro"),
    ...sections("config.yaml", "", schemaTree(configSchema), language),
    text("secretsIntro"),
    ...sections("secrets.yaml", "secrets:", schemaTree(secretsSchema), language),
    `## ${text("causesTitle")}`,
    text("causesIntro"),
    causeTable(language),
  ].join("\n\n")}\n`;
}

/** Every path that the pages describe: `broker.reconnect.min`, `cameras[].address`. */
export function describedPaths(): Map<string, string> {
  const paths = new Map<string, string>();
  const visit = (path: string, node: SchemaNode) => {
    if (node.description) paths.set(path, node.description);
    for (const [key, child] of childrenOf(path, node)) visit(key, child);
  };
  visit("", schemaTree(configSchema));
  visit("secrets:", schemaTree(secretsSchema));
  return paths;
}

/** A driver's own words for a key go before those for the key of any driver. */
export function vietnameseKey(path: string): string {
  return path in descriptionsVi ? path : path.replace(/\(\w+\)/, "");
}

/** A node's keys with their paths; the variants of a list's entries are told apart by their driver. */
function childrenOf(path: string, node: SchemaNode): [string, SchemaNode][] {
  const below = path === "" || path.endsWith(":") ? path : `${path}.`;
  const keys = [...node.keys].map(([key, child]): [string, SchemaNode] => [`${below}${key}`, child]);
  const { items } = node;
  if (!items) return keys;
  const entry = node.form.kind === "list" ? `${path}[]` : `${path}.<name>`;
  return [
    ...keys,
    ...(items.variants.length > 0 ? items.variants : [items]).flatMap((variant): [string, SchemaNode][] => [
      [entryPath(entry, variant), variant],
    ]),
  ];
}

function entryPath(entry: string, variant: SchemaNode): string {
  const { form } = variant.keys.get("driver") ?? {};
  return form?.kind === "choice" ? `${entry}(${form.values.join()})` : entry;
}

/** A table for a group, then one for each group below it. */
function sections(heading: string, path: string, node: SchemaNode, language: Language): string[] {
  const children = childrenOf(path, node);
  const rows = children.filter(([key]) => !/(?:\]|\)|>)$/.test(key));
  const groups = children.filter(([, child]) => childrenOf("x", child).length > 0 && !isPlainList(child));
  const own =
    rows.length === 0
      ? []
      : [
          `## ${heading}`,
          ...(node.description ? [describe(path, node, language)] : []),
          table(
            ["key", "meaning", "allowed", "preset"].map((name) => pageTexts[name as "key"][language]),
            rows.map(([key, child]) => row(key, child, language)),
          ),
        ];
  return [...own, ...groups.flatMap(([key, child]) => sections(headingOf(key), key, child, language))];
}

/** `cameras[](onvif)` → "`cameras[]`: onvif" */
function headingOf(path: string): string {
  const [, key, variant] = /^(?:\w+:)?(.*?)(?:\((\w+)\))?$/.exec(path) ?? [];
  return variant ? `\`${key}\`: ${variant}` : `\`${key}\``;
}

/** A list of plain values has no table of its own. */
const isPlainList = ({ items }: SchemaNode) =>
  items !== undefined && items.keys.size === 0 && items.variants.length === 0;

function row(path: string, node: SchemaNode, language: Language): string[] {
  const key = path.split(/[.:]/).at(-1) ?? path;
  const allowed = allowedOf(node, language);
  return [`\`${key}\``, describe(path, node, language), allowed, presetOf(node, language)];
}

/** The introduction says what durations and sizes look like; the tables need only their bounds. */
function allowedOf({ form }: SchemaNode, language: Language): string {
  if (form.kind === "group") return pageTexts.group[language];
  return form.kind === "duration" || form.kind === "size"
    ? `${form.min} – ${form.max}`
    : describeForm(form)[language];
}

function presetOf({ preset, required }: SchemaNode, language: Language): string {
  if (preset !== undefined) return `\`${typeof preset === "string" ? preset : JSON.stringify(preset)}\``;
  return required ? pageTexts.required[language] : pageTexts.none[language];
}

function describe(path: string, node: SchemaNode, language: Language): string {
  if (language === "en") return node.description ?? "";
  return descriptionsVi[vietnameseKey(path)] ?? "";
}

function causeTable(language: Language): string {
  const head = ["code", "rung", "what", "next"].map((name) => pageTexts[name as "code"][language]);
  const rows = Object.entries(causes).map(([name, { code, rung }]) => {
    const { what, next } = causeTexts[name as Cause];
    return [code, `${rungNumber[rung]} ${rungNames[rung][language]}`, what[language], next[language]];
  });
  return table(head, rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
