import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { parse } from "yaml";
import { commands } from "../../agent/cli/commands.ts";
import { dispatch } from "../../agent/cli/dispatch.ts";
import { screenText } from "../../deploy/screen-text.ts";
import { eventually } from "../fakes/eventually.ts";
import { createFreshSite, type FreshSite } from "../fakes/fresh-site.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const MAIN = fileURLToPath(new URL("../../agent/main.ts", import.meta.url));
const documented = "127.1.16.";
/** A site of its own, whoever else runs this at the same time. */
const net = `127.1.${32 + (process.pid % 60)}`;

const home = process.cwd();
afterEach(() => process.chdir(home));

interface Shown {
  readonly command: string;
  readonly shown: string;
}

/** The console blocks of a page: each command with what is shown below it. */
function transcriptOf(page: string): Shown[] {
  const text = readFileSync(new URL(`../../deploy/${page}`, import.meta.url), "utf8");
  return [...text.matchAll(/^```console\n([\s\S]*?)^```$/gm)]
    .flatMap(([, block = ""]) => block.split(/^\$ /m).slice(1))
    .map((one) => {
      const [command = "", ...shown] = one.split("\n");
      return { command, shown: shown.join("\n").trim() };
    });
}

const healthy = (status: string) => status.match(/^● (?:healthy|Hoạt động tốt) /gm)?.length;

/** Without what is another where the site is, or where 80 and 554 may not be listened at. */
const steady = (text: string) =>
  text
    .replaceAll(/127([-.])1[-.]\d+/g, "127$11$116")
    .replaceAll(/[ ─━]+/g, " ")
    .replaceAll(" 8080 8554 ", " 80 554 ")
    .replaceAll(" 8554 ", " 554 ")
    .trim();

function argumentsOf(command: string): string[] {
  return command.replace(/ > .*/, "").replaceAll(documented, `${net}.`).split(" ").slice(1);
}

/** Runs a command of the page at a terminal that answers as the technician does. */
async function run(command: string, site: FreshSite) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const recorded = recordedSurroundings({ stdin, stdoutIsTTY: true, env: { NO_COLOR: "1" } });
  let screen = "";
  let answered = 0;
  const shown = (text: string | Uint8Array) => {
    screen += String(text).replaceAll("\n", "\r\n");
    const answer = site.answerTo(screenText(screen.slice(answered)).split("\n").at(-1) ?? "");
    if (answer === undefined) return;
    answered = screen.length;
    setImmediate(() => stdin.write(`${answer}\r`));
  };
  const surroundings = { ...recorded, out: shown, err: shown };
  const ended = dispatch(argumentsOf(command), commands, "", surroundings);
  return { ended, screen: () => screenText(screen) };
}

test("the four commands of deploy/README.md take a fresh site of sixteen cameras to running, and show what it says", async () => {
  const [find, add, look, start, status] = transcriptOf("README.md");
  if (!find || !add || !look || !start || !status) throw new Error("the transcript has fewer commands");
  await using site = await createFreshSite(net);
  using folder = temporaryFolder();
  process.chdir(folder.path);
  writeFileSync("config.yaml", `${site.config("en")}health: { measureFor: 0s }\n`);
  const play = async ({ command, shown }: Shown) => {
    const played = await run(command, site);
    expect(await played.ended, played.screen()).toBe(0);
    expect(steady(played.screen()), command).toBe(steady(shown));
  };
  await play(find);
  writeFileSync("cameras.csv", site.edited(readFileSync("cameras.csv", "utf8")));
  await play(add);
  expect(parse(readFileSync("config.yaml", "utf8")).cameras).toHaveLength(16);
  await play(look);
  const agent = spawn(process.execPath, [MAIN, ...argumentsOf(start.command)], { stdio: "ignore" });
  const ended = once(agent, "exit");
  try {
    const allHealthy = async () => {
      const shown = await run(status.command, site);
      await shown.ended;
      return healthy(shown.screen()) === 16;
    };
    await eventually("all are healthy", allHealthy, 20_000);
  } finally {
    agent.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  }
  expect(healthy(status.shown)).toBe(16);
});

test("the Vietnamese page shows the same commands, with as much below each", () => {
  const [english, vietnamese] = ["README.md", "README.vi.md"].map((page) =>
    transcriptOf(page).map(({ command, shown }) => [command, shown.split("\n").length]),
  );
  expect(vietnamese).toEqual(english);
});
