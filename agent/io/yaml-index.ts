import {
  type Alias,
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  visit,
  type YAMLMap,
} from "yaml";
import type { KeyPath } from "../model/config-problem.ts";

interface Entry {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

interface RepeatedKey {
  readonly name: string;
  readonly key: Node;
  readonly first: Node;
}

/** The nodes of a document by the paths of its values; made in one pass, so that a hostile file costs no more. */
export interface YamlIndex {
  readonly repeatedKeys: readonly RepeatedKey[];
  /** Aliases (*name) whose anchor (&name) does not stand before them. */
  readonly danglingAliases: readonly Alias[];
  /** The nodes along a path as far as they exist, the document's own first. */
  trail(path: KeyPath): Entry[];
}

export function indexYaml(document: Document.Parsed): YamlIndex {
  const entries = new Map<YAMLMap, Map<string, Entry>>();
  const repeatedKeys: RepeatedKey[] = [];
  const danglingAliases: Alias[] = [];
  const anchors = new Map<string, Node>();
  const targets = new Map<unknown, Node>();
  const note = (node: Node & { anchor?: string | undefined }) => {
    if (node.anchor) anchors.set(node.anchor, node);
  };
  visit(document, {
    Scalar: (_, scalar) => note(scalar),
    Seq: (_, seq) => note(seq),
    Map(_, map) {
      note(map);
      const byName = new Map<string, Entry>();
      const firstKeys = new Map<string, Node>();
      for (const { key, value } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        const first = firstKeys.get(name);
        if (first) repeatedKeys.push({ name, key, first });
        else firstKeys.set(name, key);
        // As in the value: the last of a key's places counts.
        byName.set(name, { key, value: nodeOf(value) });
      }
      entries.set(map, byName);
    },
    Alias(_, alias) {
      const target = anchors.get(alias.source);
      if (target) targets.set(alias, target);
      else danglingAliases.push(alias);
    },
  });
  return {
    repeatedKeys,
    danglingAliases,
    trail(path) {
      const steps: Entry[] = [{ key: undefined, value: document.contents ?? undefined }];
      for (const step of path) {
        const last = steps.at(-1)?.value;
        const node = targets.get(last) ?? last;
        const next = isMap(node)
          ? entries.get(node)?.get(String(step))
          : isSeq(node) && typeof step === "number" && step < node.items.length
            ? { key: undefined, value: nodeOf(node.items[step]) }
            : undefined;
        if (!next) break;
        steps.push(next);
      }
      return steps;
    },
  };
}

function nodeOf(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined;
}
