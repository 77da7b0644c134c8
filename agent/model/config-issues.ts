import type { z } from "zod";
import { nearest } from "../base/nearest.ts";
import { ENTRY_NAME_CHARACTERS } from "./config-camera.ts";
import { showFound, showKind } from "./config-found.ts";
import type { Finding, KeyPath } from "./config-problem.ts";
import { configTexts } from "./messages/config.ts";
import { describeForm } from "./messages/forms.ts";
import { compose, type Message } from "./messages/text.ts";
import { nodeAt, type SchemaNode } from "./schema-tree.ts";

/** The file that zod's issues are about. */
export interface CheckedValue {
  readonly tree: SchemaNode;
  /** As YAML gave it. */
  readonly value: unknown;
  /** How a plain value is written in the file: "0123" where YAML read 123. */
  readonly sourceOf: (path: KeyPath) => string | undefined;
  /** A file of passwords: nothing that stands in it is shown but names of entries. */
  readonly confidential: boolean;
}

/**
 * Says zod's issues in the words of the catalogue. What is allowed comes from the schema, not from the issue, so
 * that every way of being wrong at a key gets the same answer.
 */
export function findingsOf(issues: readonly z.core.$ZodIssue[], checked: CheckedValue): Finding[] {
  return issues.flatMap((issue) => findingsOfIssue(issue, checked));
}

function findingsOfIssue(issue: z.core.$ZodIssue, checked: CheckedValue): Finding[] {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key, checked));
  if (issue.code === "invalid_key") return [wrongName(path)];
  return [isMissing(path, checked.value) ? missingKey(path, checked) : wrongValue(path, checked)];
}

function unknownKey(parent: KeyPath, key: string, checked: CheckedValue): Finding {
  const keys = keysAt(parent, checked);
  const allowed: Message = { en: keys.join(", "), vi: keys.join(", ") };
  const suggestion = nearest(key, keys);
  return {
    severity: "error",
    kind: "unknown-key",
    // A misplaced password may stand where a key does; its place is pointed at without naming it.
    path: [...parent, key],
    at: "key",
    allowed,
    text: suggestion
      ? compose(configTexts.unknownKeySuggestion, { suggestion, allowed })
      : compose(configTexts.unknownKey, { allowed }),
  };
}

/** The name of an entry of the secrets file; the only names that are free. */
function wrongName(path: KeyPath): Finding {
  const allowed = describeForm({ kind: "name", max: ENTRY_NAME_CHARACTERS });
  return {
    severity: "error",
    kind: "wrong-value",
    path,
    at: "key",
    allowed,
    text: compose(configTexts.wrongName, { allowed }),
  };
}

function missingKey(path: KeyPath, checked: CheckedValue): Finding {
  const allowed = allowedAt(path, checked);
  const missing = String(path.at(-1));
  return {
    severity: "error",
    kind: "missing-key",
    path,
    at: "key",
    allowed,
    text: compose(configTexts.missing, { missing, allowed }),
  };
}

function wrongValue(path: KeyPath, checked: CheckedValue): Finding {
  const value = valueAt(path, checked.value);
  const allowed = allowedAt(path, checked);
  const found = checked.confidential ? showKind(value) : showFound(value, checked.sourceOf(path));
  const readAsOther = typeof value === "number" || typeof value === "boolean";
  const text = readAsOther && wantsText(path, checked) ? configTexts.needsQuotes : configTexts.wrongValue;
  return {
    severity: "error",
    kind: "wrong-value",
    path,
    at: "value",
    found,
    allowed,
    text: compose(text, { found, allowed }),
  };
}

/** Whether the key takes any text, or this very one, so that quotes are all that is missing. */
function wantsText(path: KeyPath, { tree, value, sourceOf }: CheckedValue): boolean {
  const form = nodeAt(tree, path, value)?.form;
  const written = sourceOf(path) ?? String(valueAt(path, value));
  return (
    form?.kind === "text" ||
    form?.kind === "name" ||
    form?.kind === "line" ||
    form?.kind === "code" ||
    (form?.kind === "choice" && form.values.includes(written))
  );
}

function allowedAt(path: KeyPath, { tree, value }: CheckedValue): Message {
  const node = nodeAt(tree, path, value);
  return describeForm(node?.form ?? { kind: "group" }, node ? [...node.keys.keys()] : []);
}

function keysAt(path: KeyPath, { tree, value }: CheckedValue): readonly string[] {
  return [...(nodeAt(tree, path, value)?.keys.keys() ?? [])];
}

function isMissing(path: KeyPath, root: unknown): boolean {
  const key = path.at(-1);
  const parent = valueAt(path.slice(0, -1), root);
  return (
    typeof key === "string" && typeof parent === "object" && parent !== null && !Object.hasOwn(parent, key)
  );
}

/** The value at a path; undefined where there is none. */
export function valueAt(path: KeyPath, root: unknown): unknown {
  let current = root;
  for (const step of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}
