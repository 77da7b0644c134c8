import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../agent/base/clock.ts";
import { usualLimits } from "../../../agent/io/journal-sqlite-room.ts";
import type { EventDraft } from "../../../agent/model/event.ts";
import { AppendError } from "../../../agent/model/journal.ts";
import { Checkpoints } from "../../../agent/run/checkpoints.ts";
import { motionDraft } from "../../fakes/drafts.ts";
import { generator } from "../../fakes/random.ts";
import { testSigner } from "../../fakes/signer.ts";
import { openUplinkRig } from "./uplink-rig.ts";
import { lines } from "./writer-order.ts";

/**
 * Appends to a journal on a disk that may fail at any time, has it sent to the broker, and tells on standard output
 * what it does. Makes no more events once standard input ends, and closes the journal at SIGTERM.
 */

const [path = "", url = "", site = "", seed = "", maxEvents = ""] = process.argv.slice(2);
const PAUSE_MS = 4;
/** One event in so many is this much larger, so that a disk fills within seconds. Bytes. */
const LARGE = { oneIn: 8, bytes: 16_384 } as const;

const tell = (line: string) => process.stdout.write(line);
const random = generator(Number(seed));
const calm = new AbortController();
process.stdin.on("end", () => calm.abort()).resume();
const leave = new Promise((resolve) => process.once("SIGTERM", resolve));

{
  await using rig = await openUplinkRig(
    path,
    { url },
    { site, limits: { ...usualLimits, maxEvents: Number(maxEvents) } },
  );
  rig.connect();
  const checkpoints = new Checkpoints({
    clock: systemClock,
    journal: rig.journal,
    recorder: { record: (draft) => rig.journal.append(draft).then(() => undefined, unlessRefused) },
    signer: testSigner(),
    site,
    progress: { beat: () => undefined, end: () => undefined },
    policy: () => ({ checkpointEvery: 60_000, checkpointEvents: 256 }),
  });
  for (let n = 0; !calm.signal.aborted; ) {
    await Promise.all(Array.from({ length: 1 + random.below(6) }, () => append(n++)));
    if (random.below(100) === 0) await checkpoints.write();
    await pause(random.below(2 * PAUSE_MS));
  }
  tell(lines.calm());
  await leave;

  async function append(n: number): Promise<void> {
    tell(lines.made(n));
    try {
      const { epoch, seq, position } = await rig.journal.append(draft(n));
      tell(lines.accepted({ n, epoch, seq, position }));
    } catch (error) {
      unlessRefused(error);
      tell(lines.refused(n));
    }
  }
}
process.exit(0);

function draft(n: number): EventDraft {
  const usual = motionDraft(n);
  if (usual.kind !== "motion" || n % LARGE.oneIn > 0) return usual;
  return {
    ...usual,
    data: { ...usual.data, fields: { ...usual.data.fields, Note: "x".repeat(LARGE.bytes) } },
  };
}

/** A disk that takes nothing is what this is about; anything else is a bug. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof AppendError)) throw error;
}
