import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { documents } from "../../deploy/documents.ts";
import { describedPaths, vietnameseKey } from "../../deploy/reference.ts";
import { descriptionsVi } from "../../deploy/reference-texts.ts";

const onDisk = (name: string) => readFileSync(new URL(`../../deploy/${name}`, import.meta.url), "utf8");

test.each([...documents()])("deploy/%s is what the schemas say (npm run generate)", (name, content) => {
  expect(onDisk(name)).toBe(content);
});

test("every key is described in English and in Vietnamese, and nothing else is", () => {
  const paths = [...describedPaths().keys()].map(vietnameseKey);
  expect(Object.keys(descriptionsVi).sort()).toEqual([...new Set(paths)].sort());
});

test("the reference shows durations as they are written", () => {
  const reference = documents().get("reference.md") ?? "";
  expect(reference).toContain(
    "| `interval` | Time from the beginning of one look at a camera to that of the next. | 1s – 1h | `60s` |",
  );
  expect(reference).not.toMatch(/undefined|NaN|\[object|Infinity|\{(?!username|password)\w+\}/);
});

test("the JSON Schema has durations as text, also their defaults", () => {
  const schema = JSON.parse(documents().get("config.schema.json") ?? "");
  expect(schema.properties.broker.properties.keepalive).toMatchObject({ type: "string", default: "30s" });
  expect(JSON.stringify(schema)).not.toContain("x-form");
});

test("every reference within the AsyncAPI document leads somewhere", () => {
  const document: unknown = parse(documents().get("asyncapi.yaml") ?? "");
  const targets: string[] = [];
  JSON.stringify(document, (key, value) => {
    if (key === "$ref") targets.push(value);
    return value;
  });
  expect(targets.length).toBeGreaterThan(20);
  for (const target of targets) {
    const found = target
      .slice(2)
      .split("/")
      .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
    expect(found, target).toBeDefined();
  }
});
