import { randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { type Clock, systemClock } from "../../agent/base/clock.ts";
import { openJournal } from "../../agent/io/journal-sqlite.ts";
import type { JournalLimits } from "../../agent/io/journal-sqlite-room.ts";
import type { Journal } from "../../agent/model/journal.ts";
import type { Signer } from "../../agent/model/signer.ts";
import { motionDraft } from "./drafts.ts";
import { testSigner } from "./signer.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/**
 * A real journal, gone with the test; in a folder of its own unless a path is given. The event that begins a
 * new one, at position 1, counts as delivered, so that a test sees its own events alone, from position 2.
 */
export async function openTestJournal(
  options: {
    readonly path?: string;
    readonly site?: string;
    readonly clock?: Clock;
    readonly limits?: JournalLimits;
    /** Another one than before begins another epoch. */
    readonly signer?: Signer;
  } = {},
): Promise<Journal> {
  const folder = temporaryFolder();
  const opened = await openJournal({
    path: options.path ?? folder.file("journal.db"),
    site: options.site ?? "site-1",
    clock: options.clock ?? systemClock,
    stamp: () => ({ bootId: "boot-1", clockSynced: true }),
    random: randomBytes,
    signer: options.signer ?? testSigner(),
    ...(options.limits && { limits: options.limits }),
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  if (opened.value.head() === 1) opened.value.settle({ from: 1, to: 1 });
  onTestFinished(async () => {
    await opened.value.close();
    folder[Symbol.dispose]();
  });
  return opened.value;
}

export async function appendMotion(journal: Journal, count: number): Promise<void> {
  const from = journal.head();
  await Promise.all(Array.from({ length: count }, (_, index) => journal.append(motionDraft(from + index))));
}
