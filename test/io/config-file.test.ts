import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readConfig } from "../../agent/io/config-file.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { good, loaded, problemsOf, read } from "./config-cases.ts";

test("a good configuration is read with its defaults, durations in milliseconds and its logins", async () => {
  const { config, secrets, warnings } = await loaded(good);
  expect(config.health).toMatchObject({ interval: 60_000, openAfterFailures: 3, loginFreeze: 2_100_000 });
  expect(config.cameras[2]).toMatchObject({ driver: "onvif", path: "/onvif/device_service", events: true });
  expect(secrets.credentials.camera).toEqual({ username: "viewer", password: "hunter2" });
  expect(warnings).toEqual([]);
});

test("files are found from the folder of the configuration", async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.file("tls"));
  for (const name of ["ca.pem", "site.pem", "site.key"]) writeFileSync(folder.file(`tls/${name}`), "");
  writeFileSync(folder.file("logins.yaml"), "credentials: {}", { mode: 0o600 });
  const text = `${good.replace(/ {4}credential.*\n/, "")}secrets: logins.yaml\njournal: { path: data/journal.db }\n`;
  const tls = "  ca: tls/ca.pem\n  certificate: tls/site.pem\n  key: tls/site.key\n";
  writeFileSync(folder.file("config.yaml"), text.replace("health:", `${tls}health:`));
  const result = await readConfig(folder.file("config.yaml"), {});
  expect(result).toMatchObject({
    ok: true,
    value: {
      secretsFile: folder.file("logins.yaml"),
      config: {
        broker: { ca: folder.file("tls/ca.pem") },
        journal: { path: folder.file("data/journal.db") },
      },
    },
  });
});

test("every problem is told at once, in order of lines", async () => {
  const problems = await problemsOf(
    good
      .replace("60s", "60")
      .replace("id: xa-tan-an", "id: Xã")
      .replace("driver: rtsp", "driver: rtps")
      .replace("name: Chợ", "nmae: Chợ")
      .replace("id: cam-3", "id: cam-1")
      .replace("credential: camera", "credential: camra"),
  );
  expect(problems.map(({ line, key }) => `${line} ${key}`)).toEqual([
    "1 site.id",
    "6 health.interval",
    "12 cameras[0].credential",
    "13 cameras[1].name",
    "15 cameras[1].driver",
    "17 cameras[2].id",
  ]);
});

test("problems of the secrets file are told together with those of the configuration", async () => {
  const problems = await problemsOf(
    good.replace("60s", "60"),
    "credentials: { camera: { username: viewer } }",
  );
  expect(problems.map(({ file, key }) => `${basename(file)} ${key}`)).toEqual([
    "config.yaml health.interval",
    "secrets.yaml credentials.camera.password",
  ]);
});

test("of a flood of problems the first hundred are told, and how many more there are", async () => {
  const problems = await problemsOf(`${good}${Array.from({ length: 150 }, (_, n) => `k${n}: 1`).join("\n")}`);
  expect(problems).toHaveLength(101);
  expect(problems[100]).toMatchObject({ kind: "more", text: { en: "and 50 more problems" } });
});

test("a password in the configuration is refused and never shown, wherever it stands", async () => {
  const problems = await problemsOf(
    good
      .replace("mqtts://broker", "mqtts://admin:hunter3@broker")
      .replace("    credential: camera", "    password: hunter4\n    credential: camera")
      .replace("rtsp://192.168.1.11:554/ch1", "rtsp://192.168.1.11:554/user=a&password=hunter5&channel=1")
      .replace("address: 192.168.1.12:8000", "address: admin:hunter6@192.168.1.12"),
  );
  expect(problems.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
    "secret broker.url",
    "secret cameras[0].password",
    "secret cameras[1].stream",
    "secret cameras[2].address",
  ]);
  expect(JSON.stringify(problems)).not.toContain("hunter");
  for (const { text } of problems) {
    expect(text.en).toContain("secrets file (mode 0600)");
    expect(text.vi).toContain("tệp mật khẩu (quyền 0600)");
  }
});

test("a credential without any secrets file says where one was looked for", async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.file("config.yaml"), good);
  const result = await readConfig(folder.file("config.yaml"), {});
  expect(result).toMatchObject({
    ok: false,
    error: [
      { kind: "credential", line: 12, text: { en: expect.stringContaining(folder.file("secrets.yaml")) } },
    ],
  });
});

test("two cameras at one address are a warning; channels of a recorder are not", async () => {
  const twice = good.replace("192.168.1.12:8000", "192.168.1.10");
  expect((await loaded(twice)).warnings).toMatchObject([
    { severity: "warning", kind: "same-camera", line: 20, key: "cameras[2].address" },
  ]);
  expect((await loaded(twice)).warnings[0]?.text.en).toContain("`cam-1` (line 11)");
  const channels = twice
    .replace("driver: onvif", "driver: onvif\n    profile: a")
    .replace(/driver: onvif\n(?! {4}profile)/, "driver: onvif\n    profile: b\n");
  expect((await loaded(channels)).warnings).toEqual([]);
});

test("a broker's password in the clear is a warning, but not to this very box", async () => {
  const plain = good.replace("mqtts://broker.example", "mqtt://broker.example\n  credential: camera");
  expect((await loaded(plain)).warnings).toMatchObject([{ kind: "clear-text", key: "broker.url", line: 4 }]);
  expect((await loaded(plain.replace("broker.example", "127.0.0.1"))).warnings).toEqual([]);
  expect((await loaded(plain.replace("mqtt:", "mqtts:"))).warnings).toEqual([]);
});

test("a byte order mark, CRLF and anchors do no harm", async () => {
  const text = `\uFEFF${good.replace("interval: 60s", "interval: &minute 60s\n  openAfter: *minute")}`;
  const { config } = await loaded(text.replaceAll("\n", "\r\n"));
  expect(config.health).toMatchObject({ interval: 60_000, openAfter: 60_000 });
});

test("a problem behind an alias is told where the alias stands", async () => {
  const [problem] = await problemsOf(good.replace("60s", "&long 1d\n  flappingWindow: *long"));
  expect(problem).toMatchObject({ line: 6, key: "health.interval" });
});

test("a key is text, also where YAML could read a number, and never a list", async () => {
  const [number] = await problemsOf(good.replace("health:", "1: x\nhealth:"));
  expect(number).toMatchObject({ kind: "unknown-key", line: 5, key: "1" });
  const [list] = await problemsOf(good.replace("health:", "? [a, b]\n: x\nhealth:"));
  expect(list).toMatchObject({ kind: "syntax", line: 5, text: { en: "a key must be plain text" } });
});

test("a bomb of aliases is refused", async () => {
  const levels = Array.from(
    { length: 12 },
    (_, n) => `a${n}: &a${n} [${Array(9).fill(n ? `*a${n - 1}` : "x")}]`,
  );
  expect(await problemsOf(levels.join("\n"))).toMatchObject([
    { kind: "syntax", text: { en: expect.stringMatching(/too many aliases/) } },
  ]);
});

test("a text that is not UTF-8 is told at its line", async () => {
  const latin = Buffer.from(good.replace("Cổng", "C\u00f4ng"), "latin1");
  expect(await problemsOf(latin)).toMatchObject([
    { kind: "syntax", line: 1, text: { en: expect.stringMatching(/UTF-8/) } },
  ]);
  const later = Buffer.concat([Buffer.from("# a\n# b\nsite: x"), Buffer.from([0xff, 0x0a])]);
  expect(await problemsOf(later)).toMatchObject([{ line: 3, column: 8 }]);
});

test("an empty file says what belongs into it", async () => {
  for (const text of ["", "\n\n", "# only a comment\n"])
    expect(await problemsOf(text)).toMatchObject([
      { line: 1, text: { en: expect.stringMatching(/the file is empty.*site, unit/) } },
    ]);
});

test("a file that is missing, no file, or too large is told as such", async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.file("large.yaml"), "#".repeat(1_048_577));
  for (const [path, words] of [
    [folder.file("none.yaml"), /there is no file/],
    [folder.path, /is not a file/],
    [folder.file("large.yaml"), /larger than 1048576 bytes/],
  ] as const)
    expect(await readConfig(path, {})).toMatchObject({
      ok: false,
      error: [{ kind: "file", text: { en: expect.stringMatching(words) } }],
    });
});

test("50,000 keys in one group are checked without comparing each with each", async () => {
  const problems = await problemsOf(Array.from({ length: 50_000 }, (_, n) => `k${n}: 1`).join("\n"));
  expect(problems).toHaveLength(101);
});

test("the example is a good configuration without warnings", async () => {
  using folder = temporaryFolder();
  const example = fileURLToPath(new URL("../../deploy/config.example.yaml", import.meta.url));
  expect(basename(dirname(example))).toBe("deploy");
  copyFileSync(example, folder.file("config.yaml"));
  const login = "{ username: viewer, password: x }";
  writeFileSync(
    folder.file("secrets.yaml"),
    `credentials: { broker: ${login}, camera: ${login}, dau-ghi: ${login} }`,
    { mode: 0o600 },
  );
  const result = await readConfig(folder.file("config.yaml"), {});
  expect(result).toMatchObject({ ok: true, value: { warnings: [] } });
  expect(result.ok && result.value.config.cameras.map(({ driver }) => driver)).toContain("rtsp");
});

test("every section of the schema is in the example", async () => {
  const { documents } = await import("../../deploy/documents.ts");
  const { readFileSync } = await import("node:fs");
  const { parse } = await import("yaml");
  const sections = Object.keys(JSON.parse(documents().get("config.schema.json") ?? "").properties);
  const example = parse(readFileSync(new URL("../../deploy/config.example.yaml", import.meta.url), "utf8"));
  expect(Object.keys(example).sort()).toEqual(sections.filter((name) => name !== "secrets").sort());
});

test("a configuration that was good stays good when it is read again", async () => {
  expect(await read(good)).toMatchObject({ ok: true });
});
