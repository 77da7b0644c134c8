import type { z } from "zod";
import { findingsOf } from "../model/config-issues.ts";
import { type ConfigProblem, type Finding, type KeyPath, keyText } from "../model/config-problem.ts";
import { configTexts } from "../model/messages/config.ts";
import { describeForm } from "../model/messages/forms.ts";
import { compose, type Message } from "../model/messages/text.ts";
import { schemaTree } from "../model/schema-tree.ts";
import { parseYaml, type SyntaxProblem, type YamlSource } from "./yaml-source.ts";

/** Problems told at once; after these a number stands for the rest. */
const MOST_PROBLEMS = 100;

export interface CheckedFile<T> {
  /** Undefined exactly when there are problems. */
  readonly output: T | undefined;
  /** In no order; `shown` puts them into one. */
  readonly problems: readonly ConfigProblem[];
  /** As YAML gave it; undefined where the text was too broken. */
  readonly value: unknown;
  /** Gives a finding its place in the file. */
  problem(finding: Finding): ConfigProblem;
}

interface Checks {
  /** A file of passwords: no value of it is ever shown. */
  readonly confidential: boolean;
  /** Whether a file without content counts as an empty group. */
  readonly mayBeEmpty: boolean;
  /** What else is to be found on the values as YAML gave them; what the schema says of the same key gives way. */
  readonly findings?: (value: unknown) => readonly Finding[];
  /** Issues that the schema itself does not come to. */
  readonly issues?: (value: unknown) => readonly z.core.$ZodIssue[];
}

/** Checks a YAML file by a schema. Either all of it is right, or every problem is told at once. */
export function checkFile<S extends z.ZodType>(
  file: string,
  bytes: Uint8Array,
  schema: S,
  checks: Checks,
): CheckedFile<z.output<S>> {
  const source = parseYaml(bytes);
  const problem = (finding: Finding) => placed(finding, file, source.ok ? source.value : undefined, checks);
  const wrong = (problems: readonly ConfigProblem[], value?: unknown) => ({
    output: undefined,
    problems,
    value,
    problem,
  });
  const asError = (text: SyntaxProblem): ConfigProblem => ({ severity: "error", file, ...text });
  if (!source.ok) return wrong(source.error.map(asError));

  const { value, sourceOf } = source.value;
  if (value === null && !checks.mayBeEmpty) return wrong([emptyFile(file, schema)]);
  const parsed = schema.safeParse(value ?? {});
  const findings = checks.findings?.(value) ?? [];
  const issues = [...(parsed.success ? [] : parsed.error.issues), ...(checks.issues?.(value) ?? [])];
  const taken = new Set(findings.map(({ path }) => keyText(path)));
  const { confidential } = checks;
  const translated =
    issues.length > 0 ? findingsOf(issues, { tree: schemaTree(schema), value, sourceOf, confidential }) : [];
  const problems = [
    ...source.value.problems.map(asError),
    ...[...findings, ...translated.filter(({ path }) => !taken.has(keyText(path)))].map(problem),
  ];
  return parsed.success && problems.length === 0
    ? { output: parsed.data, problems, value, problem }
    : wrong(problems, value);
}

/** A problem of a file as a whole. */
export function fileProblem(file: string, text: Message): ConfigProblem {
  return { severity: "error", kind: "file", file, key: "", text };
}

function emptyFile(file: string, schema: z.ZodType): ConfigProblem {
  const { form, keys } = schemaTree(schema);
  const allowed = describeForm(form, [...keys.keys()]);
  const text = compose(configTexts.empty, { allowed });
  return { severity: "error", kind: "wrong-value", file, line: 1, column: 1, key: "", allowed, text };
}

function placed(
  { other, path, at, text, ...finding }: Finding,
  file: string,
  source: YamlSource | undefined,
  { confidential }: Checks,
): ConfigProblem {
  const line = other && source?.locate(other, "value").line;
  const named: KeyPath = confidential && finding.kind === "unknown-key" ? path.slice(0, -1) : path;
  return {
    ...finding,
    file,
    ...source?.locate(path, at),
    key: keyText(named),
    text: line === undefined ? text : compose(text, { line }),
  };
}

/** Problems as they are shown: in order of lines, and beyond the first hundred as a number. */
export function shown(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const sorted = problems.toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  const next = sorted[MOST_PROBLEMS];
  if (!next) return sorted;
  const text = compose(configTexts.moreProblems, { count: sorted.length - MOST_PROBLEMS });
  const { found, allowed, ...place } = next;
  return [...sorted.slice(0, MOST_PROBLEMS), { ...place, kind: "more", key: "", text }];
}
