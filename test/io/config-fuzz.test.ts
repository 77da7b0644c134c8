import fc from "fast-check";
import { expect, test } from "vitest";
import { parseYaml } from "../../agent/io/yaml-source.ts";
import { good, read } from "./config-cases.ts";

/** Texts that mean something to YAML or to the schema. */
const fragments = fc.constantFrom(
  ..."\t,\n,  ,: ,- ,{,},[,],\",',#,&a ,*a,!!str ,%YAML 1.1\n,---\n,...\n,|\n,>\n,? ,<<: *a,null,~,yes,0x1F,1e999,.nan,\0,\uFEFF,é".split(
    ",",
  ),
  ...[
    "cameras:\n",
    "site:\n",
    "id: ",
    "driver: onvif\n",
    "__proto__: ",
    "constructor: ",
    "password: x\n",
    "60s",
  ],
  "- ".repeat(300),
  "[".repeat(300),
);

type Edit = { readonly at: number; readonly remove: number; readonly insert: string };

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(good.length),
  remove: fc.oneof(fc.constant(0), fc.nat(30)),
  insert: fc.oneof(fragments, fc.constant(""), fc.string({ maxLength: 8 })),
});

const mutated = fc
  .array(edit, { minLength: 1, maxLength: 6 })
  .map((edits) =>
    edits.reduce(
      (text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove),
      good,
    ),
  );

test("any mutation of a configuration gives a configuration or problems with their lines, in both languages", async () => {
  await fc.assert(
    fc.asyncProperty(mutated, async (text) => {
      const result = await read(text);
      if (result.ok) return;
      const lines = text.split(/\r\n|\r|\n/).length;
      expect(result.error.length).toBeGreaterThan(0);
      for (const { line, column, text: words, kind } of result.error) {
        // Concerns the secrets file or another file as a whole.
        if (kind === "file" && line === undefined) continue;
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(words.en).not.toBe("");
        expect(words.vi).not.toBe("");
      }
    }),
    { numRuns: 1_000 },
  );
});

test("any bytes give a value or errors, and never a throw", () => {
  const check = (bytes: Uint8Array) => {
    const source = parseYaml(bytes);
    if (source.ok) source.value.locate(["cameras", 0, "id"], "value");
    else expect(source.error.length).toBeGreaterThan(0);
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), check), { numRuns: 2_000 });
  fc.assert(
    fc.property(fc.array(fragments, { maxLength: 40 }), (parts) =>
      check(new TextEncoder().encode(parts.join(""))),
    ),
    { numRuns: 2_000 },
  );
});

test("a value may be any JSON: the configuration is refused with words and never throws", async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
      const result = await read(JSON.stringify(value));
      expect(result.ok).toBe(false);
    }),
    { numRuns: 300 },
  );
});
