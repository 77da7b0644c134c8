import { commandArguments } from "../model/command.ts";
import { type CommandKind, type CommandOutcome, commandKind, done, refused } from "../model/command-kind.ts";
import type { Journal, Redelivered } from "../model/journal.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { Receipts } from "./receipts.ts";

export interface JournalCommandPorts {
  readonly journal: Pick<Journal, "epoch" | "epochPositions" | "redeliver" | "head" | "read">;
  readonly receipts: () => Pick<Receipts, "take">;
  readonly checkpoints: () => Pick<Checkpoints, "write">;
}

/** Ranges of what is gone that one answer names. */
const GONE_TOLD = 64;
/** Events that may share a commit with a checkpoint: it is among as many behind what it vouches for. */
const READ_BEHIND = 512;

interface Gone {
  readonly from: number;
  readonly to: number;
  /** dropped: to make room, or lost with a damaged journal; not-yet: behind the newest; never: the epoch ended before. */
  readonly why: Redelivered["gone"][number]["why"] | "never";
}

/** What the unit may ask of the journal, by signed command. */
export function journalCommands(
  ports: JournalCommandPorts,
): Readonly<Record<"receipt" | "resend" | "checkpoint", CommandKind>> {
  return {
    receipt: commandKind({
      signed: true,
      frequent: true,
      arguments: commandArguments.receipt,
      run: async ({ epoch, upTo }) => takeReceipt(ports, epoch, upTo),
    }),
    resend: commandKind({
      signed: true,
      arguments: commandArguments.resend,
      run: async ({ epoch, from, to }) => (from > to ? refused("malformed") : resend(ports, epoch, from, to)),
    }),
    checkpoint: commandKind({
      signed: true,
      arguments: commandArguments.checkpoint,
      run: () => checkpoint(ports),
    }),
  };
}

function takeReceipt({ receipts }: JournalCommandPorts, epoch: string, upTo: number): CommandOutcome {
  const outcome = receipts().take(epoch, upTo);
  switch (outcome.kind) {
    case "taken":
      return done({ newly: outcome.newly });
    case "beyond-head":
      return refused("beyond-head", { lastSeq: outcome.lastSeq });
    case "backwards":
      return refused("backwards", { upTo: outcome.upTo });
    case "unknown-epoch":
      return refused("unknown-epoch");
    case "unreadable":
      return refused("not-written");
  }
}

function resend(ports: JournalCommandPorts, epoch: string, from: number, to: number): CommandOutcome {
  const journal = ports.journal;
  const positions = journal.epochPositions(epoch);
  if (!positions) return refused("unknown-epoch");
  const base = positions.from - 1;
  const lastSeq = positions.to - base;
  const { again, waiting, gone } =
    from > lastSeq
      ? { again: 0, waiting: 0, gone: [] }
      : journal.redeliver({ from: base + from, to: base + Math.min(to, lastSeq) });
  const all: Gone[] = gone.map((range) => ({ from: range.from - base, to: range.to - base, why: range.why }));
  if (to > lastSeq)
    all.push({ from: Math.max(from, lastSeq + 1), to, why: epoch === journal.epoch ? "not-yet" : "never" });
  const data = {
    again,
    waiting,
    gone: all.slice(0, GONE_TOLD),
    goneCount: all.reduce((sum, range) => sum + range.to - range.from + 1, 0),
  };
  return again + waiting > 0 ? done(data) : refused("gone", data);
}

async function checkpoint(ports: JournalCommandPorts): Promise<CommandOutcome> {
  const vouched = await ports.checkpoints().write();
  const journal = ports.journal;
  // A full disk takes none, and who writes it only counts that.
  const first = (journal.epochPositions(vouched.epoch)?.from ?? 1) + vouched.seq;
  const since = journal.read({ from: first, to: journal.head() }, READ_BEHIND, Number.POSITIVE_INFINITY);
  return since.some(({ kind }) => kind === "checkpoint") ? done({ ...vouched }) : refused("not-written");
}
