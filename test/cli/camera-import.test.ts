import { readFileSync, writeFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { csvOf } from "../../agent/cli/discover-csv.ts";
import { describesButSendsNoRtp } from "../fakes/behaviours.ts";
import { createCamera } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { createIsapi } from "../fakes/isapi-device.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { cameraSite } from "./camera-site.ts";

function piping(password: string) {
  const stdin = new PassThrough();
  stdin.end(`${password}\n`);
  return recordedSurroundings({ stdin });
}

const known = [{ id: "old", name: "Cũ", driver: "onvif", address: "10.0.0.9" }];

function tableSite(table: string | Uint8Array, credentials = {}) {
  const site = cameraSite({ cameras: known, credentials });
  const csv = site.inFolder("cameras.csv");
  writeFileSync(csv, table);
  return { ...site, csv };
}

test("a table out of Excel is taken in whole: drivers found out, one login tried, login and cameras kept", async () => {
  await using recorder = await createIsapi({ device: "recorder-ds-7616ni-v4.30.097-dead-channel" });
  await using plain = await createCamera({ onvif: false });
  const at = `127.0.0.1:${recorder.httpPort}`;
  using site = tableSite(
    [
      "\uFEFFTên;Địa chỉ;Kênh;driver;credential;RTSP port",
      `"Cổng; trước";${at};1;;nvr;${recorder.rtspPort}`,
      `Sân;${at};2;hikvision;nvr;${recorder.rtspPort}`,
      `Chợ;${plain.streamUri};;;;`,
      "",
    ].join("\r\n"),
  );
  const { code, out, err } = await site.camera(
    ["import", site.csv, "--user", recorder.login.username, "--password-stdin"],
    piping(recorder.login.password),
  );
  expect([code, err]).toEqual([0, expect.stringContaining("drivers of 1 cameras")]);
  expect(out).toContain("✔ cong-truoc took the login of nvr.\n3 cameras were added.");
  const common = { driver: "hikvision", address: at, credential: "nvr", rtspPort: recorder.rtspPort };
  expect(parse(site.config()).cameras).toEqual([
    ...known,
    { id: "cong-truoc", name: "Cổng; trước", channel: 1, ...common },
    { id: "san", name: "Sân", channel: 2, ...common },
    { id: "cho", name: "Chợ", driver: "rtsp", stream: plain.streamUri },
  ]);
  expect(parse(readFileSync(site.secrets, "utf8")).credentials).toEqual({ nvr: recorder.login });
});

test("a mistyped password of a whole table costs one login, and nothing is kept", async () => {
  await using recorder = await createIsapi({ device: "recorder-ds-7616ni-v4.30.097-dead-channel" });
  const rows = Array.from(
    { length: 16 },
    (_, n) => `k-${n + 1};hikvision;127.0.0.1:${recorder.httpPort};${n + 1};nvr`,
  );
  using site = tableSite(["id;driver;address;channel;credential", ...rows].join("\n"));
  const before = site.config();
  const { code, out, err } = await site.camera(["import", site.csv, "--password-stdin"], piping("mistyped"));
  expect(code).toBe(1);
  expect(out).toContain("k-1 refused the login of nvr; it was tried on no other camera.");
  expect(out + err).not.toContain("mistyped");
  expect(recorder.stats().loginsRefused).toBe(1);
  expect(site.config()).toBe(before);
  expect(readFileSync(site.secrets, "utf8")).not.toContain("nvr");
});

const many = (n: number) =>
  Array.from({ length: n }, (_, i) => `c-${i};onvif;10.1.${i >> 8}.${i & 255}`).join("\n");

test.each<[string, string | Uint8Array, string[]]>([
  [
    "an unknown column",
    "id;adress\na;b",
    ["row 1: no such column: adress; there are: id, name, driver, address"],
  ],
  ["no address", "id;name\na;b", ["row 1: column address is missing"]],
  ["a column twice", "address;IP\na;b", ["row 1: column address stands twice"]],
  ["passwords", "address;Mật khẩu\n10.0.0.1;s3cret", ["row 1: column Mật khẩu: passwords do not belong"]],
  [
    "channels that cannot be",
    "id;driver;address;channel\na;dahua;10.1.0.1;16-1\nb;dahua;10.1.0.2;0-3\nc;hikvision;10.1.0.3;1-9999\nd;dahua;10.1.0.4;08-thg 1\ne;dahua;10.1.0.5;1-4, 3\nf;onvif;10.1.0.6;1-4\ng;onvif;10.1.0.7;2\nh;dahua;10.1.0.8;1-x",
    [
      "row 2: channel: 16-1 runs backwards; write 1..16",
      "row 3: channel: there is no channel 0; channels are 1 to 1024",
      "row 4: channel: there is no channel 9999",
      "row 5: channel: 08-thg 1 is a date, which spreadsheets make of 1-8; write the channels as 1..8",
      "row 6: channel: channel 3 stands twice",
      "row 7: 1-4: cameras of the driver onvif have no channels here",
      "row 8: 2: cameras of the driver onvif have no channels here",
      "row 9: channel: ",
      "problems: 8; nothing was changed",
    ],
  ],
  [
    "channels that are there already",
    "id;name;driver;address;channel\nnvr;Kênh;dahua;10.2.0.1;1-8\nold;;dahua;10.2.0.1;7..10\nnvr;Chợ;dahua;10.2.0.2;8",
    [
      "row 3: address and channel (10.2.0.1 7) stand in row 2 already (and 1 more channels of this row)",
      "problems: 1; ",
    ],
  ],
  [
    "more channels than cameras may be",
    "driver;address;channel\ndahua;10.3.0.1;1-600",
    ["has 600 cameras; with the 1 of"],
  ],
  ["nothing", "\uFEFF\r\n", ["is empty"]],
  ["a head alone", "id;address\r\n", ["has no cameras below"]],
  ["10,000 rows", `id;driver;address\n${many(10_000)}`, ["has 10000 cameras; with the 1 of"]],
  ["bytes that are no UTF-8", Buffer.from("id;address\n\xe1;1", "latin1"), ["is not UTF-8"]],
  ["an open quote", 'id;address\na;"10.0.0.1\n', ["row 2: a quotation mark is not closed"]],
  ["a cell too many", "id;address\na;10.0.0.1;x", ["row 2: has more than 2 cells"]],
  [
    "duplicates",
    "id;name;driver;address\na;A;onvif;10.0.0.1\na;A;onvif;10.0.0.1\nold;Cũ;onvif;10.0.0.9",
    [
      "row 3: id a stands in row 2 already",
      "row 3: name A stands in row 2 already",
      "row 3: address and channel (10.0.0.1) stand in row 2 already",
      "row 4: id old is in the configuration already",
      "row 4: name Cũ is in the configuration already",
    ],
  ],
  [
    "cells that cannot be",
    "id;driver;address;channel\nA B;onvif;10.0.0.1;\nb;sony;10.0.0.2;\nc;dahua;10.0.0.300;x\nd;rtsp;10.0.0.4;\ne;onvif;;",
    [
      "row 2: id: ",
      "row 3: driver: ",
      "row 4: address: ",
      "row 4: channel: ",
      "row 5: address: ",
      "row 6: address is empty",
    ],
  ],
])(
  "a table with %s is told by its rows, in both languages, and nothing is written",
  async (_, table, words) => {
    using site = tableSite(table);
    const before = site.config();
    const { code, out, err } = await site.camera(["import", site.csv]);
    expect([code, out]).toEqual([2, ""]);
    for (const word of words) expect(err).toContain(word);
    expect(err).not.toContain("s3cret");
    const vi = await site.camera(["import", site.csv, "--lang", "vi"]);
    expect(vi.err).toMatch(/số lỗi: \d+; chưa thay đổi gì\n$/);
    expect(site.config()).toBe(before);
  },
);

test("a row with several channels of a recorder is as many cameras, and the device is asked once what it is", async () => {
  await using recorder = await createIsapi({ device: "recorder-ds-7616ni-v4.30.097-dead-channel" });
  const at = `127.0.0.1:${recorder.httpPort}`;
  using site = tableSite(
    `id;name;address;channel;credential;rtspPort\nnvr;Kênh;${at};1..3,16;nvr;${recorder.rtspPort}\n`,
  );
  const { code, out, err } = await site.camera(
    ["import", site.csv, "--password-stdin"],
    piping(recorder.login.password),
  );
  expect([code, err]).toEqual([0, expect.stringContaining("drivers of 4 cameras")]);
  expect(out).toContain("4 cameras were added.");
  const common = { driver: "hikvision", address: at, credential: "nvr", rtspPort: recorder.rtspPort };
  expect(parse(site.config()).cameras).toEqual([
    ...known,
    ...[1, 2, 3, 16].map((n) => ({ id: `nvr-${n}`, name: `Kênh ${n}`, channel: n, ...common })),
  ]);
  expect(recorder.stats().requests).toMatchObject({ "/": 1, "/onvif/device_service": 1 });
});

test("channels of a device that turns out to have none are refused, one problem a row", async () => {
  await using camera = await createCamera();
  using site = tableSite(`id;address;channel\ncam;127.0.0.1:${camera.onvifPort};1..4\n`);
  const before = site.config();
  const { code, err } = await site.camera(["import", site.csv]);
  expect(code).toBe(1);
  expect(err).toContain(
    "row 2: 2: cameras of the driver onvif have no channels here; write a row for each (and 2 more channels of this row)\nproblems: 1;",
  );
  expect(site.config()).toBe(before);
});

test.each(["utf-16le", "utf-16be"])(
  "a table that Excel saved as Unicode text (%s) is read",
  async (encoding) => {
    const text = Buffer.from("\uFEFFTên\tdriver\tĐịa chỉ\r\nCổng chợ\tonvif\t10.0.0.1\r\n", "utf16le");
    using site = tableSite(encoding === "utf-16le" ? text : text.swap16());
    expect((await site.camera(["import", site.csv])).code).toBe(0);
    expect(parse(site.config()).cameras[1]).toMatchObject({ id: "cong-cho", name: "Cổng chợ" });
  },
);

test("several new credentials are asked for one after the other, user names too, and no password is shown", async () => {
  using site = tableSite(
    "driver;address;credential\nrtsp;rtsp://127.0.0.1:1/a;one\nrtsp;rtsp://127.0.0.1:1/b;two\n",
  );
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const recorded = recordedSurroundings({ stdin });
  const answers: [RegExp, string][] = [
    [/User name for one \[admin\]: $/, "\r"],
    [/Password of admin for one: $/, "first-secret\r"],
    [/User name for two \[admin\]: $/, "khach\r"],
    [/Password of khach for two: $/, "second-secret\r"],
  ];
  const err = (text: string) => {
    recorded.err(text);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told to do.
    const shown = recorded.errors().replaceAll(/\x1b\[\d*[A-Z]/g, "");
    const [asked, answer] = answers[0] ?? [];
    if (!asked?.test(shown)) return;
    answers.shift();
    setImmediate(() => stdin.write(answer));
  };
  const { code, out, err: told } = await site.camera(["import", site.csv, "--anyway"], { ...recorded, err });
  expect([code, answers]).toEqual([0, []]);
  expect(out + told).not.toContain("secret");
  expect(parse(readFileSync(site.secrets, "utf8")).credentials).toEqual({
    one: { username: "admin", password: "first-secret" },
    two: { username: "khach", password: "second-secret" },
  });
});

test("Ctrl-C at the second question says that nothing was changed, and nothing was", async () => {
  using site = tableSite(
    "driver;address;credential\nrtsp;rtsp://127.0.0.1:1/a;one\nrtsp;rtsp://127.0.0.1:1/b;two\n",
  );
  const before = site.config();
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const recorded = recordedSurroundings({ stdin });
  let questions = 0;
  const err = (text: string) => {
    recorded.err(text);
    if (text.startsWith("Password of"))
      setImmediate(() => stdin.write(questions++ === 0 ? "first-secret\r" : "\u0003"));
  };
  const { code, err: told } = await site.camera(["import", site.csv, "--user", "u"], { ...recorded, err });
  expect([code, questions]).toEqual([1, 2]);
  expect(told).toMatch(/\nStopped; nothing was changed\.\n$/);
  expect(site.config()).toBe(before);
  expect(readFileSync(site.secrets, "utf8")).not.toContain("first-secret");
});

test("Ctrl-C while devices are asked what they are changes nothing", async () => {
  await using camera = await createCamera({ onvif: false, behaviours: [describesButSendsNoRtp()] });
  using site = tableSite(`driver;address;credential\nrtsp;${camera.streamUri};nvr\n`);
  const before = site.config();
  const surroundings = piping(camera.login.password);
  const importing = site.camera(["import", site.csv, "--password-stdin"], surroundings);
  await eventually("playing", () => camera.stats().requests.PLAY);
  surroundings.stop();
  expect(await importing).toMatchObject({
    code: 1,
    err: expect.stringMatching(/Stopped; nothing was changed\.\n$/),
  });
  expect(site.config()).toBe(before);
});

const several = "driver;address;credential\nrtsp;rtsp://127.0.0.1:1/a;one\nrtsp;rtsp://127.0.0.1:1/b;two\n";

test("logins of several new credentials are read from a pipe, in any order, passwords with colons too", async () => {
  using site = tableSite(several);
  const { code, out, err } = await site.camera(
    ["import", site.csv, "--logins-stdin", "--anyway"],
    piping("two:khach:a:b;c\r\n\none::mật khẩu"),
  );
  expect([code, out + err]).toEqual([0, expect.not.stringContaining("mật khẩu ")]);
  expect(parse(readFileSync(site.secrets, "utf8")).credentials).toEqual({
    one: { username: "admin", password: "mật khẩu" },
    two: { username: "khach", password: "a:b;c" },
  });
});

test.each([
  [["--password-stdin"], "x", "several credentials are new: one, two; give them by --logins-stdin"],
  [[], "", "no terminal to ask the passwords of one, two in: give them by --logins-stdin"],
  [["--logins-stdin", "--password-stdin"], "", "exclude each other"],
  [["--logins-stdin"], "one:a:s3cret", "has no logins of two"],
  [["--logins-stdin"], "s3cret", "line 1: begins with none of the new credentials (one, two)"],
  [["--logins-stdin"], "one:a:s3cret\ntwo:s3cret", "line 2: has no second colon"],
  [["--logins-stdin"], "one:a:s3cret\none:a:s3cret", "line 2: one stands twice"],
  [["--logins-stdin"], "one:a:", "line 1: the password is empty"],
  [["--logins-stdin"], "x".repeat(70_000), "has far more than logins"],
])(
  "logins given as %j are refused in a sentence without a secret, and nothing is written",
  async (args, typed, words) => {
    using site = tableSite(several);
    const before = site.config();
    const { code, out, err } = await site.camera(["import", site.csv, ...args], piping(typed));
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(words);
    expect(err).not.toContain("s3cret");
    const vi = await site.camera(["import", site.csv, ...args, "--lang", "vi"], piping(typed));
    expect(vi.err).toMatch(/^camera-agent camera import: (?!.*\b(?:line|terminal|exclude)\b)/);
    expect(site.config()).toBe(before);
  },
);

test("a camera that somebody else added meanwhile is not added twice", async () => {
  await using camera = await createCamera({ onvif: false, behaviours: [describesButSendsNoRtp()] });
  using site = tableSite(`id;driver;address;credential\nnew;rtsp;${camera.streamUri};nvr\n`);
  const importing = site.camera(
    ["import", site.csv, "--password-stdin", "--anyway"],
    piping(camera.login.password),
  );
  await eventually("playing", () => camera.stats().requests.PLAY);
  const meanwhile = site.config().replace("id: old", "id: new");
  writeFileSync(site.file, meanwhile);
  const { code, err } = await importing;
  expect([code, err]).toEqual([2, expect.stringContaining(`${site.file}:`)]);
  expect(site.config()).toBe(meanwhile);
  expect(readFileSync(site.secrets, "utf8")).not.toContain("nvr");
});

test("the first problems are told, and how many more there are", async () => {
  const rows = Array.from({ length: 100 }, () => "same;onvif;10.0.0.1");
  using site = tableSite(["id;driver;address", ...rows].join("\n"));
  const { err } = await site.camera(["import", site.csv]);
  expect(err).toMatch(
    /^(?:[^\n]*row \d+: [^\n]*\n){20}… and 178 more problems\nproblems: 198; nothing was changed\n$/,
  );
});

test("a dry run checks and changes nothing", async () => {
  using site = tableSite("name;driver;address;credential\nA;onvif;10.0.0.1;nvr\n");
  const before = site.config();
  const { code, out } = await site.camera(["import", site.csv, "--dry-run"]);
  expect(code).toBe(0);
  expect(out).toContain("is right: 1 cameras.\ncredentials that are new: nvr\n");
  expect(site.config()).toBe(before);
});

test("what is exported has no password and is imported again as it was", async () => {
  const cameras = [
    {
      id: "a",
      name: 'Cổng "A"; sau',
      driver: "hikvision",
      address: "10.0.0.1",
      channel: 3,
      stream: "sub",
      rtspPort: 8554,
    },
    { id: "b", name: "B", driver: "onvif", address: "https://10.0.0.2:8443" },
    { id: "c", name: "C", driver: "rtsp", stream: "rtsp://10.0.0.3/live?a=1" },
  ];
  using from = cameraSite({
    cameras,
    credentials: { nvr: { username: "admin", password: "not-to-be-seen" } },
  });
  const exported = await from.camera(["export"]);
  expect(exported.out.startsWith("\uFEFFid;name;driver;address;channel;")).toBe(true);
  expect(exported.out).not.toContain("not-to-be-seen");
  using to = tableSite(exported.out);
  expect((await to.camera(["import", to.csv])).code).toBe(0);
  expect(parse(to.config()).cameras).toEqual([...known, ...cameras]);
  const template = await from.camera(["export", "--template"]);
  writeFileSync(to.csv, template.out);
  expect((await to.camera(["import", to.csv, "--dry-run"])).code).toBe(0);
});

test("what `discover` writes is imported as it stands", async () => {
  const common = { ports: [80, 554], isCamera: true, announcedBy: [] } as const;
  const { text } = csvOf(
    [
      { address: "10.0.0.1", make: "Hikvision", drivers: ["hikvision"], rtsp: 8554, ...common },
      { address: "10.0.0.2", drivers: ["onvif"], onvif: { port: 8080, tls: false, path: "/" }, ...common },
      { address: "10.0.0.3", make: "Xiongmai", drivers: ["rtsp"], rtsp: 554, ...common },
      { address: "10.0.0.4", make: "Dahua", drivers: ["dahua"], channels: 8, ...common },
    ],
    new Set(),
  );
  const login = { username: "admin", password: "p" };
  using site = tableSite(text, { hikvision: login, onvif: login, xiongmai: login, dahua: login });
  const { code, out } = await site.camera(["import", site.csv, "--dry-run"]);
  expect([code, out]).toEqual([0, expect.stringContaining("is right: 11 cameras.")]);
});
