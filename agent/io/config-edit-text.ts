import { isDeepStrictEqual } from "node:util";
import {
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  parse,
  parseDocument,
  stringify,
  visit,
} from "yaml";
import type { Login } from "../model/camera.ts";

/** What a camera's entry is to hold, in the order in which it is written. */
export type CameraEntry = Readonly<Record<string, string | number | boolean>>;

/** A change to the cameras of a configuration. */
export type CameraChange =
  | { readonly kind: "add"; readonly cameras: readonly CameraEntry[] }
  | { readonly kind: "remove"; readonly id: string }
  | { readonly kind: "rename"; readonly id: string; readonly name: string };

type Values = Record<string, unknown>;

/**
 * The text with the change, every other byte as it was: comments, order, quotes, line ends. Where the text is written
 * in a way that no line can be put into (a list within brackets, an alias), it is laid out anew with its comments.
 * What comes back always reads as the old values with the change and nothing else; undefined where no such text was
 * found. `text` must be valid YAML that holds a group.
 */
export function changeCameras(text: string, change: CameraChange): string | undefined {
  const before = (parse(text) ?? {}) as Values;
  const wanted = changedValues(before, change);
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const spliced = splice(text, change, lineEnd);
  if (spliced !== undefined && readsAs(spliced, wanted)) return spliced;
  const anew = laidOutAnew(text, change);
  return readsAs(anew, wanted) ? anew : undefined;
}

function changedValues(before: Values, change: CameraChange): Values {
  const cameras = camerasOf(before);
  switch (change.kind) {
    case "add":
      return { ...before, cameras: [...cameras, ...change.cameras] };
    case "remove":
      return { ...before, cameras: cameras.filter(({ id }) => id !== change.id) };
    case "rename":
      return {
        ...before,
        cameras: cameras.map((camera) =>
          camera.id === change.id ? { ...camera, name: change.name } : camera,
        ),
      };
  }
}

const camerasOf = ({ cameras }: Values) => (Array.isArray(cameras) ? (cameras as Values[]) : []);

function readsAs(text: string, wanted: Values): boolean {
  try {
    return isDeepStrictEqual(parse(text), wanted);
  } catch {
    return false;
  }
}

function splice(text: string, change: CameraChange, lineEnd: string): string | undefined {
  const document = parseDocument(text, { keepSourceTokens: true });
  const list = document.get("cameras", true);
  if (change.kind === "rename") {
    const name = isSeq(list) ? cameraNode(document, list.items, change.id)?.get("name", true) : undefined;
    if (!isScalar(name) || !name.range) return undefined;
    return text.slice(0, name.range[0]) + JSON.stringify(change.name) + text.slice(name.range[1]);
  }
  const token = isSeq(list) ? list.srcToken : undefined;
  if (!isSeq(list) || token?.type !== "block-seq" || list.items.length === 0)
    return change.kind === "add" ? firstCameras(text, document, change.cameras, lineEnd) : undefined;
  const dashes = token.items
    .map(({ start }) => start.find(({ type }) => type === "seq-item-ind")?.offset)
    .filter((offset) => offset !== undefined);
  const [first] = dashes;
  if (first === undefined || dashes.length !== list.items.length) return undefined;
  if (change.kind === "add") {
    const at = lineAfter(text, endOf(list.items.at(-1)));
    const indent = " ".repeat(first - lineStart(text, first));
    const gap = text.slice(0, at).endsWith("\n") ? "" : lineEnd;
    return text.slice(0, at) + gap + written(change.cameras, indent, lineEnd) + text.slice(at);
  }
  const index = list.items.findIndex((item) => isMap(item) && item.get("id") === change.id);
  const dash = dashes[index];
  if (dash === undefined) return undefined;
  const [from, to] = [lineStart(text, dash), lineAfter(text, endOf(list.items[index]))];
  if (list.items.length > 1) return text.slice(0, from) + text.slice(to);
  const colon = text.lastIndexOf(":", from);
  return `${text.slice(0, colon + 1)} []${text.slice(colon + 1, from)}${text.slice(to)}`;
}

/** Cameras of a configuration that has none yet: no key, an empty one, or an empty list. */
function firstCameras(
  text: string,
  document: Document.Parsed,
  cameras: readonly CameraEntry[],
  lineEnd: string,
): string | undefined {
  const lines = written(cameras, "  ", lineEnd);
  if (!document.has("cameras")) {
    const gap = text === "" || text.endsWith("\n") ? "" : lineEnd;
    return `${text}${gap}${lineEnd}cameras:${lineEnd}${lines}`;
  }
  const list = document.get("cameras", true);
  if (!(isSeq(list) || isScalar(list)) || !list.range) return undefined;
  const before = text.slice(0, list.range[0]).trimEnd();
  const after = lineAfter(text, list.range[1]);
  const rest = text.slice(list.range[1], after).trimEnd();
  return `${before}${rest}${lineEnd}${lines}${text.slice(after)}`;
}

function written(cameras: readonly CameraEntry[], indent: string, lineEnd: string): string {
  return stringify(cameras, { lineWidth: 0 })
    .trimEnd()
    .split("\n")
    .map((line) => `${indent}${line}${lineEnd}`)
    .join("");
}

function cameraNode(document: Document.Parsed, items: readonly unknown[], id: string) {
  return items.filter(isMap).find((item) => item.toJS(document).id === id);
}

/** Where the last written character of a node ends; that of a collection stands before the comments that follow it. */
function endOf(node: unknown): number {
  if (isPair(node)) return Math.max(endOf(node.key), endOf(node.value));
  if (isCollection(node) && !node.flow) return Math.max(...node.items.map(endOf));
  return isCollection(node) || isScalar(node) ? (node.range?.[1] ?? 0) : 0;
}

const lineStart = (text: string, offset: number) => text.lastIndexOf("\n", offset - 1) + 1;

function lineAfter(text: string, offset: number): number {
  if (text[offset - 1] === "\n") return offset;
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

function laidOutAnew(text: string, change: CameraChange): string {
  const document = withoutAliases(parseDocument(text));
  const list = document.get("cameras");
  const items = isSeq(list) ? list.items : [];
  if (change.kind === "add") {
    if (items.length === 0) document.set("cameras", []);
    for (const camera of change.cameras) document.addIn(["cameras"], document.createNode(camera));
  } else {
    const index = camerasOf(document.toJS() as Values).findIndex(({ id }) => id === change.id);
    if (change.kind === "remove") document.deleteIn(["cameras", index]);
    else document.setIn(["cameras", index, "name"], change.name);
  }
  return document.toString({ lineWidth: 0 });
}

/**
 * The secrets file with the logins put in; its comments and the other entries stay. Undefined where no such text was
 * found. `text` must be valid, or empty.
 */
export function changeLogins(text: string, logins: ReadonlyMap<string, Login>): string | undefined {
  const document = withoutAliases(parseDocument(text));
  const before = (document.toJS() ?? {}) as { credentials?: Record<string, Login> | null };
  if (!before.credentials) document.set("credentials", document.createNode({}));
  for (const [entry, login] of logins)
    for (const [key, value] of Object.entries(login)) document.setIn(["credentials", entry, key], value);
  const wanted = { ...before, credentials: { ...before.credentials, ...Object.fromEntries(logins) } };
  const changed = document.toString({ lineWidth: 0 });
  return readsAs(changed, wanted) ? changed : undefined;
}

/** What stands by a name (*name) stands for itself, so that changing one place changes no other. */
function withoutAliases(document: Document.Parsed): Document.Parsed {
  visit(document, {
    Alias(_, alias) {
      const copy = alias.resolve(document)?.clone() as Node & { anchor?: string };
      delete copy.anchor;
      return copy;
    },
  });
  return document;
}
