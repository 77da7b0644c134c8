import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { lockRecovery, type RecoveryFiles, systemFiles } from "../../agent/io/journal-recover-files.ts";
import { openDatabase } from "../../agent/io/journal-sqlite-open.ts";
import { heldBy, killedJournal, overwrite, PAGE, tryJournal } from "../fakes/journal-file.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

/** A recovery that is killed, or that the disk refuses, at each of its steps. */

function folder() {
  const made = temporaryFolder();
  onTestFinished(() => made[Symbol.dispose]());
  return made;
}

const garbage = Buffer.alloc(PAGE, 0xa5);

/** A journal with a torn page and with events in its log, in a folder of its own each time. */
async function damaged(): Promise<{ copy(): string; readonly bodies: ReadonlyMap<number, string> }> {
  const { file } = folder();
  await killedJournal(file("journal.db"), file("copy.db"), 2_500);
  const { bodies } = heldBy(file("journal.db"));
  overwrite(file("copy.db"), 100 * PAGE, garbage);
  return {
    bodies,
    copy() {
      const path = folder().file("journal.db");
      for (const suffix of ["", "-wal"]) copyFileSync(`${file("copy.db")}${suffix}`, `${path}${suffix}`);
      return path;
    },
  };
}

class Killed extends Error {}

/** The system's files, until the step of that number: from there on the process is dead and does nothing more. */
function killedAt(step: number, done: "before" | "after"): RecoveryFiles & { readonly steps: number } {
  let steps = 0;
  const through =
    <A extends readonly unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      steps += 1;
      if (steps > step || (steps === step && done === "before")) throw new Killed();
      const result = call(...args);
      if (steps === step) throw new Killed();
      return result;
    };
  return {
    exists: systemFiles.exists,
    free: systemFiles.free,
    rename: through(systemFiles.rename),
    remove: through(systemFiles.remove),
    sync: through(systemFiles.sync),
    turn: through(systemFiles.turn),
    get steps() {
      return steps;
    },
  };
}

test("a recovery that is killed at any step is made good by the next start, and the damaged files are kept whole", async () => {
  const { copy, bodies } = await damaged();
  const whole = killedAt(Number.POSITIVE_INFINITY, "after");
  const opened = await tryJournal(copy(), whole);
  if (opened.ok) await opened.value.close();
  expect(whole.steps).toBeGreaterThan(10);
  for (let step = 1; step <= whole.steps; step++) {
    for (const done of ["before", "after"] as const) {
      const name = `killed ${done} step ${step} of ${whole.steps}`;
      const path = copy();
      const before = ["", "-wal"].map((suffix) => readFileSync(`${path}${suffix}`));
      await expect(tryJournal(path, killedAt(step, done)), name).rejects.toThrow(Killed);
      const again = await tryJournal(path);
      if (!again.ok) throw new Error(`${name}: ${again.error.evidence}`);
      const recovery = again.value.recovery();
      expect(recovery, name).toMatchObject({ reason: "recovered" });
      await again.value.close();
      const aside = recovery?.setAside ?? "";
      expect(readFileSync(aside).equals(before[0] as Buffer), name).toBe(true);
      expect(readFileSync(`${aside}-wal`).equals(before[1] as Buffer), name).toBe(true);
      const held = heldBy(path);
      expect(held.report.epochs, name).toMatchObject([
        { ok: true, changedCount: 0, missing: 0 },
        { changedCount: 0, missing: 0, follows: true },
      ]);
      const kept = [...held.bodies].filter(([position, body]) => bodies.get(position) === body);
      expect(kept.length, name).toBe(recovery?.salvaged);
      expect(kept.length, name).toBeGreaterThan(2_480);
      const left = readdirSync(path.replace(/\/journal\.db$/, ""));
      expect(
        left.filter((file) => /recover/.test(file)),
        name,
      ).toEqual([]);
    }
  }
}, 120_000);

test("the disk has the new journal before it counts, and each name before the next step relies on it", async () => {
  const { copy } = await damaged();
  const path = copy();
  const steps: string[] = [];
  const short = (name: string) => name.replace(path, "j").replace(/damaged-.*Z/, "aside");
  const opened = await tryJournal(path, {
    ...systemFiles,
    sync(name) {
      steps.push(`sync ${short(name).replace(/^\/.*/, "folder")}`);
      systemFiles.sync(name);
    },
    rename(from, to) {
      steps.push(`${short(from)} → ${short(to)}`);
      systemFiles.rename(from, to);
    },
  });
  if (opened.ok) await opened.value.close();
  const moves = steps.filter((step) => !step.startsWith("j-shm"));
  expect(moves).toEqual([
    "sync j.recovering",
    "j.recovering → j.recovered",
    "sync folder",
    "j-wal → j.aside-wal",
    "j → j.aside",
    "sync folder",
    "j.recovered → j",
    "sync folder",
  ]);
});

test("a new journal that was damaged before it was in its place is recovered from in turn", async () => {
  const { copy } = await damaged();
  const path = copy();
  const rename = (from: string, to: string) => {
    systemFiles.rename(from, to);
    if (to.endsWith(".recovered")) throw new Killed();
  };
  await expect(tryJournal(path, { ...systemFiles, rename })).rejects.toThrow(Killed);
  overwrite(`${path}.recovered`, 0, Buffer.alloc(100, 0xa5));
  const opened = await tryJournal(path);
  if (!opened.ok) throw new Error(opened.error.evidence);
  expect(opened.value.recovery()?.salvaged).toBeGreaterThan(2_480);
  expect(opened.value.stats().setAside?.journals).toBe(2);
  await opened.value.close();
});

test.each(["ENOSPC", "EROFS", "EIO"])(
  "a disk that answers %s at any step before the new journal counts ends the start with the reason, all as it was",
  async (code) => {
    const { copy } = await damaged();
    const refuses = (): never => {
      throw Object.assign(new Error(`${code}: the disk refuses`), { code });
    };
    for (const refused of ["rename", "sync"] as const) {
      const path = copy();
      const before = ["", "-wal"].map((suffix) => readFileSync(`${path}${suffix}`));
      const opened = await tryJournal(path, { ...systemFiles, [refused]: refuses });
      expect(opened).toMatchObject({
        ok: false,
        error: { kind: "not-recovered", path, evidence: expect.stringContaining(code) },
      });
      expect(readFileSync(path).equals(before[0] as Buffer)).toBe(true);
      expect(readFileSync(`${path}-wal`).equals(before[1] as Buffer)).toBe(true);
      const again = await tryJournal(path);
      expect(again.ok).toBe(true);
      if (again.ok) await again.value.close();
    }
  },
);

test("a disk without room for a second journal is told with how much is needed, before anything is written", async () => {
  const { copy } = await damaged();
  const path = copy();
  const opened = await tryJournal(path, { ...systemFiles, free: () => 1_000_000 });
  expect(opened).toMatchObject({
    ok: false,
    error: { kind: "not-recovered", evidence: expect.stringMatching(/page 101.*; 1000000 B < \d{7,} B$/s) },
  });
  expect(readdirSync(path.replace(/\/journal\.db$/, "")).filter((name) => /recover/.test(name))).toEqual([]);
});

test("a disk that is full while the new journal is written leaves the old one and nothing else", async () => {
  const { copy } = await damaged();
  const path = copy();
  const before = readFileSync(path);
  const limit = (bytes: string) =>
    execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]);
  limit(String(statSync(path).size / 2));
  const opened = await tryJournal(path).finally(() => limit("unlimited"));
  expect(opened).toMatchObject({ ok: false, error: { kind: "not-recovered" } });
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(path.replace(/\/journal\.db$/, "")).filter((name) => /recover/.test(name))).toEqual([]);
});

test("where the new journal cannot even be begun, the start says so", async () => {
  const { copy } = await damaged();
  const path = copy();
  mkdirSync(`${path}.lock`);
  expect(await tryJournal(path)).toMatchObject({ ok: false, error: { kind: "not-recovered" } });
});

test("while a process recovers a journal, another one is told that it is in use", async () => {
  const { copy } = await damaged();
  const path = copy();
  using lock = lockRecovery(path, 0);
  expect(lock).toBeDefined();
  expect(await tryJournal(path)).toMatchObject({ ok: false, error: { kind: "in-use" } });
});

test("a recovery that is not finished keeps others from the journal", () => {
  const path = folder().file("journal.db");
  writeFileSync(`${path}.recovered`, "");
  expect(openDatabase(path)).toMatchObject({ ok: false, error: { kind: "in-use" } });
});
