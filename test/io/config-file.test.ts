import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readConfig } from "../../agent/io/config-file.ts";
import { problemLine } from "../../agent/model/config-problem.ts";
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

/** A change of the good configuration → the one problem that it must give. */
const cases: [what: string, from: string | RegExp, to: string, problem: object, words: RegExp][] = [
  [
    "an unknown key names what was probably meant",
    "    address: 192.168.1.10\n",
    "    address: 192.168.1.10\n    prot: 80\n    pth: /x\n",
    { line: 13, column: 5, key: "cameras[0].pth", kind: "unknown-key" },
    /did you mean `path`.*rtspPort/,
  ],
  [
    "a missing key is told at the line of its group",
    "  url: mqtts://broker.example\n",
    "  window: 50\n",
    { line: 3, column: 1, key: "broker.url", kind: "missing-key" },
    /`url` is missing; allowed: an address that begins with mqtt:\/\/ or mqtts:\/\//,
  ],
  [
    "a missing key of a list's entry is told at the entry",
    "    address: 192.168.1.12:8000\n",
    "",
    { line: 17, column: 5, key: "cameras[2].address", kind: "missing-key" },
    /`address` is missing/,
  ],
  [
    "a bad address is quoted",
    "192.168.1.10",
    "192.168.1.300",
    { line: 11, column: 14, key: "cameras[0].address", found: { en: '"192.168.1.300"' } },
    /found "192\.168\.1\.300"; allowed: an IPv4 address/,
  ],
  [
    "a bad stream address says which scheme is wanted",
    "rtsp://192.168.1.11:554/ch1",
    "http://192.168.1.11/ch1",
    { line: 16, column: 13, key: "cameras[1].stream" },
    /begins with rtsp:\/\//,
  ],
  [
    "a duration without unit is shown as it is written",
    "60s",
    "060",
    { line: 6, column: 13, key: "health.interval", found: { en: "060", vi: "060" } },
    /a duration from 1s to 1h/,
  ],
  [
    "a duration out of range says the range",
    "60s",
    "2h",
    { line: 6, column: 13, key: "health.interval", found: { en: '"2h"' } },
    /a duration from 1s to 1h/,
  ],
  [
    "a number out of range says the range",
    "health:",
    "  window: 5000\nhealth:",
    { line: 5, column: 11, key: "broker.window", found: { en: "5000" } },
    /a whole number from 1 to 1000/,
  ],
  [
    "a fraction where a whole number is wanted is refused",
    "health:",
    "  window: 1.5\nhealth:",
    { line: 5, column: 11, key: "broker.window", found: { en: "1.5" } },
    /a whole number from 1 to 1000/,
  ],
  [
    "a number where text is wanted asks for quotes",
    "name: Cổng",
    "name: 0123",
    { line: 9, column: 11, key: "cameras[0].name", found: { en: "0123" } },
    /put it in quotes/,
  ],
  [
    "a choice that YAML reads as a number asks for quotes",
    "health:",
    "  protocol: 5\nhealth:",
    { line: 5, column: 13, key: "broker.protocol" },
    /put it in quotes.*"5", auto, 3\.1\.1|put it in quotes.*auto, "5", 3\.1\.1/,
  ],
  [
    "yes is no truth value in YAML 1.2",
    "    credential: camera\n",
    "    maintenance: yes\n",
    { line: 12, column: 18, key: "cameras[0].maintenance", found: { en: '"yes"' } },
    /true or false/,
  ],
  [
    "a group where a text is wanted is refused",
    "name: Cổng",
    "name: { vi: Cổng }",
    { line: 9, column: 11, key: "cameras[0].name", found: { en: "a group of keys" } },
    /text of 1 to 200 characters/,
  ],
  [
    "a text where a camera is wanted is refused",
    "  - id: cam-2\n    name: Chợ\n    driver: rtsp\n    stream: rtsp://192.168.1.11:554/ch1\n",
    "  - cam-2\n",
    { line: 13, column: 5, key: "cameras[1]", found: { en: '"cam-2"' } },
    /a group of keys: id, name/,
  ],
  [
    "an empty section is told at its key",
    "health:\n  interval: 60s\n",
    "health:\n",
    { line: 5, column: 1, key: "health", found: { en: "nothing", vi: "giá trị trống" } },
    /a group of keys: interval/,
  ],
  [
    "an unknown driver names those there are",
    "driver: rtsp",
    "driver: rtps",
    { line: 15, column: 13, key: "cameras[1].driver" },
    /one of: onvif, rtsp/,
  ],
  [
    "an id that is unfit for a topic says what is fit",
    "id: cam-2",
    "id: Cam_2",
    { line: 13, column: 9, key: "cameras[1].id", found: { en: '"Cam_2"' } },
    /1 to 64 of a-z, 0-9 and hyphen/,
  ],
  [
    "an id that two cameras have names the other's line",
    "id: cam-3",
    "id: cam-1",
    { line: 17, column: 9, key: "cameras[2].id", kind: "duplicate-camera" },
    /found "cam-1".*\(line 8\)/,
  ],
  [
    "a key that stands twice names the first line",
    "health:",
    "unit: { id: ca-tinh, name: Công an tỉnh }\nhealth:",
    { line: 5, column: 1, key: "unit", kind: "duplicate-key" },
    /the first is in line 2/,
  ],
  [
    "a certificate needs its key",
    "health:",
    "  certificate: /dev/null\nhealth:",
    { line: 5, column: 3, key: "broker.certificate", kind: "pair" },
    /`key` is missing/,
  ],
  [
    "a file that is not there is told at its key",
    "health:",
    "  ca: no-such.pem\nhealth:",
    { line: 5, column: 7, key: "broker.ca", kind: "file" },
    /there is no file .*\/no-such\.pem/,
  ],
  [
    "a shortest pause above the longest is refused",
    "health:",
    "  reconnect: { min: 10m, max: 20s }\nhealth:",
    { line: 5, column: 21, key: "broker.reconnect.min", kind: "order" },
    /`min` \(10m\) is longer than `max` \(20s\)/,
  ],
  [
    "a longest pause below the default of the shortest is refused",
    "health:",
    "  reconnect: { max: 500ms }\nhealth:",
    { line: 5, column: 21, key: "broker.reconnect.max", kind: "order" },
    /`min` \(1s\) is longer than `max` \(500ms\)/,
  ],
  [
    "a credential that the secrets do not have names those they have",
    "credential: camera",
    "credential: camra",
    { line: 12, column: 17, key: "cameras[0].credential", kind: "credential", allowed: { en: "camera" } },
    /found "camra", which is no entry of secrets\.yaml; allowed: camera/,
  ],
  [
    "a tab in the indentation is named",
    "  interval: 60s",
    "\tinterval: 60s",
    { line: 6, column: 1, kind: "syntax" },
    /a tab in the indentation; use spaces/,
  ],
  ["a quote that is never closed is named", "name: Cầu", 'name: "Cầu', { kind: "syntax" }, /closing quote/],
  [
    "a second document is refused",
    "health:",
    "---\nhealth:",
    { line: 5, column: 1, kind: "syntax" },
    /a second document/,
  ],
  [
    "a tag is refused",
    "name: Cầu",
    "name: !!js/function Cầu",
    { line: 18, column: 11, kind: "syntax" },
    /unknown tag/,
  ],
  [
    "an alias without anchor is refused",
    "name: Cầu",
    "name: *cau",
    { line: 18, column: 11, kind: "syntax" },
    /must be in quotes/,
  ],
];

test.each(cases)("%s", async (what, from, to, problem, words) => {
  const problems = await problemsOf(good.replace(from, to));
  const expected = what.startsWith("an unknown key") ? problems[1] : problems[0];
  expect(problems).toHaveLength(what.startsWith("an unknown key") ? 2 : 1);
  expect(expected).toMatchObject({ severity: "error", ...problem });
  expect(expected && problemLine(expected, "en")).toMatch(words);
  for (const { text, found, allowed, file } of problems) {
    expect(basename(file)).toBe("config.yaml");
    for (const language of ["en", "vi"] as const) {
      expect(text[language]).not.toMatch(/\{\w+\}/);
      if (found && problem && "found" in problem) expect(text[language]).toContain(found[language]);
      if (allowed) expect(text[language]).toContain(allowed[language]);
    }
    expect(text.vi).not.toBe(text.en);
  }
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
