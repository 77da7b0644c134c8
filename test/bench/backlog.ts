import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { systemClock } from "../../agent/base/clock.ts";
import { openJournal } from "../../agent/io/journal-sqlite.ts";
import { openSigningKey } from "../../agent/io/signing-key.ts";
import type { Journal } from "../../agent/model/journal.ts";
import { motionDraft } from "../fakes/drafts.ts";

/** Appends under way at once; the journal refuses more than 10,000. */
const BATCH = 5_000;

/** A real journal with the key that an agent finds beside it; the caller closes it. */
export async function openBenchJournal(path: string, site: string): Promise<Journal> {
  const signer = await openSigningKey(`${dirname(path)}/signing.key`);
  if (!signer.ok) throw new Error(JSON.stringify(signer.error));
  const opened = await openJournal({
    path,
    site,
    clock: systemClock,
    stamp: () => ({ bootId: "bench", clockSynced: true }),
    random: randomBytes,
    signer: signer.value,
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

export async function appendAll(journal: Journal, events: number): Promise<void> {
  for (let from = 0; from < events; from += BATCH) {
    const length = Math.min(BATCH, events - from);
    await Promise.all(Array.from({ length }, (_, index) => journal.append(motionDraft(from + index))));
  }
}
