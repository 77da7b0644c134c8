import * as z from "zod";

/**
 * What a value of the configuration must look like, where JSON Schema has no word for it. Errors and the reference
 * page say it in words (`messages/forms.ts`).
 */
export type NamedForm =
  | { readonly kind: "duration" | "size"; readonly min: string; readonly max: string }
  | { readonly kind: "code" }
  | { readonly kind: "address" }
  | { readonly kind: "url"; readonly schemes: readonly string[]; readonly extent: "host" | "path" }
  | { readonly kind: "name" | "line"; readonly max: number }
  | { readonly kind: "path" }
  | { readonly kind: "public-key" }
  | { readonly kind: "file" }
  | { readonly kind: "folder" };

/** Which form a schema stands for. A schema that is described, optional or has a default keeps its form. */
export const namedForms = z.registry<NamedForm>();
