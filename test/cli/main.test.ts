import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

const main = fileURLToPath(new URL("../../agent/main.ts", import.meta.url));

/** The real program as a process of its own. */
async function run(...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, LC_ALL: "C" } });
  let [out, err] = ["", ""];
  child.stdout.on("data", (bytes) => {
    out += bytes;
  });
  child.stderr.on("data", (bytes) => {
    err += bytes;
  });
  const [code, signal] = await once(child, "close");
  return { code, signal, out, err };
}

test("the program says its version and ends with 0", async () => {
  expect(await run("--version")).toEqual({ code: 0, signal: null, out: `${manifest.version}\n`, err: "" });
});

test("a configuration that is not there ends with 2 and says so in the language asked for", async () => {
  const { code, out, err } = await run("check-config", "--config", "/no/such/config.yaml", "--lang", "vi");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toBe("/no/such/config.yaml: không có tệp này; dùng --config TỆP để chỉ tệp khác\nsố lỗi: 1\n");
});

test("nobody reading its output is no crash", async () => {
  const child = spawn(process.execPath, [main, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let err = "";
  child.stderr.on("data", (bytes) => {
    err += bytes;
  });
  const [code] = await once(child, "close");
  expect({ code, err }).toEqual({ code: 0, err: "" });
});
