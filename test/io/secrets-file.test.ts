import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readSecrets } from "../../agent/io/secrets-file.ts";
import { unreadable } from "../../agent/io/small-file.ts";
import { problemLine } from "../../agent/model/config-problem.ts";
import { loginOf } from "../../agent/model/login.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const logins = (password: string) =>
  `credentials:\n  camera:\n    username: viewer\n    password: ${password}\n`;

/** Reads a secrets.yaml with this content and mode. */
async function read(content: string, mode = 0o600) {
  using folder = temporaryFolder();
  const file = folder.file("secrets.yaml");
  writeFileSync(file, content);
  chmodSync(file, mode);
  return await readSecrets({ configured: undefined, folder: folder.path, env: {} });
}

async function errorsOf(content: string, mode?: number): Promise<string[]> {
  const result = await read(content, mode);
  if (result.ok) throw new Error("the secrets file has no problem");
  return result.error.flatMap((problem) => [problemLine(problem, "en"), problemLine(problem, "vi")]);
}

test("logins are found by the name of their entry, and by no other name", async () => {
  const result = await read(logins("hunter2"));
  const secrets = result.ok ? result.value.secrets : undefined;
  expect(secrets && loginOf(secrets, "camera")).toEqual({ username: "viewer", password: "hunter2" });
  for (const name of ["Camera", "constructor", "toString", "__proto__", undefined])
    expect(secrets && loginOf(secrets, name)).toBeUndefined();
});

test("the configured file goes before the systemd credential, and that before secrets.yaml", async () => {
  using folder = temporaryFolder();
  const write = (name: string) => {
    writeFileSync(folder.file(name), logins(name.replace("/", "-")), { mode: 0o600 });
    return folder.file(name);
  };
  mkdirSync(folder.file("credentials"));
  const env = { CREDENTIALS_DIRECTORY: folder.file("credentials") };
  const configured = write("configured");
  const credential = write("credentials/secrets");
  const beside = write("secrets.yaml");
  const from = async (request: { configured: string | undefined; env: NodeJS.ProcessEnv }) => {
    const result = await readSecrets({ ...request, folder: folder.path });
    return result.ok && result.value.file;
  };
  expect(await from({ configured, env })).toBe(configured);
  expect(await from({ configured: undefined, env })).toBe(credential);
  expect(await from({ configured: undefined, env: {} })).toBe(beside);
});

test("without any secrets file there are no logins", async () => {
  using folder = temporaryFolder();
  expect(await readSecrets({ configured: undefined, folder: folder.path, env: {} })).toEqual({
    ok: true,
    value: { secrets: { credentials: {} }, file: undefined, lookedFor: [folder.file("secrets.yaml")] },
  });
});

test("a configured secrets file that is not there is an error", async () => {
  using folder = temporaryFolder();
  const configured = folder.file("none.yaml");
  expect(await readSecrets({ configured, folder: folder.path, env: {} })).toMatchObject({
    ok: false,
    error: [{ kind: "file", file: configured, text: { en: `there is no file ${configured}` } }],
  });
});

test.each([0o640, 0o604, 0o620, 0o601, 0o644])(
  "a secrets file with mode %o is refused with the command that closes it",
  async (mode) => {
    const [english, vietnamese] = await errorsOf(logins("hunter2"), mode);
    expect(english).toMatch(new RegExp(`mode 0${mode.toString(8)}.*chmod 600 .*secrets.yaml`));
    expect(vietnamese).toMatch(new RegExp(`quyền 0${mode.toString(8)}.*chmod 600 .*secrets.yaml`));
  },
);

test("a secrets file that only its owner may read is taken", async () => {
  expect(await read(logins("hunter2"), 0o400)).toMatchObject({ ok: true });
});

test("systemd's credentials are guarded by their folder, whatever their mode", async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.file("credentials"));
  const file = folder.file("credentials/secrets");
  writeFileSync(file, logins("hunter2"));
  chmodSync(file, 0o440);
  const env = { CREDENTIALS_DIRECTORY: folder.file("credentials") };
  expect(await readSecrets({ configured: undefined, folder: folder.path, env })).toMatchObject({ ok: true });
  expect(await readSecrets({ configured: file, folder: folder.path, env })).toMatchObject({ ok: true });
  expect(await readSecrets({ configured: file, folder: folder.path, env: {} })).toMatchObject({ ok: false });
});

test("a folder beside the credentials with a like name is none of systemd's", async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.file("credentials-old"));
  const file = folder.file("credentials-old/secrets");
  writeFileSync(file, logins("hunter2"));
  chmodSync(file, 0o644);
  const env = { CREDENTIALS_DIRECTORY: folder.file("credentials") };
  expect(await readSecrets({ configured: file, folder: folder.path, env })).toMatchObject({ ok: false });
});

test("an empty secrets file holds no logins", async () => {
  expect(await read("# nothing yet\n")).toMatchObject({ ok: true, value: { secrets: { credentials: {} } } });
});

test("a password that YAML reads as a number asks for quotes, without showing it", async () => {
  const [english, vietnamese] = await errorsOf(logins("0123456"));
  expect(english).toMatch(
    /secrets\.yaml:4:15 credentials\.camera\.password: found a number.*put it in quotes/,
  );
  expect(vietnamese).toMatch(/đang là một số.*dấu ngoặc kép/);
});

test.each([
  ["a password in place of the login", "credentials:\n  camera: hunter2\n"],
  ["a list of passwords", "credentials:\n  camera: [hunter2, hunter2]\n"],
  ["a password that became a key", "credentials:\n  camera: { username: viewer, hunter2 }\n"],
  ["a password that became a key of the file", "hunter2:\n"],
  ["a password that breaks YAML", "credentials:\n  camera: { username: viewer, password: hunter2: }\n"],
  [
    "a password with an unknown escape",
    'credentials:\n  camera: { username: viewer, password: "hunter2\\y" }\n',
  ],
  ["a password that is an alias", "credentials:\n  camera: { username: viewer, password: *hunter2 }\n"],
  ["a password that is a tag", "credentials:\n  camera: { username: viewer, password: !hunter2 x }\n"],
  ["a user name too long", `credentials:\n  camera: { username: ${"hunter2".repeat(30)}, password: a }\n`],
])("%s is an error that does not show it", async (_what, content) => {
  const errors = await errorsOf(content);
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.join("\n")).not.toContain("hunter2");
});

test("no value of a secrets file is ever shown, whatever its place", async () => {
  const place = fc.constantFrom("username", "password", "passwd", "user");
  const value = fc.constantFrom(
    "hunter2",
    "[hunter2]",
    "{ a: hunter2 }",
    '"hunter2',
    "hunter2: x",
    "'hunter2' b",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(place, value), { maxLength: 4 }), async (lines) => {
      const body = lines.map(([key, text]) => `    ${key}: ${text}\n`).join("");
      const result = await read(`credentials:\n  camera:\n${body}`);
      if (!result.ok) expect(JSON.stringify(result.error)).not.toContain("hunter2");
    }),
    { numRuns: 200 },
  );
});

test("a file that this user may not read says so, and how it can be read", () => {
  const denied = Object.assign(new Error("EACCES"), { code: "EACCES" });
  expect(unreadable("/etc/x", denied)).toMatchObject({
    absent: false,
    text: { en: expect.stringMatching(/sudo/), vi: expect.stringMatching(/sudo/) },
  });
  const broken = Object.assign(new Error("EIO"), { code: "EIO" });
  expect(unreadable("/etc/x", broken).text.en).toBe("/etc/x cannot be read (EIO)");
});
