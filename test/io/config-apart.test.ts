import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readConfigApart } from "../../agent/io/config-apart.ts";
import { readConfig } from "../../agent/io/config-file.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { good } from "./config-cases.ts";

const secrets = `credentials: { camera: { username: "người xem", password: "'\\"\\\\ \\u00e9 %s" } }\n`;

/** `ended`: the exit code of the other process, where one came up. */
async function both(config: string, env: NodeJS.ProcessEnv = {}) {
  using folder = temporaryFolder();
  writeFileSync(folder.file("config.yaml"), config);
  writeFileSync(folder.file("secrets.yaml"), secrets, { mode: 0o600 });
  const [path, mark, code] = ["config.yaml", "mark.cjs", "code"].map((name) => folder.file(name)) as [
    string,
    string,
    string,
  ];
  const ending = `require("node:fs").writeFileSync(${JSON.stringify(code)}, String(status))`;
  writeFileSync(mark, `process.on("exit", (status) => ${ending});`);
  const alone: string[] = [];
  const options = { NODE_OPTIONS: `--require=${mark}`, ...env };
  const apart = await readConfigApart(path, options, async (why) => void alone.push(why));
  const ended = existsSync(code) ? readFileSync(code, "utf8") : undefined;
  return { apart, here: await readConfig(path, {}), ended, alone };
}

test("a process of its own reads the same configuration, logins and warnings", async () => {
  const { apart, here, ended, alone } = await both(`${good}host: { disks: [/, /] }\n`);
  expect(ended).toBe("0");
  expect(alone).toEqual([]);
  expect(here.ok && here.value.secrets.credentials.camera?.username).toBe("người xem");
  expect(apart).toEqual(here);
});

test("a process of its own tells the same problems, in both languages", async () => {
  const { apart, here, ended } = await both(good.replace("60s", "60 parsecs"));
  expect(ended).toBe("0");
  expect(here.ok).toBe(false);
  expect(apart).toEqual(here);
});

test("where the other process does not come up, the configuration is read all the same, and why is told", async () => {
  const { apart, here, ended, alone } = await both(good, { NODE_OPTIONS: "--no-such-option" });
  expect(ended).toBeUndefined();
  expect(alone).toEqual(["exit code 9"]);
  expect(here.ok).toBe(true);
  expect(apart).toEqual(here);
});

test("that the other process was killed, as where memory is short, is told as that", async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.file("kill.cjs"), 'process.kill(process.pid, "SIGKILL");');
  const { apart, here, alone } = await both(good, { NODE_OPTIONS: `--require=${folder.file("kill.cjs")}` });
  expect(alone).toEqual(["SIGKILL"]);
  expect(apart).toEqual(here);
});
