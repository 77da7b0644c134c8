import * as z from "zod";
import { formatSize } from "./byte-size.ts";
import { formatDuration } from "./duration.ts";
import { type NamedForm, namedForms } from "./forms.ts";

/**
 * A zod schema as plain data, by way of its JSON Schema: what error messages and the reference page are written
 * from, so that neither can say anything but what is validated.
 */
export interface SchemaNode {
  readonly description: string | undefined;
  readonly form: Form;
  /** As one writes it in the file; undefined where there is none, or where it is an empty group. */
  readonly preset: unknown;
  /** Whether a group lacks it at its peril. */
  readonly required: boolean;
  /** Keys of a group, in the order of the declaration; empty for everything else. */
  readonly keys: ReadonlyMap<string, SchemaNode>;
  /** What a list holds, or what every entry of a group with free names holds. */
  readonly items: SchemaNode | undefined;
  /** Where a value may take one of several shapes: each of them. */
  readonly variants: readonly SchemaNode[];
}

/** What a value must look like. */
export type Form =
  | NamedForm
  | { readonly kind: "choice"; readonly values: readonly string[] }
  | { readonly kind: "boolean" }
  | { readonly kind: "integer" | "number"; readonly min: number; readonly max: number }
  | { readonly kind: "text"; readonly min: number; readonly max: number }
  | { readonly kind: "list"; readonly max: number }
  | { readonly kind: "group" };

type JsonSchema = z.core.JSONSchema.JSONSchema;

const FORM_KEY = "x-form";

/**
 * Reads `schema` as it is written in a file, before transforms and defaults. Costs some 10 ms the first time, which
 * a start with a good configuration need not spend.
 */
export function schemaTree(schema: z.ZodType): SchemaNode {
  const tree = trees.get(schema) ?? node(jsonSchema(schema, true), true);
  trees.set(schema, tree);
  return tree;
}

const trees = new WeakMap<z.ZodType, SchemaNode>();

/** JSON Schema (draft 2020-12) of what may be written in a file: durations and sizes as text, defaults as text. */
export function inputJsonSchema(schema: z.ZodType): JsonSchema {
  return jsonSchema(schema, false);
}

/** The node at a path of the file; undefined where the schema has no such key. A variant counts by what it is. */
export function nodeAt(
  root: SchemaNode,
  path: readonly PropertyKey[],
  value: unknown,
): SchemaNode | undefined {
  let current: SchemaNode | undefined = root;
  let at = value;
  for (const step of path) {
    if (!current) return undefined;
    const shape = variantFor(current, at);
    current = typeof step === "number" ? shape.items : (shape.keys.get(String(step)) ?? shape.items);
    at = typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[step] : undefined;
  }
  return current && variantFor(current, at);
}

/** The variant that `value` claims to be, by the key whose only allowed value tells them apart. */
function variantFor(shape: SchemaNode, value: unknown): SchemaNode {
  if (shape.variants.length === 0 || typeof value !== "object" || value === null) return shape;
  const claimed = shape.variants.find((variant) =>
    [...variant.keys].some(
      ([key, { form }]) =>
        form.kind === "choice" &&
        form.values.length === 1 &&
        (value as Record<string, unknown>)[key] === form.values[0],
    ),
  );
  return claimed ?? shape;
}

function jsonSchema(schema: z.ZodType, withForms: boolean): JsonSchema {
  return z.toJSONSchema(schema, {
    io: "input",
    override({ zodSchema, jsonSchema }) {
      const form = namedForms.get(zodSchema);
      if (form && withForms) jsonSchema[FORM_KEY] = form;
      const { def } = zodSchema._zod;
      if (def.type !== "default" || typeof def.defaultValue !== "number") return;
      const kind = namedForms.get(def.innerType)?.kind;
      if (kind === "duration") jsonSchema.default = formatDuration(def.defaultValue);
      if (kind === "size") jsonSchema.default = formatSize(def.defaultValue);
    },
  });
}

function node(json: JsonSchema, required: boolean): SchemaNode {
  const needed = new Set(json.required);
  const keys = Object.entries(json.properties ?? {}).map(
    ([key, child]) => [key, node(object(child), needed.has(key))] as const,
  );
  const variants = (json.oneOf ?? []).map((variant) => node(object(variant), true));
  const entries = json.items ?? (json.propertyNames ? json.additionalProperties : undefined);
  return {
    description: json.description,
    form: formOf(json),
    preset: json.type === "object" ? undefined : json.default,
    required,
    keys: new Map(variants.length > 0 ? commonKeys(variants) : keys),
    items: typeof entries === "object" && !Array.isArray(entries) ? node(object(entries), false) : undefined,
    variants,
  };
}

/** Keys of a value whose variant is not known yet: every variant's, and where they only choose, all choices. */
function commonKeys(variants: readonly SchemaNode[]): Map<string, SchemaNode> {
  const keys = new Map<string, SchemaNode>();
  for (const [key, child] of variants.flatMap((variant) => [...variant.keys])) {
    const before = keys.get(key);
    if (before?.form.kind === "choice" && child.form.kind === "choice") {
      const values = [...new Set([...before.form.values, ...child.form.values])];
      keys.set(key, { ...before, form: { kind: "choice", values } });
    } else if (!before) keys.set(key, child);
  }
  return keys;
}

function formOf(json: JsonSchema): Form {
  const named = json[FORM_KEY];
  if (named !== undefined) return named as NamedForm;
  if (json.const !== undefined) return { kind: "choice", values: [String(json.const)] };
  if (json.enum) return { kind: "choice", values: json.enum.map(String) };
  switch (json.type) {
    case "boolean":
      return { kind: "boolean" };
    case "integer":
    case "number":
      return {
        kind: json.type,
        min: json.minimum ?? Number.NEGATIVE_INFINITY,
        max: json.maximum ?? Number.POSITIVE_INFINITY,
      };
    case "string":
      return { kind: "text", min: json.minLength ?? 0, max: json.maxLength ?? Number.POSITIVE_INFINITY };
    case "array":
      return { kind: "list", max: json.maxItems ?? Number.POSITIVE_INFINITY };
    default:
      return { kind: "group" };
  }
}

/** A schema of `true` or `false` says nothing about keys. */
function object(json: JsonSchema | boolean | readonly (JsonSchema | boolean)[]): JsonSchema {
  return typeof json === "object" && !Array.isArray(json) ? (json as JsonSchema) : {};
}
