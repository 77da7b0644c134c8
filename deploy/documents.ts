import * as z from "zod";
import { configSchema } from "../agent/model/config.ts";
import { inputJsonSchema } from "../agent/model/schema-tree.ts";
import manifest from "../package.json" with { type: "json" };
import { asyncapiDocument } from "./asyncapi.ts";
import { argumentSchemas, contract } from "./contract.ts";
import { referencePage } from "./reference.ts";

/** Every generated document: path below `deploy/` → content. Same schemas, same bytes. */
export function documents(): ReadonlyMap<string, string> {
  const schemas = contract.flatMap(({ messages }) =>
    messages.map(({ name, title, schema }): [string, string] => [
      `schemas/${name}.json`,
      json({ title, ...z.toJSONSchema(schema, { io: "input" }) }),
    ]),
  );
  return new Map([
    ["reference.md", referencePage("en")],
    ["reference.vi.md", referencePage("vi")],
    ["config.schema.json", json({ title: "camera-agent config.yaml", ...inputJsonSchema(configSchema) })],
    ["asyncapi.yaml", asyncapiDocument(manifest.version)],
    ...schemas,
    ...argumentSchemas.map(([name, schema]): [string, string] => [
      `schemas/${name}.json`,
      json({ title: name, ...z.toJSONSchema(schema, { io: "input" }) }),
    ]),
  ]);
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
