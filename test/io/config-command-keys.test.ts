import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { officer } from "../fakes/officer.ts";
import { good, loaded, problemsOf } from "./config-cases.ts";

const lan = officer("Lan").entry;
const keys = (...entries: readonly unknown[]) =>
  good.replace("name: Công an huyện }", `name: Công an huyện, commandKeys: ${JSON.stringify(entries)} }`);
const key = (text: string) => problemsOf(keys({ name: "Lan", key: text }));

test("officers are named with their keys; without any the list is empty", async () => {
  expect((await loaded(keys(lan))).config.unit.commandKeys).toEqual([lan]);
  expect((await loaded(good)).config.unit.commandKeys).toEqual([]);
});

test("a key may be pasted as openssl prints it", async () => {
  const { publicKey } = generateKeyPairSync("ed25519");
  const printed = publicKey.export({ type: "spki", format: "pem" }).toString().split("\n")[1] ?? "";
  expect((await loaded(keys({ name: "Lan", key: printed }))).config.unit.commandKeys[0]?.key).toBe(printed);
});

const x25519 = generateKeyPairSync("x25519").publicKey.export({ type: "spki", format: "der" });
test.each([
  ["cut off", lan.key.slice(0, -1)],
  ["longer", `${lan.key}A`],
  ["of another kind", x25519.toString("base64url")],
  ["with a line break", `${lan.key}\n`],
  ["of the documentation", "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="],
  ["of zeros, as a sample has it", `MCowBQYDK2VwAyEA${"A".repeat(43)}`],
  [
    "that anyone can sign for",
    `MCowBQYDK2VwAyEA${Buffer.from(`01${"00".repeat(31)}`, "hex").toString("base64url")}`,
  ],
  [
    "that anyone can sign for, with its sign",
    `MCowBQYDK2VwAyEA${Buffer.from(`01${"00".repeat(30)}80`, "hex").toString("base64url")}`,
  ],
  ["", ""],
])("a key %s is told with its line and what is wanted, in both languages", async (_what, text) => {
  const [problem] = await key(text);
  expect(problem).toMatchObject({
    line: 2,
    key: "unit.commandKeys[0].key",
    kind: "wrong-value",
    severity: "error",
  });
  expect(problem?.text.en).toContain("an Ed25519 public key: the line of `openssl pkey -pubout`");
  expect(problem?.text.vi).toContain("khóa công khai Ed25519");
});

test("a private key in the place of the public one is refused and not shown", async () => {
  const secret = generateKeyPairSync("ed25519").privateKey;
  const der = secret.export({ type: "pkcs8", format: "der" });
  const pem = secret.export({ type: "pkcs8", format: "pem" }).toString();
  for (const text of [der.toString("base64"), der.toString("base64url"), pem, ` ${der.toString("base64")}`]) {
    const problems = JSON.stringify(await key(text));
    expect(problems).toContain("MC4CAQAwBQYDK2VwBCIEI…");
    expect(problems).not.toContain(der.toString("base64").slice(24, 40));
    expect(problems).not.toContain(der.toString("base64url").slice(24, 40));
  }
});

test("two officers have two names and two keys", async () => {
  const [name, same] = await Promise.all([
    problemsOf(keys(lan, { ...officer("?", 2).entry, name: "Lan" })),
    problemsOf(keys(lan, { ...lan, name: "Minh" })),
  ]);
  expect(name).toMatchObject([{ line: 2, key: "unit.commandKeys[1].name", kind: "duplicate-command-key" }]);
  expect(same).toMatchObject([{ line: 2, key: "unit.commandKeys[1].key", kind: "duplicate-command-key" }]);
  expect(same[0]?.text.vi).toMatch(/trùng với mục khác \(dòng 2\)/);
});

test.each([
  ["a key alone", [{ key: lan.key }], "unit.commandKeys[0]"],
  ["a name alone", [{ name: "Lan" }], "unit.commandKeys[0]"],
  ["a text", ["Lan"], "unit.commandKeys[0]"],
  ["seventeen", Array.from({ length: 17 }, (_, n) => officer(`o${n}`, n).entry), "unit.commandKeys"],
])("%s is told", async (_what, entries, place) => {
  expect((await problemsOf(keys(...entries))).map((problem) => problem.key)).toEqual(
    expect.arrayContaining([expect.stringContaining(place)]),
  );
});
