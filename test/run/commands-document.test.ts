import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseCommand } from "../../agent/core/command.ts";
import { commandText, readOfficers, signerOf } from "../../agent/core/command-signature.ts";
import { COMMAND_BYTES, commandArguments, refusalReasons } from "../../agent/model/command.ts";
import { blocksOf, blockWith } from "../fakes/documented.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const DOCUMENTS = ["commands.md", "commands.vi.md"];
const topic = "cam/v1/ca-khu-vuc-3/xa-tan-an/cmd/resend/2026-11-24-0001";
const here = { unit: "ca-khu-vuc-3", site: "xa-tan-an" };

test("the example is what openssl makes of the key and the text, and what a site would take", () => {
  using folder = temporaryFolder();
  const [key, text] = [folder.file("officer.pem"), folder.file("text")];
  writeFileSync(key, blockWith("commands.md", "BEGIN PRIVATE KEY"));
  const example = blockWith("commands.md", "2026-11-24-0001").trimEnd();
  writeFileSync(text, example);
  const openssl = (...given: string[]) => execFileSync("openssl", given);
  const signature = openssl("pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", text).toString("base64url");
  const der = openssl("pkey", "-in", key, "-pubout", "-outform", "DER");

  const message = blockWith("commands.md", '"keyId":"06e3').trimEnd();
  const parsed = parseCommand({ topic, payload: Buffer.from(message), retain: false }, here);
  if (!parsed?.ok) throw new Error("the example is malformed");
  const { command, request, body } = parsed;
  expect(body.signature).toBe(signature);
  expect(commandText({ ...here, command, request }, { ...body, issued: body.issued ?? "" })).toBe(example);
  const officers = readOfficers([{ name: "Lan", key: der.toString("base64") }]);
  expect(signerOf({ ...here, command, request }, body, officers)).toEqual({ by: "Lan" });
  expect(commandArguments.resend.parse(JSON.parse(body.arguments))).toMatchObject({ from: 120, to: 240 });
});

test("both languages have the same examples, and name every command and every reason", () => {
  const [english, vietnamese] = DOCUMENTS.map(blocksOf);
  expect(vietnamese).toEqual(english);
  for (const document of DOCUMENTS) {
    const text = readFileSync(new URL(`../../deploy/${document}`, import.meta.url), "utf8");
    for (const name of [...refusalReasons, ...Object.keys(commandArguments)])
      expect(text).toContain(`\`${name}\``);
    expect(text.replaceAll(/[.,](?=\d)/g, "")).toContain(String(COMMAND_BYTES));
  }
});
