import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { command } from "../../agent/cli/check-config.ts";
import { runCommand } from "../../agent/cli/dispatch.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { good, goodSecrets } from "../io/config-cases.ts";

/** What check-config says of this configuration, whose folder holds a folder `events`. */
async function check(config: string, language: "en" | "vi", secrets = goodSecrets) {
  using folder = temporaryFolder();
  writeFileSync(folder.file("config.yaml"), config);
  writeFileSync(folder.file("secrets.yaml"), secrets, { mode: 0o600 });
  writeFileSync(folder.file("notes"), "");
  mkdirSync(folder.file("events"));
  const surroundings = recordedSurroundings();
  const args = ["--config", folder.file("config.yaml"), "--lang", language];
  const code = await runCommand("check-config", command, args, surroundings);
  const plain = (text: string) => text.replaceAll(`${folder.path}/`, "");
  return { code, out: plain(surroundings.written()), err: plain(surroundings.errors()) };
}

/** Adds a line, or lines, to the end of the group `broker`. */
const inBroker = (lines: string) => good.replace("health:\n", `  ${lines}\nhealth:\n`);
const atTop = (lines: string) => `${lines}\n${good}`;

/** What a name, a file or an address cannot be → the key that is told, what was found, and what is allowed. */
const refused: [what: string, config: string, key: string, found: string, allowed: RegExp][] = [
  ["a blank name", good.replace("name: Cổng", 'name: "   "'), "cameras[0].name", '"   "', /letter or digit/],
  [
    "a name of nothing but a zero-width space",
    good.replace("name: Cổng", 'name: "\\u200b"'),
    "cameras[0].name",
    '"\\u200b"',
    /letter or digit/,
  ],
  [
    "a name of two lines",
    good.replace("name: Cổng", 'name: "Cổng\\nChợ"'),
    "cameras[0].name",
    '"Cổng\\nChợ"',
    /on one line/,
  ],
  [
    "a name that colours the terminal",
    good.replace("name: Cổng", 'name: "\\e[31mCổng"'),
    "cameras[0].name",
    '"\\u001b[31mCổng"',
    /without control characters/,
  ],
  [
    "a name that colours the terminal with one C1 character",
    good.replace("name: Cổng", 'name: "\\x9b31mCổng"'),
    "cameras[0].name",
    '"\\u009b31mCổng"',
    /without control characters/,
  ],
  [
    "a name that turns the direction of writing",
    good.replace("name: Cổng", 'name: "Cổng\\u202egnổC"'),
    "cameras[0].name",
    '"Cổng\\u202egnổC"',
    /without control characters/,
  ],
  [
    "a name with half a character",
    good.replace("name: Cổng", 'name: "Cổng\\ud800"'),
    "cameras[0].name",
    '"Cổng\\ud800"',
    /without control characters/,
  ],
  [
    "a site's blank name",
    good.replace("Xã Tân An", '"\\t"'),
    "site.name",
    '"\\t"',
    /text of 1 to 200 characters on one line/,
  ],
  ["a unit's blank name", good.replace("Công an huyện", '" "'), "unit.name", '" "', /letter or digit/],
  [
    "a commune of two lines",
    good.replace("name: Xã", 'commune: "a\\nb", name: Xã'),
    "site.commune",
    '"a\\nb"',
    /on one line/,
  ],
  [
    "a client id with a NUL",
    inBroker('clientId: "a\\0b"'),
    "broker.clientId",
    '"a\\u0000b"',
    /1 to 128 characters on one line/,
  ],
  [
    "an address with a line feed that URL would swallow",
    good.replace("rtsp://192.168.1.11:554/ch1", '"rtsp://192.168.1.11/a\\nX: y"'),
    "cameras[1].stream",
    '"rtsp://192.168.1.11/a\\nX: y"',
    /begins with rtsp:\/\//,
  ],
  [
    "an address with a space in it",
    good.replace("rtsp://192.168.1.11:554/ch1", "rtsp://192.168.1.11/a b"),
    "cameras[1].stream",
    '"rtsp://192.168.1.11/a b"',
    /no spaces/,
  ],
  [
    "a broker's address with a path, which MQTT has none of",
    good.replace("mqtts://broker.example", "mqtts://broker.example/mqtt"),
    "broker.url",
    '"mqtts://broker.example/mqtt"',
    /host and perhaps a port/,
  ],
  [
    "a path of ONVIF that breaks the request",
    good.replace("driver: onvif", 'driver: onvif\n    path: "/a HTTP/1.1\\r\\nX: y"'),
    "cameras[0].path",
    '"/a HTTP/1.1\\r\\nX: y"',
    /begins with \/ and holds no spaces/,
  ],
  [
    "a profile of two lines",
    good.replace("driver: onvif", 'driver: onvif\n    profile: "a\\nb"'),
    "cameras[0].profile",
    '"a\\nb"',
    /on one line/,
  ],
  ["a journal at the root", atTop("journal: { path: / }"), "journal.path", '"/"', /path of a file/],
  ["a journal that is here", atTop("journal: { path: . }"), "journal.path", '"."', /path of a file/],
  [
    "a journal somewhere above",
    atTop("journal: { path: ../.. }"),
    "journal.path",
    '"../.."',
    /not of a folder/,
  ],
  [
    "a journal that is a folder by its slash",
    atTop("journal: { path: /var/lib/x/ }"),
    "journal.path",
    '"/var/lib/x/"',
    /not of a folder/,
  ],
  ["a blank path", atTop('journal: { path: " " }'), "journal.path", '" "', /path of a file/],
  ["a path with a NUL", atTop('statusFile: "a\\0b"'), "statusFile", '"a\\u0000b"', /path of a file/],
  ["a status file that is here", atTop("statusFile: ."), "statusFile", '"."', /path of a file/],
  [
    "a disk that is no mount point",
    atTop('host: { disks: [data, ""] }'),
    "host.disks[0]",
    '"data"',
    /begins with \//,
  ],
  ["a journal that is a folder", atTop("journal: { path: events }"), "journal.path", "events", /a folder/],
  ["a certificate that is a folder", inBroker("ca: events"), "broker.ca", "events", /a folder/],
  ["a status file that is a folder", atTop("statusFile: events"), "statusFile", "events", /a folder/],
  [
    "a journal below a file",
    atTop("journal: { path: notes/journal.db }"),
    "journal.path",
    "notes",
    /notes is a file/,
  ],
  [
    "a status file over the journal",
    atTop("journal: { path: a.db }\nstatusFile: ./a.db"),
    "statusFile",
    "a.db",
    /same file as `journal.path`/,
  ],
  [
    "a status file over the configuration itself",
    atTop("statusFile: config.yaml"),
    "statusFile",
    "config.yaml",
    /is this configuration file/,
  ],
  [
    "a journal over the secrets",
    atTop("journal: { path: secrets.yaml }\nsecrets: secrets.yaml"),
    "journal.path",
    "secrets.yaml",
    /same file as `secrets`/,
  ],
];

test.each(refused)("check-config refuses %s", async (_what, config, key, found, words) => {
  const { code, out, err } = await check(config, "en");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  const line = err.split("\n").find((text) => text.includes(` ${key}: `)) ?? err;
  expect(line).toMatch(/^config\.yaml:\d+:\d+ /);
  expect(line).toContain(found);
  expect(line).toMatch(words);
  expect(line).toMatch(/allowed/i);
  const vietnamese = await check(config, "vi");
  expect(vietnamese.code).toBe(2);
  const same = vietnamese.err.split("\n").find((text) => text.includes(` ${key}: `));
  expect(same).toContain(found);
  expect(same).toContain("hải là");
  expect(same).not.toMatch(/found|allowed|folder|same/i);
  // What is wrong with it must not happen to the terminal that it is shown in.
  expect(err).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}\u200B]/u);
});

test("a key's name cannot drive the terminal either", async () => {
  const { code, err } = await check(atTop('"\\e]0;owned\\a\\u202e": 1'), "en");
  expect(code).toBe(2);
  expect(err).toContain("config.yaml:1:1 \\u001b]0;owned\\u0007\\u202e: unknown key");
  expect(err).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
});

test("a user name or password that cannot be sent is refused without being shown", async () => {
  for (const login of [
    '{ username: "viewer\\nX: y", password: hunter2 }',
    '{ username: " ", password: hunter2 }',
    '{ username: viewer, password: "hunter2\\n" }',
  ]) {
    const { code, err } = await check(good, "en", `credentials:\n  camera: ${login}\n`);
    expect(code, login).toBe(2);
    expect(err).toMatch(
      /^secrets\.yaml:2:\d+ credentials\.camera\.(username|password): found a text that is not/,
    );
    expect(err).toMatch(/allowed: text of .* on one line/);
    expect(err).not.toContain("hunter2");
    expect((await check(good, "vi", `credentials:\n  camera: ${login}\n`)).err).toContain("trên một dòng");
  }
});

test("ids that are no codes, and entries of the secrets file without a name, are refused", async () => {
  for (const id of ['"cam 1"', '"cam-1\\n"', "Cam-1", '"cam/1"', '"#"', '"-"', '"\\u0063\\u0061m\\u0301"']) {
    const { code, err } = await check(good.replace("id: cam-1", `id: ${id}`), "en");
    expect(code, id).toBe(2);
    expect(err).toMatch(/^config\.yaml:8:9 cameras\[0\]\.id: found ".*"; allowed: 1 to 64 of a-z/);
  }
  const { code, err } = await check(good, "en", `${goodSecrets}  " ": { username: a, password: b }\n`);
  expect(code).toBe(2);
  expect(err).toMatch(/^secrets\.yaml:3:3 credentials\. : this name .* allowed: text of 1 to 64 characters/);
});

test("a journal in a folder that does not exist is a warning, but for the one that systemd makes", async () => {
  const { code, err } = await check(atTop("journal: { path: /no/such/folder/journal.db }"), "en");
  expect(code).toBe(0);
  expect(err).toMatch(
    /^config\.yaml:1:\d+ journal\.path: warning: there is no folder \/no\/such\/folder; .*mount/,
  );
  const usual = await check(atTop("journal: { path: /var/lib/camera-agent/x.db }"), "en");
  expect(usual.err).toBe("");
});

test("names of people and places in any script, and passwords of spaces, are taken", async () => {
  const config = good
    .replace("name: Cổng", 'name: "Cổng số 1 – chợ (tạm)"')
    .replace("name: Chợ", "name: 监控")
    .replace("name: Cầu", 'name: "Ca\\u0302\\u0300u"');
  expect((await check(config, "en", goodSecrets.replace("hunter2", '"  pass word  "'))).code).toBe(0);
});
