import { parseXml, type XmlDocument, XmlElement, XmlText } from "@rgrove/parse-xml";

export type { XmlElement } from "@rgrove/parse-xml";

/** The root element, or undefined for bytes that are not well-formed XML. */
export function readXml(text: string): XmlElement | undefined {
  let document: XmlDocument;
  try {
    document = parseXml(text);
  } catch {
    return undefined;
  }
  return document.root ?? undefined;
}

export function localName(element: XmlElement): string {
  return element.name.slice(element.name.indexOf(":") + 1);
}

/** The namespace name that the element's prefix is bound to where it stands. */
export function namespaceOf(element: XmlElement): string | undefined {
  const colon = element.name.indexOf(":");
  const declaration = colon === -1 ? "xmlns" : `xmlns:${element.name.slice(0, colon)}`;
  for (let at: unknown = element; at instanceof XmlElement; at = at.parent) {
    const name = at.attributes[declaration];
    if (name !== undefined) return name;
  }
  return undefined;
}

export function children(element: XmlElement): XmlElement[] {
  return element.children.filter((node) => node instanceof XmlElement);
}

/** The element down a path of local names, taking the first of each name. */
export function find(element: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let at = element;
  for (const name of path) at = at && children(at).find((child) => localName(child) === name);
  return at;
}

export function textOf(element: XmlElement | undefined): string | undefined {
  return element?.children
    .filter((node) => node instanceof XmlText)
    .map((node) => node.text)
    .join("")
    .trim();
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}

export function attributesXml(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join("");
}
