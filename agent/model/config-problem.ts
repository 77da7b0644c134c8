import { configTexts } from "./messages/config.ts";
import type { Language, Message } from "./messages/text.ts";
import { visible } from "./visible.ts";

/** A problem of a file of the configuration, ready to be shown; everything in it may be shown to anyone. */
export interface ConfigProblem {
  readonly severity: "error" | "warning";
  readonly kind: ProblemKind;
  readonly file: string;
  /** From 1; absent where it concerns the file as a whole. */
  readonly line?: number;
  readonly column?: number;
  /** `cameras[3].address`; empty for the file as a whole. */
  readonly key: string;
  /** What stands there, shortly and without secrets. */
  readonly found?: Message;
  readonly allowed?: Message;
  /** The whole sentence, with what was found and what is allowed. */
  readonly text: Message;
}

type ProblemKind =
  | "syntax"
  | "file"
  | "duplicate-key"
  | "unknown-key"
  | "missing-key"
  | "wrong-value"
  | "secret"
  | "duplicate-camera"
  | "duplicate-command-key"
  | "same-camera"
  | "pair"
  | "order"
  | "credential"
  | "no-cameras"
  | "clear-text"
  | "no-effect"
  | "more";

export type KeyPath = readonly (string | number)[];

/** A problem before it has its line: found on the values alone. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly kind: ProblemKind;
  readonly path: KeyPath;
  /** What of `path` is to be pointed at; the key where it has no value. */
  readonly at: "key" | "value";
  readonly found?: Message;
  readonly allowed?: Message;
  readonly text: Message;
  /** Another place that the text names as `{line}`. */
  readonly other?: KeyPath;
}

/** `cameras[3].address` */
export function keyText(path: KeyPath): string {
  return path
    .map((step, index) =>
      typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${visible(step)}`,
    )
    .join("");
}

export const verbatim = (text: string): Message => ({ en: text, vi: text });

/** As compilers write it: `config.yaml:14:7 cameras[2].adress: unknown key; did you mean …`. */
export function problemLine(
  { file, line, column, key, severity, text }: ConfigProblem,
  language: Language,
): string {
  const place = line === undefined ? file : `${file}:${line}:${column}`;
  const what =
    severity === "warning" ? `${configTexts.warning[language]}: ${text[language]}` : text[language];
  return key ? `${place} ${key}: ${what}` : `${place}: ${what}`;
}
