import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { LogEnd } from "../../agent/io/journal-sqlite-append.ts";
import { beginEpoch, claim } from "../../agent/io/journal-sqlite-begin.ts";
import { Delivery } from "../../agent/io/journal-sqlite-delivery.ts";
import { Epochs } from "../../agent/io/journal-sqlite-epochs.ts";
import { Evictor } from "../../agent/io/journal-sqlite-evict.ts";
import { Handed } from "../../agent/io/journal-sqlite-handed.ts";
import { Holes } from "../../agent/io/journal-sqlite-holes.ts";
import { openDatabase } from "../../agent/io/journal-sqlite-open.ts";
import { Transactions } from "../../agent/io/journal-sqlite-transaction.ts";
import type { Range } from "../../agent/model/journal.ts";
import { motionDraft } from "../fakes/drafts.ts";
import { testSigner } from "../fakes/signer.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { TestClock } from "../fakes/test-clock.ts";

/** Twenty delivered events of which `owed` wait for a receipt, and what drops them. */
function scene(owed: readonly Range[]) {
  const folder = temporaryFolder();
  const opened = openDatabase(folder.file("journal.db"));
  if (!opened.ok) throw new Error(opened.error.evidence);
  const database = opened.value;
  onTestFinished(() => {
    database.close();
    folder[Symbol.dispose]();
  });
  const clock = new TestClock();
  const stamp = { bootId: "boot-1", clockSynced: true };
  const options = { site: "site-1", clock, signer: testSigner(), stamp: () => stamp, random: randomBytes };
  claim(database, "site-1");
  beginEpoch(database, { ...options, wall: clock.wall(), stamp });
  const epochs = new Epochs(database);
  const transactions = new Transactions(database);
  const end = new LogEnd(database, options, epochs);
  const delivery = new Delivery(database, clock, () => undefined);
  const appending = end.begin();
  transactions.run(() => {
    appending.insert(Array.from({ length: 20 }, (_, n) => motionDraft(n)));
  });
  appending.committed();
  delivery.settle({ from: 1, to: 21 });
  const evictor = new Evictor(database, options, {
    transactions,
    end,
    epochs,
    holes: new Holes(database),
    delivery,
    handed: new Handed(database, undefined, [], () => true),
    owed: () => owed,
  });
  return { evictor, end };
}

const ALL = { bytes: 1e9, events: 1e9 };

test("what a receipt is waited for is kept where room is made for other programs, and told where it is for new events", () => {
  const { evictor, end } = scene([{ from: 10, to: 21 }]);
  expect(evictor.drop(ALL, 1e9, "disk-full", false)).toMatchObject({
    ranges: [{ from: 2, to: 9 }],
    unsent: 0,
  });
  expect(end.head).toBe(21);
  expect(evictor.drop(ALL, 1e9, "disk-full", false)).toBeUndefined();
  expect(evictor.drop(ALL, 1e9, "disk-full", true)).toMatchObject({
    ranges: [{ from: 10, to: 21 }],
    unsent: 0,
  });
  expect(end.head).toBe(22);
});
