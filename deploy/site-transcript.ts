import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "../test/fakes/eventually.ts";
import { createFreshSite, type FreshSite } from "../test/fakes/fresh-site.ts";
import { screenText } from "./screen-text.ts";

/**
 * Writes into deploy/README.md and deploy/README.vi.md what a terminal shows of a fresh site of sixteen simulated
 * cameras, from `discover` to `status`: real processes at a real terminal (`script` of util-linux). Put in by a person
 * are the names, the paths of two cameras, and the logins. `node deploy/site-transcript.ts`
 */

const PAGES = { en: "README.md", vi: "README.vi.md" } as const;
const BEGIN = "<!-- written by: node deploy/site-transcript.ts -->";
const END = "<!-- end -->";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

for (const language of ["en", "vi"] as const) {
  await using site = await createFreshSite();
  const transcript = await playedBy(site, language);
  const page = here(PAGES[language]);
  const [before, rest] = cut(readFileSync(page, "utf8"), BEGIN);
  const [, after] = cut(rest, END);
  writeFileSync(page, `${before}${BEGIN}\n\n${transcript}\n\n${END}${after}`);
  console.log(`${page} written`);
}

function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at === -1) throw new Error(`there is no ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

async function playedBy(site: FreshSite, language: "en" | "vi"): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "fresh-site-"));
  const agents: { stop(): Promise<void> }[] = [];
  try {
    writeFileSync(join(folder, "config.yaml"), site.config(language));
    mkdirSync(join(folder, "bin"));
    const program = join(folder, "bin", "camera-agent");
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${here("../agent/main.ts")}' "$@"\n`);
    chmodSync(program, 0o755);
    const type = (command: string) => atTerminal(command, folder, site);
    const found = await type(
      `camera-agent discover --interface lo --subnet ${site.subnet} --csv cameras.csv -c config.yaml`,
    );
    const file = join(folder, "cameras.csv");
    const table = site.edited(readFileSync(file, "utf8"));
    writeFileSync(file, table);
    const imported = await type("camera-agent camera import cameras.csv -c config.yaml");
    const tested = await type("camera-agent camera test --all -c config.yaml");
    const agent = start(program, folder);
    agents.push(agent);
    await eventually("every camera is online", () => areOnline(join(folder, "status.json")), 60_000);
    const status = await type("camera-agent status -c config.yaml");
    return [
      block("yaml", `# config.yaml\n${site.config(language).trimEnd()}`),
      block("console", found),
      block("", table.replace("\uFEFF", "").replaceAll("\r\n", "\n").trimEnd()),
      block(
        "console",
        [imported, tested, "$ camera-agent run -c config.yaml > agent.log &", status].join("\n\n"),
      ),
    ].join("\n\n");
  } finally {
    for (const agent of agents) await agent.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** Runs the command at a terminal of its own, answers what it asks, and gives what is on the screen then. */
async function atTerminal(command: string, folder: string, site: FreshSite): Promise<string> {
  const child = spawn("script", ["-qfec", `stty cols 100 rows 60; ${command}`, "/dev/null"], {
    cwd: folder,
    env: { ...process.env, PATH: `${folder}/bin:${process.env.PATH}`, TERM: "xterm", NO_COLOR: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let written = "";
  let answered = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    written += text;
    const asked = screenText(written.slice(answered)).split("\n").at(-1) ?? "";
    const answer = site.answerTo(asked);
    if (answer === undefined) return;
    answered = written.length;
    child.stdin.write(`${answer}\r`);
  });
  await once(child, "close");
  if (child.exitCode !== 0)
    throw new Error(`${command} ended with ${child.exitCode}:\n${screenText(written)}`);
  return `$ ${command}\n${screenText(written)}`;
}

function start(program: string, folder: string) {
  const child = spawn(program, ["run", "-c", "config.yaml"], { cwd: folder, stdio: "ignore" });
  const ended = once(child, "exit");
  return {
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function areOnline(statusFile: string): boolean {
  try {
    const { cameras } = JSON.parse(readFileSync(statusFile, "utf8"));
    return cameras.length > 0 && cameras.every(({ state }: { state: string }) => state === "online");
  } catch {
    return false;
  }
}
