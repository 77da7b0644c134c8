import { readdirSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { readPublicKeys } from "../../agent/core/signed-text.ts";
import { verifyJournal } from "../../agent/core/verify-journal.ts";
import { StoredJournal } from "../../agent/io/journal-content.ts";
import { copyJournal } from "../../agent/io/journal-copy.ts";
import { killWriter, readAccepted, startEventWriter } from "../fakes/event-writer.ts";
import { eventually } from "../fakes/eventually.ts";
import { testSigner } from "../fakes/signer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

function folder() {
  const made = temporaryFolder();
  onTestFinished(() => made[Symbol.dispose]());
  return made;
}

const kindOf = async (path: string, work: string) => {
  const copied = await copyJournal(path, work);
  return copied.ok ? "copied" : copied.error.kind;
};

test("copies made while a process writes as fast as it can are whole, and hold all that was accepted before", async () => {
  const { path, file } = folder();
  const accepted = file("accepted");
  const writer = await startEventWriter({
    journal: file("journal.db"),
    site: "site-1",
    accepted,
    count: 1_000_000,
    burst: 200,
  });
  try {
    await eventually("the WAL has begun anew", async () => (await readAccepted(accepted)).length > 6_000);
    for (let n = 0; n < 4; n++) {
      const known = (await readAccepted(accepted)).length;
      const copied = await copyJournal(file("journal.db"), path);
      // A disk that is slow beside a writer without pause is told, not copied half.
      if (!copied.ok) expect(copied.error.kind).toBe("moving");
      else {
        using copy = copied.value;
        const database = new Database(copy.path, { readonly: true });
        expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
        const keys = readPublicKeys(testSigner().publicKey) ?? new Map();
        const { epochs } = verifyJournal(new StoredJournal(database).content(), keys);
        database.close();
        expect(epochs).toMatchObject([{ missing: 0, changedCount: 0, checkpoints: { bad: 0 } }]);
        expect(epochs[0]?.events).toBeGreaterThan(known);
      }
    }
  } finally {
    await killWriter(writer);
  }
  expect(readdirSync(path).filter((name) => name.startsWith("."))).toEqual([]);
});

test("a WAL that begins anew at every attempt, no room and no folder are told, and leave nothing behind", async () => {
  const { path, file } = folder();
  writeFileSync(file("journal.db"), "x");
  writeFileSync(file("journal.db-wal"), "");
  expect(await kindOf(file("journal.db"), path)).toBe("moving");
  // A file system that has no room for anything.
  expect(await kindOf(file("journal.db"), "/proc")).toBe("no-room");
  expect(await kindOf(file("journal.db"), file("absent"))).toBe("not-copied");
  expect(await kindOf(file("absent.db"), path)).toBe("not-copied");
  expect(readdirSync(path).sort()).toEqual(["journal.db", "journal.db-wal"]);
});
