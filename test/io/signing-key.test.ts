import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { readPublicKeys } from "../../agent/core/signed-text.ts";
import { openSigningKey } from "../../agent/io/signing-key.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

function folder() {
  const made = temporaryFolder();
  onTestFinished(() => made[Symbol.dispose]());
  return made;
}

async function open(path: string) {
  const opened = await openSigningKey(path);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

test("a key that is not there is made, for the owner alone, and is the same ever after", async () => {
  const place = folder();
  const path = place.file("signing.key");
  const first = await open(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(place.path)).toEqual(["signing.key"]);
  expect(readFileSync(path, "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  const bytes = readFileSync(path);
  const second = await open(path);
  expect(second).toMatchObject({ keyId: first.keyId, publicKey: first.publicKey });
  expect(readFileSync(path)).toEqual(bytes);
});

test("what it signs, the public key of the file verifies, and no other does", async () => {
  const path = folder().file("signing.key");
  const signer = await open(path);
  const signature = Buffer.from(signer.sign("điểm\n1"), "base64url");
  const own = createPublicKey(createPrivateKey(readFileSync(path, "utf8")));
  expect(verify(null, Buffer.from("điểm\n1"), own, signature)).toBe(true);
  expect(verify(null, Buffer.from("điểm\n2"), own, signature)).toBe(false);
  expect(readPublicKeys(signer.publicKey)?.get(signer.keyId)?.equals(own)).toBe(true);
  const other = await open(folder().file("signing.key"));
  expect(other.publicKey).not.toBe(signer.publicKey);
  expect(other.keyId).not.toBe(signer.keyId);
});

test("two that make it at once have one key", async () => {
  const path = folder().file("signing.key");
  const [a, b] = await Promise.all([open(path), open(path)]);
  expect(a.keyId).toBe(b.keyId);
  expect((await open(path)).keyId).toBe(a.keyId);
});

test.each([0o640, 0o604, 0o660])("a key that others may read (%i) is refused", async (mode) => {
  const path = folder().file("signing.key");
  await open(path);
  chmodSync(path, mode);
  const evidence = `mode 0${mode.toString(8)}`;
  expect(await openSigningKey(path)).toEqual({
    ok: false,
    error: { kind: "open-to-others", path, evidence },
  });
});

test("a file that is no Ed25519 key is refused and left as it is", async () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
  const pem = rsa.export({ type: "pkcs8", format: "pem" });
  for (const content of ["", "no key", "x".repeat(10_000), pem]) {
    const path = folder().file("signing.key");
    writeFileSync(path, content, { mode: 0o600 });
    const opened = await openSigningKey(path);
    expect(opened).toMatchObject({ ok: false, error: { kind: "not-a-key", path } });
    expect(JSON.stringify(opened)).not.toContain("BEGIN");
    expect(readFileSync(path, "utf8")).toBe(content);
  }
});

test("a folder in its place, and a folder that is missing, are faults", async () => {
  const place = folder();
  mkdirSync(place.file("signing.key"));
  expect(await openSigningKey(place.file("signing.key"))).toMatchObject({ error: { kind: "not-a-key" } });
  expect(await openSigningKey(place.file("disk/signing.key"))).toMatchObject({
    error: { kind: "directory-missing", evidence: place.file("disk") },
  });
});

test("public keys are read from PEM and from the text that info carries; anything else is none", async () => {
  const { publicKey } = generateKeyPairSync("ed25519");
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const der = publicKey.export({ type: "spki", format: "der" }).toString("base64url");
  for (const text of [`# site\n${pem}`, `${der}\n`]) {
    const keys = [...(readPublicKeys(text)?.values() ?? [])];
    expect(keys.map((key) => key.equals(publicKey))).toEqual([true]);
  }
  expect(readPublicKeys(`${pem}${otherPem()}`)?.size).toBe(2);
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).publicKey;
  const other = rsa.export({ type: "spki", format: "pem" }).toString();
  for (const text of ["", "x", pem.replace("A", "?"), der.slice(2), other])
    expect(readPublicKeys(text)).toBeUndefined();
});

const otherPem = () =>
  generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString();
