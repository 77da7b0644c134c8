import { randomBytes } from "node:crypto";
import { closeSync, openSync, readlinkSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { type Clock, systemClock } from "../../../agent/base/clock.ts";
import { openJournal } from "../../../agent/io/journal-sqlite.ts";
import type { Journal } from "../../../agent/model/journal.ts";
import { Checkpoints } from "../../../agent/run/checkpoints.ts";
import { motionDraft } from "../../fakes/drafts.ts";
import { generator } from "../../fakes/random.ts";
import { testSigner } from "../../fakes/signer.ts";
import { lines, type WriterOrder } from "./writer-order.ts";

/**
 * One that forks into writers. A writer appends to a journal as fast as it can, in bursts, with deliveries and
 * checkpoints between, and tells the oracle each step before or after it is made; it may be killed at any instant, or
 * cut off from its disk. Arguments: the file of ends, a folder for a first journal.
 */

const [, , ENDS = "", WARM = ""] = process.argv;

await warmUp();
await serve();

/** A life whose code V8 has compiled then, in this process and so in all forks: they start in a fraction of the time. */
async function warmUp(): Promise<void> {
  const journal = await open({ journal: `${WARM}/journal.db`, site: "warm" }, systemClock);
  if (!journal.ok) throw new Error(journal.error.evidence);
  const order = { site: "warm", first: 0, count: 500 };
  await load(journal.value, order, jumpingClock([]), () => undefined);
  await journal.value.close();
  // Forks in the middle of the loop's own work would go on with it.
  await new Promise((resolve) => setImmediate(resolve));
}

/** Forks into a writer for every order, and takes the next one itself. */
async function serve(): Promise<void> {
  const zygote = ownPid();
  for (const order of orders()) {
    closeSync(openSync(`torture:fork=${ENDS}`, "r"));
    if (ownPid() === zygote) continue;
    await live(order);
    return;
  }
}

/** process.pid stays that of the process that Node was started in. */
function ownPid(): number {
  return Number(readlinkSync("/proc/self"));
}

/** One at a time, read without the event loop: a fork would share what that waits on. */
function* orders(): Generator<WriterOrder> {
  const bytes = Buffer.alloc(4_096);
  for (let rest = ""; ; ) {
    const length = readSync(0, bytes);
    if (length === 0) return;
    const lines = `${rest}${bytes.toString("utf8", 0, length)}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as WriterOrder;
  }
}

async function live(order: WriterOrder): Promise<void> {
  if (order.recordDisk) openSync(`torture:disk=${dirname(order.journal)}`, "r");
  const oracle = openSync(order.oracle, "a");
  const tell = (line: string) => writeSync(oracle, line);
  const pid = ownPid();
  tell(lines.starting(pid));
  // A fork cannot end in the ordinary way: it would wait for threads that only its parent has.
  process.on("uncaughtException", (error) => {
    tell(lines.fault(String(error.stack)));
    process.kill(pid, "SIGKILL");
  });
  if (order.synchronous === "normal") pretendFull();
  const clock = jumpingClock(order.clock ?? []);
  const began = performance.now();
  const opened = await open(order, clock);
  if (opened.ok) {
    tell(lines.opened(performance.now() - began));
    await load(opened.value, order, clock, tell);
    if (order.end === "close") await opened.value.close();
    if (order.end === "stay") await new Promise(() => setInterval(() => undefined, 60_000));
  } else tell(lines.fault(`${opened.error.kind}: ${opened.error.evidence}`));
  process.kill(pid, "SIGKILL");
}

function open({ journal, site }: Pick<WriterOrder, "journal" | "site">, clock: Clock) {
  return openJournal({
    path: journal,
    site,
    clock,
    stamp: () => ({ bootId: "boot", clockSynced: true }),
    random: randomBytes,
    signer: testSigner(),
  });
}

type Tell = (line: string) => void;

/** The system's clock, whose wall time is set anew by `jump`. */
function jumpingClock(times: readonly number[]): Clock & { jump(): void } {
  let [next, offset] = [0, 0];
  const jump = () => {
    const time = times[next++];
    offset = time === undefined ? 0 : time - systemClock.wall();
  };
  jump();
  return {
    wall: () => systemClock.wall() + offset,
    monotonic: () => systemClock.monotonic(),
    sleep: systemClock.sleep,
    after: systemClock.after,
    jump,
  };
}

async function load(
  journal: Journal,
  order: Pick<WriterOrder, "site" | "first" | "count">,
  clock: ReturnType<typeof jumpingClock>,
  tell: Tell,
): Promise<void> {
  const random = generator(order.first);
  const checkpoints = new Checkpoints({
    clock,
    journal,
    recorder: {
      record: async (draft) => {
        await journal.append(draft);
      },
    },
    signer: testSigner(),
    site: order.site,
    progress: { beat: () => undefined, end: () => undefined },
    policy: () => ({ checkpointEvery: 60_000, checkpointEvents: 256 }),
  });
  const end = order.first + order.count;
  for (let n = order.first; n < end; ) {
    const burst = Array.from({ length: Math.min(1 + random.below(16), end - n) }, () => n++);
    await Promise.all(burst.map((n) => append(journal, n, tell)));
    if (random.below(4) === 0) settleSome(journal, 1 + random.below(8), tell);
    if (random.below(8) === 0) await checkpoints.write();
    clock.jump();
  }
}

async function append(journal: Journal, n: number, tell: Tell): Promise<void> {
  tell(lines.made(n));
  const { epoch, seq, position } = await journal.append(motionDraft(n));
  tell(lines.accepted({ n, epoch, seq, position }));
}

/** Notes the oldest undelivered events as delivered. */
function settleSome(journal: Journal, count: number, tell: Tell): void {
  const oldest = journal.undelivered()[0];
  if (!oldest) return;
  const range = { from: oldest.from, to: Math.min(oldest.to, oldest.from + count - 1) };
  tell(lines.settling(range));
  journal.settle(range);
}

/** The counter-proof: a journal that takes COMMIT for durable when the disk has not said so. */
function pretendFull(): void {
  const { pragma } = Database.prototype;
  Database.prototype.pragma = function (this: Database.Database, source, options) {
    if (source === "synchronous") return 2;
    return pragma.call(this, source.replace("synchronous = FULL", "synchronous = NORMAL"), options);
  };
}
