import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, rmSync } from "node:fs";
import { systemClock } from "../../agent/base/clock.ts";
import { openJournal } from "../../agent/io/journal-sqlite.ts";
import { motionDraft } from "./drafts.ts";
import { eventually } from "./eventually.ts";
import { testSigner } from "./signer.ts";

/** Writes a journal on a small disk of its own, fills that to the last byte, goes on, and tells how it went as JSON. */
export interface FullDiskTold {
  /** Events that were refused: while there was room, while there was none, and once there was again. */
  readonly refused: readonly [number, number, number];
  readonly isDiskFull: readonly [boolean, boolean, boolean];
  readonly hasBallast: readonly [boolean, boolean, boolean];
  readonly reason: string | undefined;
  readonly head: number;
  /** Every event that is left, in order of position. */
  readonly bodies: readonly string[];
  readonly restarted: string;
}

const [folder = ""] = process.argv.slice(2);
const path = `${folder}/journal.db`;
const filler = `${folder}/filler`;
const BLOCK = Buffer.alloc(4_096, 1);

const open = () =>
  openJournal({
    path,
    site: "site-1",
    clock: systemClock,
    stamp: () => ({ bootId: "boot-1", clockSynced: true }),
    random: randomBytes,
    signer: testSigner(),
  });

function fill(): void {
  try {
    for (;;) appendFileSync(filler, BLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}

const opened = await open();
if (!opened.ok) throw new Error(JSON.stringify(opened.error));
const journal = opened.value;
const hasBallast = () => existsSync(`${path}.ballast`);
let made = 0;

/** Gives how many of them were refused. */
async function append(count: number): Promise<number> {
  const drafts = Array.from({ length: count }, () => motionDraft(made++));
  const written = await Promise.allSettled(drafts.map((draft) => journal.append(draft)));
  return written.filter(({ status }) => status === "rejected").length;
}

async function state(count: number) {
  let refused = 0;
  for (let left = count; left > 0; left -= 512) refused += await append(512);
  return { refused, isDiskFull: journal.stats().isDiskFull, hasBallast: hasBallast() };
}

await append(1);
await eventually("there is ballast", () => {
  journal.stats();
  return hasBallast();
});
const before = await state(2_048);
fill();
const during = await state(3_072);
// What the journal had left over of its ballast goes too.
fill();
const still = await state(2_048);
rmSync(filler);
await eventually("there is ballast again", () => {
  journal.stats();
  return hasBallast();
});
const after = await state(512);
const events = journal.read({ from: 1, to: journal.head() }, 1e6, 1e9);
const told: Omit<FullDiskTold, "restarted"> = {
  refused: [before.refused, during.refused + still.refused, after.refused],
  isDiskFull: [before.isDiskFull, during.isDiskFull && still.isDiskFull, after.isDiskFull],
  hasBallast: [before.hasBallast, during.hasBallast || still.hasBallast, after.hasBallast],
  reason: journal.stats().unsent?.reason,
  head: journal.head(),
  bodies: events.map(({ body }) => body),
};
await journal.close();
fill();
const again = await open();
const restarted = again.ok ? "opened" : `${again.error.kind}: ${again.error.evidence}`;
if (again.ok) await again.value.close();
process.stdout.write(JSON.stringify({ ...told, restarted } satisfies FullDiskTold));
