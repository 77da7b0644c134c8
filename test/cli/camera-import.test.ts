import { readFileSync, writeFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { csvOf } from "../../agent/cli/discover-csv.ts";
import { createCamera } from "../fakes/camera.ts";
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
    ],
    new Set(),
  );
  const login = { username: "admin", password: "p" };
  using site = tableSite(text, { hikvision: login, onvif: login, xiongmai: login });
  const { code, out } = await site.camera(["import", site.csv, "--dry-run"]);
  expect([code, out]).toEqual([0, expect.stringContaining("is right: 3 cameras.")]);
});
