import { type Document, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { fail, ok, type Result } from "../base/result.ts";
import type { KeyPath } from "../model/config-problem.ts";
import { configTexts, yamlTexts } from "../model/messages/config.ts";
import { compose, type Message } from "../model/messages/text.ts";
import { indexYaml, type YamlIndex } from "./yaml-index.ts";

const MOST_ALIASES = 100;

interface Position {
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** An error of the text itself. */
export interface SyntaxProblem extends Position {
  readonly kind: "syntax" | "duplicate-key";
  readonly key: string;
  readonly text: Message;
}

/** A YAML file that has been read, with the way back from values to lines. */
export interface YamlSource {
  readonly value: unknown;
  readonly problems: readonly SyntaxProblem[];
  /** Where a key or its value stands; where there is none, the nearest thing around it. */
  locate(path: KeyPath, at: "key" | "value"): Position;
  /** A plain value as it is written: "0123" for what YAML reads as 123. */
  sourceOf(path: KeyPath): string | undefined;
}

/**
 * Reads YAML 1.2; never throws, whatever the bytes. The error is a text too broken to have a value; keys that stand
 * twice are `problems` of a value.
 */
export function parseYaml(bytes: Uint8Array): Result<YamlSource, readonly SyntaxProblem[]> {
  const text = decode(bytes);
  if (!text.ok) return fail([text.error]);

  const lines = new LineCounter();
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const startOf = (node: Node | undefined) => node?.range?.[0];
  const document = parseDocument(text.value, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // The package compares every key of a group with every other; the index finds them in one pass.
    uniqueKeys: false,
  });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    return fail(broken.map(({ code, pos }) => syntaxProblem(positionOf(pos[0]), yamlTexts[code])));

  const index = indexYaml(document);
  if (index.danglingAliases.length > 0)
    return fail(
      index.danglingAliases.map((alias) =>
        syntaxProblem(positionOf(startOf(alias) ?? 0), yamlTexts.BAD_ALIAS),
      ),
    );
  const value = toValue(document);
  if (!value.ok) return fail([syntaxProblem({ line: 1, column: 1 }, value.error)]);

  return ok({
    value: value.value,
    problems: index.repeatedKeys.map(({ name, key, first }) => ({
      kind: "duplicate-key",
      key: name,
      ...positionOf(startOf(key) ?? 0),
      text: compose(configTexts.duplicateKey, { line: positionOf(startOf(first) ?? 0).line }),
    })),
    locate: (path, at) => positionOf(offsetOf(index, path, at)),
    sourceOf(path) {
      const node = index.trail(path)[path.length]?.value;
      return isScalar(node) ? node.source : undefined;
    },
  });
}

const syntaxProblem = (position: Position, text: Message): SyntaxProblem => ({
  kind: "syntax",
  key: "",
  ...position,
  text,
});

function decode(bytes: Uint8Array): Result<string, SyntaxProblem> {
  try {
    return ok(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    const readable = new TextDecoder().decode(bytes);
    const before = readable.slice(0, Math.max(0, readable.indexOf("\uFFFD"))).split("\n");
    const position = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    return fail(syntaxProblem(position, configTexts.notUtf8));
  }
}

function toValue(document: Document.Parsed): Result<unknown, Message> {
  try {
    return ok(document.toJS({ maxAliasCount: MOST_ALIASES }));
  } catch (error) {
    // ReferenceError: a bomb of aliases, or one that holds itself. RangeError: nested deeper than the stack.
    if (error instanceof ReferenceError || error instanceof RangeError)
      return fail(yamlTexts.RESOURCE_EXHAUSTION);
    throw error;
  }
}

function offsetOf(index: YamlIndex, path: KeyPath, at: "key" | "value"): number {
  const steps = index.trail(path);
  const { key, value } = steps.at(-1) ?? { key: undefined, value: undefined };
  const isWhole = steps.length > path.length;
  const isEmpty = isScalar(value) && value.source === "";
  const [keyStart, valueStart] = [key?.range?.[0], value?.range?.[0]];
  return (isWhole && at === "value" && !isEmpty ? (valueStart ?? keyStart) : (keyStart ?? valueStart)) ?? 0;
}
