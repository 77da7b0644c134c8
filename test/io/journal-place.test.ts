import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { checkPlace } from "../../agent/io/journal-sqlite-place.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";

test("a disk of another machine is refused by its name, and nothing is made on it", () => {
  using folder = temporaryFolder();
  const NFS = 0x6969;
  expect(checkPlace(folder.file("journal.db"), () => NFS)).toMatchObject({
    ok: false,
    error: { kind: "network-disk", evidence: `NFS: ${folder.path}` },
  });
  expect(readdirSync(folder.path)).toEqual([]);
});

test("the disk of the tests is one of this machine", () => {
  using folder = temporaryFolder();
  expect(checkPlace(folder.file("journal.db"))).toMatchObject({ ok: true });
});
