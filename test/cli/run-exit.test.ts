import { spawn } from "node:child_process";
import { once } from "node:events";
import { fstatSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { type ConfigText, inFolder, startAgent } from "../fakes/agent-process.ts";
import { eventually } from "../fakes/eventually.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const main = fileURLToPath(new URL("../../agent/main.ts", import.meta.url));
/** What systemd gives a service on a box without a locale. */
const bare = { LC_ALL: "", LC_MESSAGES: "", LANG: "C" };

const site = (folder: string, change: Partial<ConfigText> = {}): ConfigText => ({
  ...inFolder(folder, {
    site: { id: "site-a", name: "Xã A" },
    unit: { id: "unit-a", name: "Công an huyện A" },
    // Nobody listens there.
    broker: { url: "mqtt://127.0.0.1:1" },
    cameras: [],
  }),
  ...change,
});

/** Runs the real agent until it ends by itself; the file takes its standard error. */
async function ended(
  folder: string,
  config: unknown,
  environment: (descriptor: number) => NodeJS.ProcessEnv,
) {
  writeFileSync(`${folder}/config.yaml`, stringify(config));
  const descriptor = openSync(`${folder}/stderr`, "w");
  const child = spawn(process.execPath, [main, "run", "--config", `${folder}/config.yaml`], {
    env: { ...process.env, ...environment(descriptor) },
    stdio: ["ignore", "ignore", descriptor],
  });
  const [code] = await once(child, "exit");
  return { code, err: readFileSync(`${folder}/stderr`, "utf8") };
}

test("why it cannot run is told in the configuration's language where systemd gives no locale", async () => {
  using folder = temporaryFolder();
  const journal = { path: folder.file("pulled-out/journal.db") };
  const missing = await ended(folder.path, site(folder.path, { journal, language: "vi" }), () => bare);
  expect(missing).toEqual({ code: 3, err: expect.stringContaining("thư mục") });
  const english = await ended(folder.path, site(folder.path, { journal, language: "en" }), () => bare);
  expect(english).toEqual({ code: 3, err: expect.stringContaining("directory") });
  const wrong = await ended(folder.path, { ...site(folder.path), language: "vi", site: 1 }, () => bare);
  expect(wrong).toEqual({ code: 2, err: expect.stringContaining("đang là 1") });
});

test("that there is no configuration is told in both languages where nobody asked for one", async () => {
  using folder = temporaryFolder();
  const run = async (environment: NodeJS.ProcessEnv) => {
    const descriptor = openSync(folder.file("said"), "w");
    const child = spawn(process.execPath, [main, "run", "--config", folder.file("none.yaml")], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", descriptor],
    });
    const [code] = await once(child, "exit");
    return { code, said: readFileSync(folder.file("said"), "utf8").trim().split("\n") };
  };
  expect(await run(bare)).toEqual({
    code: 2,
    said: [expect.stringContaining("không có tệp này"), expect.stringContaining("there is no file")],
  });
  const asked = await run({ ...bare, LANG: "vi_VN.UTF-8" });
  expect(asked.said).toEqual([expect.stringContaining("không có tệp này")]);
});

test("the journal shows why the agent cannot run as errors, line by line", async () => {
  using folder = temporaryFolder();
  const journal = { path: folder.file("pulled-out/journal.db") };
  const config = site(folder.path, { journal });
  const shown = await ended(folder.path, config, (descriptor) => {
    const { dev, ino } = fstatSync(descriptor);
    return { ...bare, JOURNAL_STREAM: `${dev}:${ino}` };
  });
  expect(shown.code).toBe(3);
  const lines = shown.err.trim().split("\n");
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).toMatch(/^<3>[^<]/);
  const redirected = await ended(folder.path, config, () => ({ ...bare, JOURNAL_STREAM: "8:1" }));
  expect(redirected.err).toBe(shown.err.replaceAll("<3>", ""));
});

test("that a configuration is right is no error to the journal of a reload", async () => {
  using folder = temporaryFolder();
  writeFileSync(`${folder.path}/config.yaml`, stringify(site(folder.path)));
  const descriptor = openSync(`${folder.path}/stdout`, "w");
  const { dev, ino } = fstatSync(descriptor);
  const child = spawn(process.execPath, [main, "check-config", "--config", `${folder.path}/config.yaml`], {
    env: { ...process.env, ...bare, JOURNAL_STREAM: `${dev}:${ino}` },
    stdio: ["ignore", descriptor, "ignore"],
  });
  expect((await once(child, "exit"))[0]).toBe(0);
  const lines = readFileSync(`${folder.path}/stdout`, "utf8").trim().split("\n");
  expect(lines[0]).toMatch(/^<6>.*config\.yaml đúng/);
  for (const line of lines) expect(line).toMatch(/^<6>[^<]/);
});

test("ps and systemctl name the process by the agent and what it was told, not by Node", async () => {
  using folder = temporaryFolder();
  await using agent = await startAgent(folder.path, site(folder.path));
  await eventually("started", () => agent.log.some(({ msg }) => msg === "started"));
  const about = (file: string) => readFileSync(`/proc/${agent.pid}/${file}`, "utf8").replace(/[\0\n]+$/, "");
  expect(about("comm")).toBe("camera-agent");
  expect(about("cmdline")).toBe(`camera-agent run --config ${folder.path}/config.yaml`);
});
