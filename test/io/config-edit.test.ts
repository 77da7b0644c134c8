import {
  chmodSync,
  chownSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { editConfig, prepareEdit } from "../../agent/io/config-edit.ts";
import { type CameraChange, changeCameras, changeLogins } from "../../agent/io/config-edit-text.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const head = `# Trạm xã A
site:   { id: site-a, name: "Xã A" }   # điểm
unit: { id: unit-a, name: Công an huyện A }

broker: { url: "mqtt://127.0.0.1" }
`;
const two = `${head}
cameras:
  # Cổng
  - id: gate      # giữ nguyên
    name: 'Cổng'
    driver: onvif
    address: 192.168.1.10

  # Sân
  - { id: yard, driver: rtsp, name: Sân, stream: "rtsp://192.168.1.11/" }   # luồng
# hết
`;
const yard2 = { id: "yard-2", name: "Sân: sau", driver: "hikvision", address: "192.168.1.12", channel: 2 };
const add: CameraChange = { kind: "add", cameras: [yard2] };

test("a camera is added below the last one, and every other byte stays", () => {
  expect(changeCameras(two, add)).toBe(
    two.replace(
      "# hết",
      `  - id: yard-2\n    name: "Sân: sau"\n    driver: hikvision\n    address: 192.168.1.12\n    channel: 2\n# hết`,
    ),
  );
});

test("a name is changed where it stands, in quotes or without, and every other byte stays", () => {
  expect(changeCameras(two, { kind: "rename", id: "gate", name: 'Cổng "chính" #1' })).toBe(
    two.replace("'Cổng'", String.raw`"Cổng \"chính\" #1"`),
  );
  expect(changeCameras(two, { kind: "rename", id: "yard", name: "Sân, sau" })).toBe(
    two.replace("name: Sân,", 'name: "Sân, sau",'),
  );
});

test("a camera is taken out with its lines; comments between the cameras stay", () => {
  expect(changeCameras(two, { kind: "remove", id: "gate" })).toBe(
    two.replace(/ {2}- id: gate[\s\S]*?192\.168\.1\.10\n/, ""),
  );
  const none = changeCameras(changeCameras(two, { kind: "remove", id: "gate" }) ?? "", {
    kind: "remove",
    id: "yard",
  });
  expect(parse(none ?? "").cameras).toEqual([]);
  expect(none).toMatch(/^# Trạm[\s\S]*# Cổng[\s\S]*# Sân[\s\S]*# hết\n$/);
});

test.each([
  ["no key", head],
  ["no key and no last line end", head.trimEnd()],
  ["an empty key", `${head}cameras:\nlanguage: vi\n`],
  ["an empty list with a comment", `${head}cameras: []  # chưa có\nlanguage: vi\n`],
  ["lines of Windows", two.replaceAll("\n", "\r\n")],
  ["a list without indentation", two.replaceAll(/^ {2}/gm, "")],
  ["a list in brackets", `${head}cameras: [{ id: a, driver: onvif, name: A, address: a }]\nlanguage: vi\n`],
  ["a text that ends in dots", `${two}...\n`],
])("a camera is added and taken out again of a configuration with %s", (_, text) => {
  const added = changeCameras(text, add) ?? "";
  const before = parse(text);
  expect(parse(added)).toEqual({ ...before, cameras: [...(before.cameras ?? []), yard2] });
  expect(added.match(/#.*/g)).toEqual(text.match(/#.*/g));
  expect(added.includes("\r\n")).toBe(text.includes("\r\n"));
  expect(added.replaceAll("\r\n", "").includes("\r")).toBe(false);
  const taken = changeCameras(added, { kind: "remove", id: "yard-2" }) ?? "";
  expect(parse(taken)).toEqual({ ...before, cameras: before.cameras ?? [] });
});

const withLogin = (entry: string) => (text: string) =>
  changeLogins(text, new Map([[entry, { username: "admin", password: '"#:' }]]));

test("a login is put into the secrets file beside the others and their comments", () => {
  const text = '# mật khẩu\ncredentials:\n  a: { username: admin, password: "1: #2" } # cũ\n';
  const changed = withLogin("b")(text) ?? "";
  expect(parse(changed).credentials.b).toEqual({ username: "admin", password: '"#:' });
  expect(changed).toMatch(/^# mật khẩu\n[\s\S]*"1: #2" } # cũ\n/);
  const login = { username: "admin", password: '"#:' };
  expect(parse(withLogin("b")("") ?? "")).toEqual({ credentials: { b: login } });
  expect(parse(withLogin("b")("credentials:\n") ?? "")).toEqual({ credentials: { b: login } });
});

test("of two entries that are written once, one is changed and the other stays", () => {
  const text = "credentials:\n  a: &x { username: u, password: p }\n  b: *x\n";
  const other = { username: "u", password: "p" };
  const login = { username: "admin", password: '"#:' };
  expect(parse(withLogin("a")(text) ?? "").credentials).toEqual({ a: login, b: other });
  expect(parse(withLogin("b")(text) ?? "").credentials).toEqual({ a: other, b: login });
  const cameras = `${head}cameras:\n  - &x { id: a, name: A, driver: onvif, address: a }\n  - *x\n`;
  const removed = changeCameras(cameras.replace("*x", "{ id: b, name: B, driver: onvif, address: a }"), {
    kind: "remove",
    id: "a",
  });
  expect(parse(removed ?? "").cameras).toMatchObject([{ id: "b" }]);
});

/** The site's two cameras in a folder of their own. */
function site() {
  const folder = temporaryFolder();
  const file = folder.file("config.yaml");
  writeFileSync(file, two, { mode: 0o640 });
  const left = () => readdirSync(folder.path).toSorted();
  return {
    file,
    secrets: folder.file("secrets.yaml"),
    left,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

test("a changed configuration keeps its mode and owner, and a link to it stays a link", async () => {
  using at = site();
  const link = `${at.file}.link`;
  symlinkSync(at.file, link);
  // Root, as which it is usually run, must not take the file away from the agent.
  if (process.getuid?.() === 0) chownSync(at.file, 1, 2);
  chmodSync(at.file, 0o604);
  const { uid, gid } = statSync(at.file);
  expect(await editConfig({ file: link, env: {}, config: (text) => changeCameras(text, add) })).toMatchObject(
    {
      ok: true,
    },
  );
  expect(readFileSync(at.file, "utf8")).toContain("yard-2");
  expect(statSync(at.file)).toMatchObject({ uid, gid });
  expect(statSync(at.file).mode & 0o777).toBe(0o604);
  expect(at.left()).toEqual(["config.yaml", "config.yaml.link"]);
});

test("a camera and its new login are written together, the login for its owner alone", async () => {
  using at = site();
  const camera = { ...yard2, credential: "recorder" };
  const secrets = {
    file: at.secrets,
    change: withLogin("recorder"),
  };
  const config = (text: string) => changeCameras(text, { kind: "add", cameras: [camera] });
  expect(await editConfig({ file: at.file, env: {}, config, secrets })).toMatchObject({ ok: true });
  expect(statSync(at.secrets).mode & 0o777).toBe(0o600);
  expect(at.left()).toEqual(["config.yaml", "secrets.yaml"]);
});

test("what would be no valid configuration changes neither file, and is told by its line", async () => {
  using at = site();
  const config = (text: string) => changeCameras(text, { kind: "add", cameras: [{ ...yard2, id: "gate" }] });
  const secrets = {
    file: at.secrets,
    change: withLogin("x"),
  };
  expect(await editConfig({ file: at.file, env: {}, config, secrets })).toMatchObject({
    ok: false,
    error: [{ file: at.file, kind: "duplicate-camera", key: "cameras[2].id" }],
  });
  expect(readFileSync(at.file, "utf8")).toBe(two);
  expect(at.left()).toEqual(["config.yaml"]);
});

test("a file that somebody else changed meanwhile is left as they made it", async () => {
  using at = site();
  const prepared = await prepareEdit({ file: at.file, env: {}, config: (text) => changeCameras(text, add) });
  if (!prepared.ok) throw new Error("not prepared");
  writeFileSync(at.file, `${two}language: vi\n`);
  expect(await prepared.value.commit()).toMatchObject({
    ok: false,
    error: [{ file: at.file, kind: "file" }],
  });
  await prepared.value.discard();
  expect(readFileSync(at.file, "utf8")).toBe(`${two}language: vi\n`);
  expect(at.left()).toEqual(["config.yaml"]);
});

/** A configuration as people write it: any style of list and entry, comments and blank lines anywhere. */
const writtenByPeople = fc
  .record({
    indent: fc.constantFrom("", "  ", "    "),
    lineEnd: fc.constantFrom("\n", "\r\n"),
    last: fc.boolean(),
    after: fc.constantFrom("", "language: vi\n", "# hết\n", "\n\n", "# - id: mẫu\n#   name: x\n"),
    cameras: fc.uniqueArray(
      fc.record({
        id: fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/),
        name: fc.oneof(
          fc.string({ minLength: 1, maxLength: 12 }),
          fc.constantFrom("on", "1", "- a: b", "# no", "'", '"'),
        ),
        style: fc.constantFrom("block", "flow", "compact"),
        before: fc.constantFrom("", "\n", "# chú thích\n", "\n  # lề khác\n"),
        beside: fc.constantFrom("", " # bên cạnh"),
      }),
      { selector: ({ id }) => id, minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ indent, lineEnd, last, after, cameras }) => {
    const items = cameras.map(({ id, name, style, before, beside }) => {
      const [quotedId, quotedName] = [JSON.stringify(id), JSON.stringify(name)];
      const entry = {
        flow: `- { id: ${quotedId}, name: ${quotedName}, driver: onvif }${beside}\n`,
        block: `-   id: ${quotedId}${beside}\n${indent}    name: ${quotedName}\n\n${indent}    driver: onvif${beside}\n`,
        compact: `-\n${indent}  name: ${quotedName} # tên\n${indent}  id: ${quotedId}\n`,
      }[style];
      return `${before}${indent}${entry}`;
    });
    const text = `${head}cameras: # tại xã\n${items.join("")}${after}`;
    return {
      ids: cameras.map(({ id }) => id),
      text: (last ? text : text.trimEnd()).replaceAll("\n", lineEnd),
    };
  });

test("whatever the layout, a camera goes in and out again, and all comments and lines of others stay", () => {
  fc.assert(
    fc.property(writtenByPeople, fc.string({ minLength: 1 }), ({ text, ids }, name) => {
      const before = parse(text);
      const added = changeCameras(text, add) ?? "";
      expect(parse(added)).toEqual({ ...before, cameras: [...before.cameras, yard2] });
      const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
      // Nothing but the end of a last line that had none is new.
      expect([text, text + lineEnd]).toContain(changeCameras(added, { kind: "remove", id: "yard-2" }));
      for (const id of ids) {
        const renamed = changeCameras(text, { kind: "rename", id, name }) ?? "";
        expect(parse(renamed).cameras.find((camera: { id: string }) => camera.id === id).name).toBe(name);
        expect(renamed.split(/\r?\n/).length).toBe(text.split(/\r?\n/).length);
        const removed = changeCameras(text, { kind: "remove", id }) ?? "";
        expect(parse(removed).cameras.map((camera: { id: string }) => camera.id)).toEqual(
          ids.filter((one) => one !== id),
        );
      }
    }),
    { numRuns: 60 },
  );
});

test.each([true, false])(
  "where the configuration cannot take its place the logins go back to what they were (there: %s)",
  async (isThere) => {
    using folder = temporaryFolder();
    const [file, secrets] = [folder.file("config.yaml"), folder.file("secrets.yaml")];
    writeFileSync(file, two);
    if (isThere) writeFileSync(secrets, "credentials: {}\n", { mode: 0o600 });
    const before = readdirSync(folder.path).map((name) => [name, readFileSync(folder.file(name), "utf8")]);
    const login = new Map([["nvr", { username: "admin", password: "p" }]]);
    const prepared = await prepareEdit({
      file,
      env: {},
      config: (text) => changeCameras(text, add),
      secrets: { file: secrets, change: (text) => changeLogins(text, login) },
    });
    if (!prepared.ok) throw new Error("refused");
    const beside = readdirSync(folder.path).find((name) => name.startsWith(".config.yaml."));
    rmSync(folder.file(beside ?? ""));
    expect(await prepared.value.commit()).toMatchObject({ ok: false });
    await prepared.value.discard();
    expect(readdirSync(folder.path).map((name) => [name, readFileSync(folder.file(name), "utf8")])).toEqual(
      before,
    );
    if (isThere) expect(statSync(secrets).mode & 0o777).toBe(0o600);
  },
);
