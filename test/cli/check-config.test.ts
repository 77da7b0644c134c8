import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { command } from "../../agent/cli/check-config.ts";
import { runCommand } from "../../agent/cli/dispatch.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { good, goodSecrets } from "../io/config-cases.ts";

/** Runs check-config on this text; `folder` in what it writes is where the file stood. */
async function check(config: string, ...args: string[]) {
  using folder = temporaryFolder();
  const file = folder.file("config.yaml");
  writeFileSync(file, config);
  writeFileSync(folder.file("secrets.yaml"), goodSecrets, { mode: 0o600 });
  const surroundings = recordedSurroundings();
  const code = await runCommand("check-config", command, ["--config", file, ...args], surroundings);
  const plain = (text: string) => text.replaceAll(`${folder.path}/`, "");
  return { code, out: plain(surroundings.written()), err: plain(surroundings.errors()) };
}

const bad = good.replace("    address: 192.168.1.10\n", "    adress: 192.168.1.10\n").replace("60s", "2h");

test("a good configuration is summed up and ends with 0", async () => {
  expect(await check(good, "--lang", "en")).toEqual({
    code: 0,
    err: "",
    out: [
      "config.yaml is right.",
      "  site             xa-tan-an (Xã Tân An)",
      "  monitoring unit  ca-huyen (Công an huyện)",
      "  broker           mqtts://broker.example",
      "  secrets file     secrets.yaml (entries: 1)",
      "  journal          /var/lib/camera-agent/journal.db",
      "  cameras          3 (onvif: 2, rtsp: 1)",
      "",
    ].join("\n"),
  });
});

test("problems are told as compilers do, and end with 2", async () => {
  const { code, out, err } = await check(bad, "--lang", "en");
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err.split("\n")).toEqual([
    'config.yaml:6:13 health.interval: found "2h"; allowed: a duration from 1s to 1h, such as 500ms, 60s, 15m, 24h or 30d',
    expect.stringMatching(/^config\.yaml:8:5 cameras\[0\]\.address: `address` is missing; allowed: an IPv4/),
    expect.stringMatching(/^config\.yaml:11:5 cameras\[0\]\.adress: unknown key; did you mean `address`\?/),
    "problems: 3",
    "",
  ]);
});

test("problems are told in Vietnamese where that is asked for", async () => {
  const { code, err } = await check(bad, "--lang=vi");
  expect(code).toBe(2);
  expect(err).toContain("cameras[0].adress: khóa không hợp lệ; có phải ý bạn là `address`?");
  expect(err).toContain("số lỗi: 3");
  expect(err).not.toMatch(/found|allowed|expected|invalid/i);
});

test("warnings are told and end with 0", async () => {
  const { code, err, out } = await check(good.replace("192.168.1.12:8000", "192.168.1.10"), "--lang", "en");
  expect(code).toBe(0);
  expect(err).toBe(
    "config.yaml:20:14 cameras[2].address: warning: the same address as `cam-1` (line 11): is it the same camera twice?\n",
  );
  expect(out).toContain("config.yaml is right.");
});

test("with --json programs read the same, whatever the language", async () => {
  const wrong = await check(bad, "--json");
  expect(wrong).toMatchObject({ code: 2, err: "" });
  expect(JSON.parse(wrong.out)).toMatchObject({
    ok: false,
    summary: null,
    problems: [
      { severity: "error", kind: "wrong-value", line: 6, column: 13, key: "health.interval" },
      { kind: "missing-key", line: 8, key: "cameras[0].address" },
      {
        kind: "unknown-key",
        line: 11,
        key: "cameras[0].adress",
        text: { en: expect.stringMatching(/did you mean/), vi: expect.stringMatching(/có phải/) },
      },
    ],
  });
  const fine = await check(good, "--json");
  expect(fine.code).toBe(0);
  expect(JSON.parse(fine.out)).toMatchObject({
    ok: true,
    problems: [],
    summary: {
      site: { id: "xa-tan-an" },
      cameras: { total: 3, drivers: { onvif: 2, rtsp: 1 }, maintenance: 0 },
    },
  });
});

test("a password never comes out, not even as JSON", async () => {
  const leaking = good
    .replace("mqtts://", "mqtts://a:hunter2@")
    .replace("credential: camera", "password: hunter2");
  for (const args of [[], ["--json"]]) {
    const { code, out, err } = await check(leaking, ...args);
    expect(code).toBe(2);
    expect(out + err).not.toContain("hunter2");
  }
  expect((await check(good, "--json")).out).not.toContain("hunter2");
});
