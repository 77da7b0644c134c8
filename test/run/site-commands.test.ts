import { execFile } from "node:child_process";
import { cpSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import type { CommandResult } from "../../agent/model/command.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CHILD = fileURLToPath(new URL("../fakes/site-commands-child.ts", import.meta.url));

test("an agent whose files an upgrade has replaced stops all the same, and says so to whoever commands it then", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const program = folder.file("agent");
  cpSync(`${ROOT}/agent`, program, { recursive: true });
  cpSync(`${ROOT}/package.json`, folder.file("package.json"));
  symlinkSync(`${ROOT}/node_modules`, folder.file("node_modules"));
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD, program]);
  const answers: CommandResult[] = JSON.parse(stdout);
  expect(answers[0]).toEqual({
    request: "late",
    command: "ping",
    at: expect.any(String),
    outcome: "refused",
    reason: "stopping",
  });
  expect(answers.map(({ request }) => request)).not.toContain("other");
  expect(answers).toHaveLength(20);
});
