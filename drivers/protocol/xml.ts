import { type XmlElement as ParsedElement, parseXml as parseStrictly, XmlNode } from "@rgrove/parse-xml";
import { fail, ok, type Result } from "../../agent/base/result.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, type Message } from "../../agent/model/messages/text.ts";

/**
 * A bounded reader of cameras' XML: local names only, because firmwares use undeclared or wrong prefixes
 * (home-assistant.io #40942: wsa:Address without a declaration).
 */
export interface XmlElement {
  /** Local name. */
  readonly name: string;
  /** Namespace name; empty where the prefix is not declared. */
  readonly namespace: string;
  /** By local name, without namespace declarations. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The element's own text, trimmed. */
  readonly text: string;
}

/** Deepest nesting that is read; ONVIF answers need less than 20. */
const DEPTH_LIMIT = 64;
/** Most elements that are read; a 64-channel recorder lists about 13,000 in its profiles. Reading so many takes 0.2 s. */
const ELEMENT_LIMIT = 20_000;

/** Gives the root element, or what is wrong with the text (without quoting it: it may hold anything). */
export function parseXml(text: string): Result<XmlElement, Message> {
  const tidy = repair(text);
  const excess = exceeds(tidy);
  if (excess) return fail(excess);
  try {
    const root = parseStrictly(tidy).root;
    return root ? ok(convert(root, new Map())) : fail(evidenceTexts.noRootElement);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return fail(compose(evidenceTexts.brokenXml, { detail: error.message.split("\n", 1)[0] ?? "" }));
  }
}

/**
 * Undoes what firmwares do to otherwise good XML: a byte order mark, blank lines before the declaration, NULs behind
 * the end, and a bare `&` in a stream address (ZoneMinder #3767, ZYsecurity: "…_stream=0&onvif=0.sdp").
 */
function repair(text: string): string {
  return trimNul(text)
    .trim()
    .replaceAll(/&(?!#?\w{1,32};)/g, "&amp;");
}

function trimNul(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return text.slice(0, end);
}

/**
 * Counts tags before anything is built: the parser recurses, and a tree takes a hundred times its text. A document
 * type has no place in SOAP (SOAP 1.2 part 1, 5) and is where entity bombs live.
 */
function exceeds(text: string): Message | undefined {
  let depth = 0;
  let elements = 0;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at + 1)) {
    if (text.startsWith("<!--", at)) at = skipTo(text, "-->", at);
    else if (text.startsWith("<![CDATA[", at)) at = skipTo(text, "]]>", at);
    else if (text.startsWith("<!", at)) return evidenceTexts.documentType;
    else if (text[at + 1] === "/") depth--;
    else if (text[at + 1] !== "?") {
      if (++elements > ELEMENT_LIMIT) return compose(evidenceTexts.elementsTooMany, { n: ELEMENT_LIMIT });
      const end = text.indexOf(">", at);
      if (end < 0) return evidenceTexts.unclosedTag;
      if (text[end - 1] !== "/" && ++depth > DEPTH_LIMIT)
        return compose(evidenceTexts.nestedTooDeep, { n: DEPTH_LIMIT });
      at = end;
    }
  }
  return undefined;
}

function skipTo(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at;
}

type Prefixes = ReadonlyMap<string, string>;

function convert(element: ParsedElement, inherited: Prefixes): XmlElement {
  const attributes = new Map<string, string>();
  const declared: [prefix: string, namespace: string][] = [];
  for (const [name, value] of Object.entries(element.attributes)) {
    if (name === "xmlns") declared.push(["", value]);
    else if (name.startsWith("xmlns:")) declared.push([name.slice(6), value]);
    else attributes.set(localName(name), value);
  }
  // Envelopes declare thirty prefixes and their elements hardly any: a copy for each would be most of what is built.
  const prefixes = declared.length === 0 ? inherited : new Map([...inherited, ...declared]);
  const children: XmlElement[] = [];
  let text = "";
  for (const node of element.children) {
    if (node.type === XmlNode.TYPE_ELEMENT) children.push(convert(node as ParsedElement, prefixes));
    else if (node.type === XmlNode.TYPE_TEXT) text += (node as { text?: string }).text ?? "";
  }
  const colon = element.name.indexOf(":");
  return {
    name: localName(element.name),
    namespace: prefixes.get(colon < 0 ? "" : element.name.slice(0, colon)) ?? "",
    attributes,
    children,
    text: text.trim(),
  };
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(":") + 1);
}

/** The first element on the path of local names below `element`. */
export function childAt(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let at = element;
  for (const name of path) at = at?.children.find((child) => child.name === name);
  return at;
}

export function childrenNamed(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The text at the end of the path; undefined where there is none or it is blank. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  return childAt(element, ...path)?.text || undefined;
}

/** Characters that XML 1.0 cannot carry at all, not even escaped (XML 1.0, 2.2). */
const UNSPEAKABLE = /(?![\t\n\r])[\p{Cc}\ufffe\uffff]/gu;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(UNSPEAKABLE, "")
    .replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
