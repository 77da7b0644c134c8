import { expect, test } from "vitest";
import { configSchema } from "../../agent/model/config.ts";
import { describeForm, formTexts } from "../../agent/model/messages/forms.ts";
import { nodeAt, type SchemaNode, schemaTree } from "../../agent/model/schema-tree.ts";

const tree = schemaTree(configSchema);

function nodesOf(node: SchemaNode): SchemaNode[] {
  const below = [...node.keys.values(), ...node.variants, ...(node.items ? [node.items] : [])];
  return [node, ...below.flatMap(nodesOf)];
}

test("whatever the schema allows can be said in both languages, with nothing left to fill in", () => {
  const nodes = nodesOf(tree);
  expect(nodes.length).toBeGreaterThan(60);
  for (const node of nodes) {
    const { en, vi } = describeForm(node.form, [...node.keys.keys()]);
    for (const text of [en, vi]) expect(text).not.toMatch(/\{\w+\}|undefined|Infinity|^$/);
  }
  for (const { en, vi } of Object.values(formTexts)) expect([en.trim(), vi.trim()]).not.toContain("");
});

test("what is allowed of a camera depends on its driver, and without one on all of them", () => {
  const keys = (camera: unknown) => [
    ...(nodeAt(tree, ["cameras", 0], { cameras: [camera] })?.keys.keys() ?? []),
  ];
  expect(keys({ driver: "rtsp" })).toEqual([
    "id",
    "name",
    "credential",
    "maintenance",
    "driver",
    "stream",
    "motion",
  ]);
  expect(keys({ driver: "onvif" })).toContain("rtspPort");
  expect(keys({ driver: "onvif" })).not.toContain("stream");
  expect(keys({})).toEqual(expect.arrayContaining(["address", "stream"]));
  expect(nodeAt(tree, ["cameras", 0, "driver"], { cameras: [{}] })?.form).toEqual({
    kind: "choice",
    values: ["onvif", "hikvision", "dahua", "rtsp"],
  });
});

test("a path that the schema does not know has no node", () => {
  expect(nodeAt(tree, ["broker", "nothing"], {})).toBeUndefined();
  expect(nodeAt(tree, ["nothing", 0, "x"], {})).toBeUndefined();
});
