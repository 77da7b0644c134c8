import { execFileSync } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { openTestJournal } from "../fakes/open-journal.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

function journalFile(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.file("journal.db");
}

/** Largest file that this process may write, bytes: a disk that takes no more. */
function limitFiles(bytes: string): void {
  execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]);
}

/** What a process that was killed now would leave: copies, made from outside so that the lock is not disturbed. */
function killed(path: string): string {
  const copy = journalFile();
  execFileSync("cp", [path, copy]);
  execFileSync("cp", [`${path}-wal`, `${copy}-wal`]);
  return copy;
}

test("notes that are kept together are there after a kill, under their prefix", async () => {
  const path = journalFile();
  const journal = await openTestJournal({ path });
  expect(
    journal.keepAll(
      new Map([
        ["command/a", "1"],
        ["command/b", "2"],
        ["other/a", "3"],
      ]),
    ),
  ).toBe(true);
  expect(
    journal.keepAll(
      new Map([
        ["command/a", undefined],
        ["command/c", "4"],
      ]),
    ),
  ).toBe(true);
  const left = new Map([
    ["b", "2"],
    ["c", "4"],
  ]);
  expect(journal.keptUnder("command/")).toEqual(left);
  const again = await openTestJournal({ path: killed(path) });
  expect(again.keptUnder("command/")).toEqual(left);
  expect(again.kept("other/a")).toBe("3");
});

test("on a disk that takes no more none of them is kept, and that is told; with room again all are", async () => {
  const path = journalFile();
  const journal = await openTestJournal({ path });
  journal.keepAll(new Map([["command/a", "1"]]));
  limitFiles(String(statSync(`${path}-wal`).size));
  onTestFinished(() => limitFiles("unlimited"));
  const changes = new Map([
    ["command/a", undefined],
    ["command/b", "2"],
  ]);
  expect(journal.keepAll(changes)).toBe(false);
  expect(journal.keptUnder("command/")).toEqual(new Map([["a", "1"]]));
  limitFiles("unlimited");
  expect(journal.keepAll(changes)).toBe(true);
  const again = await openTestJournal({ path: killed(path) });
  expect(again.keptUnder("command/")).toEqual(new Map([["b", "2"]]));
});

test("a journal that is closed, or whose file is gone, keeps nothing and says so", async () => {
  const path = journalFile();
  const journal = await openTestJournal({ path });
  rmSync(path);
  journal.check();
  expect(journal.keepAll(new Map([["a", "1"]]))).toBe(false);
  const closed = await openTestJournal();
  await closed.close();
  expect(closed.keepAll(new Map([["a", "1"]]))).toBe(false);
});
