import { rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Command, configOption, defineCommand, jsonOption } from "../../agent/cli/command.ts";
import { commands } from "../../agent/cli/commands.ts";
import { type CommandTable, dispatch } from "../../agent/cli/dispatch.ts";
import { recordedSurroundings } from "../fakes/surroundings.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const text = (en: string) => ({ en, vi: `${en} (vi)` });

/** A command that writes what it was given. */
const echo = defineCommand({
  summary: text("says what it was given"),
  usage: text("Writes its options and arguments."),
  arguments: [
    { name: "camera", text: text("a camera") },
    { name: "rest", optional: true, text: text("more") },
  ],
  options: {
    config: configOption,
    json: jsonOption,
    count: { type: "string", value: "N", text: text("a number") },
  },
  exitCodes: [{ code: 0, meaning: text("always") }],
  async run({ options, arguments: given, out, language }) {
    out(JSON.stringify({ options, given, language }));
    return 0;
  },
});

const table: CommandTable = { echo: async () => ({ command: echo }) };

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const surroundings = recordedSurroundings({ env });
  const code = await dispatch(args, table, "1.2.3", surroundings);
  return { code, out: surroundings.written(), err: surroundings.errors() };
}

test("a command gets its options by name, its arguments in order, and the defaults of the rest", async () => {
  const { code, out } = await run(["echo", "cam-1", "--json", "--count=3", "x"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    options: { config: "/etc/camera-agent/config.yaml", json: true, count: "3" },
    given: ["cam-1", "x"],
    language: "en",
  });
  expect(JSON.parse((await run(["echo", "-c", "a.yaml", "--", "--json"])).out)).toMatchObject({
    options: { config: "a.yaml", json: false },
    given: ["--json"],
  });
});

test("the language is chosen before or after the command, else by the locale", async () => {
  expect((await run(["--lang", "vi", "echo", "a"])).out).toContain('"language":"vi"');
  expect((await run(["echo", "a", "--lang=vi"])).out).toContain('"language":"vi"');
  expect((await run(["echo", "a"], { LANG: "vi_VN.UTF-8" })).out).toContain('"language":"vi"');
  expect((await run(["echo", "a", "--lang", "en"], { LANG: "vi_VN.UTF-8" })).out).toContain(
    '"language":"en"',
  );
});

test("a configuration says the language where neither --lang nor the locale does, even when it is wrong", async () => {
  using folder = temporaryFolder();
  const config = folder.file("config.yaml");
  const said = async (text: string, args: readonly string[] = [], env = {}) => {
    writeFileSync(config, text);
    return JSON.parse((await run(["echo", "a", "-c", config, ...args], env)).out).language;
  };
  expect(await said("language: vi\n")).toBe("vi");
  expect(await said("language: en\n")).toBe("en");
  // As the agent itself does.
  expect(await said("site: {}\n", [], { LANG: "C.UTF-8" })).toBe("vi");
  expect(await said("site: [\nlanguage: en\n")).toBe("en");
  expect(await said("language: fr\n")).toBe("en");
  expect(await said("language: vi\n", ["--lang", "en"])).toBe("en");
  expect(await said("language: vi\n", [], { LANG: "en_US.UTF-8" })).toBe("en");
  rmSync(config);
  expect((await run(["echo", "a", "-c", config])).out).toContain('"language":"en"');
});

test.each([
  [["echo"], "<camera> is missing"],
  [["echo", "a", "b", "c"], "unexpected argument: c"],
  [
    ["echo", "a", "b", "site.yaml"],
    "site.yaml is no argument; a configuration is named by --config site.yaml",
  ],
  [
    ["echo", "a", "--password", "x"],
    "--password: a password is never an argument; every user of the box could see it",
  ],
  [["help", "ehco"], "unknown command: ehco; did you mean echo?"],
  [["echo", "a", "--jsno"], "unknown option: --jsno; did you mean --json?"],
  [["echo", "a", "-x"], "unknown option: -x"],
  [["echo", "a", "--count"], "--count needs a value: N"],
  [["echo", "a", "--count="], "--count needs a value: N"],
  [["echo", "a", "--json=yes"], "--json takes no value"],
  [["echo", "a", "--lang", "fr"], "--lang is vi or en, not fr"],
  [["ehco"], "unknown command: ehco; did you mean echo?"],
  [["constructor"], "unknown command: constructor; there are: echo"],
  [["--frobnicate"], "unknown option: --frobnicate"],
  [[], "no command given"],
])("wrong usage %j is told in a sentence and ends with 2", async (args, words) => {
  const { code, out, err } = await run(args);
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err).toContain(words);
  expect(err).toMatch(/See `camera-agent( echo)? --help`\.\n$/);
  const vietnamese = await run(args, { LANG: "vi_VN" });
  expect(vietnamese.err).toMatch(/Xem `camera-agent( echo)? --help`\.\n$/);
});

test("the help of a command is its declaration", async () => {
  const { code, out, err } = await run(["echo", "--help", "--lang", "en"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toBe(`camera-agent echo: says what it was given

Usage: camera-agent echo <camera> [rest] [options]

Writes its options and arguments.

Arguments:
  <camera>  a camera
  [rest]    more

Options:
  -c, --config FILE  configuration file (default: /etc/camera-agent/config.yaml)
      --json         write JSON for programs to read
      --count N      a number
      --lang vi|en   language of the texts (default: the locale's, else the configuration's,
                     else en)
  -h, --help         show this page

Exit codes:
  0  always
  2  wrong usage
`);
  expect((await run(["echo", "-h", "--lang", "vi"])).out).toContain("Mã kết thúc:");
});

test("help and -v are understood as people try them", async () => {
  expect(await run(["help"])).toEqual(await run(["--help"]));
  expect(await run(["help", "echo"])).toEqual(await run(["echo", "--help"]));
  expect(await run(["help", "--lang", "vi", "echo"])).toEqual(await run(["echo", "--help", "--lang", "vi"]));
  expect(await run(["-v"])).toEqual(await run(["--version"]));
  expect((await run(["help", "echo"])).code).toBe(0);
});

test("help fits into a narrow terminal", async () => {
  const { columns } = process.stdout;
  process.stdout.columns = 60;
  try {
    for (const args of [["--help"], ["watch", "--help", "--lang", "vi"]]) {
      const surroundings = recordedSurroundings({ stdoutIsTTY: true });
      expect(await dispatch(args, commands, "", surroundings)).toBe(0);
      for (const line of surroundings.written().split("\n"))
        expect(line.length, line).toBeLessThanOrEqual(60);
    }
  } finally {
    process.stdout.columns = columns;
  }
});

test("the program's own help lists the commands; --version is the version alone", async () => {
  expect((await run(["--help"])).out).toContain("  echo  says what it was given\n");
  expect(await run(["--version"])).toEqual({ code: 0, out: "1.2.3\n", err: "" });
});

test("every command has a help page in both languages, with its exit codes", async () => {
  for (const [name, load] of Object.entries(commands)) {
    const { command }: { command: Command } = await load();
    expect(command.exitCodes.length, name).toBeGreaterThan(0);
    for (const language of ["en", "vi"]) {
      const surroundings = recordedSurroundings();
      expect(await dispatch([name, "--help", "--lang", language], commands, "", surroundings)).toBe(0);
      const unwrapped = surroundings.written().replaceAll(/\s+/g, " ");
      expect(unwrapped).toContain(`camera-agent ${name}: ${command.summary[language as "en"]}`);
      expect(surroundings.written()).not.toMatch(/\{\w+\}|undefined/);
      for (const line of surroundings.written().split("\n")) expect(line.length).toBeLessThanOrEqual(110);
    }
  }
});
