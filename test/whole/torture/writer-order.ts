import type { Accepted, Range } from "../../../agent/model/journal.ts";

/** What a writer child is told to do, one line of JSON on its standard input. */
export interface WriterOrder {
  readonly journal: string;
  readonly site: string;
  /** The file that it tells what it does: what stands there is out of its hands, whatever ends it. */
  readonly oracle: string;
  /** Whether what it does to the journal's folder is written down, for a power cut. */
  readonly recordDisk: boolean;
  /** Number of the first event that it makes; they count on from there. */
  readonly first: number;
  readonly count: number;
  /** When all are made: waits to be killed, kills itself, or closes the journal and kills itself. */
  readonly end: "stay" | "die" | "close";
  /** `normal`: SQLite does not wait for the disk at a COMMIT, which must show as loss. */
  readonly synchronous: "full" | "normal";
  /** What its wall clock shows between its bursts, in wall milliseconds, one after the other; then the machine's. */
  readonly clock?: readonly number[];
}

export interface AcceptedEvent extends Accepted {
  /** The event's own number: what it says, wherever it stands. */
  readonly n: number;
}

/** A line that a writer tells, in one write, so that a kill leaves whole lines. */
export type Told =
  | { readonly kind: "starting"; readonly pid: number }
  | { readonly kind: "opened"; readonly ms: number }
  | { readonly kind: "fault"; readonly evidence: string }
  | { readonly kind: "made"; readonly n: number }
  | ({ readonly kind: "accepted" } & AcceptedEvent)
  | { readonly kind: "refused"; readonly n: number }
  | { readonly kind: "calm" }
  | { readonly kind: "settling"; readonly range: Range };

/** `made` and `settling` are told before it is done, `accepted` and `refused` after, `calm` when no more are made. */
export const lines = {
  starting: (pid: number) => `s ${pid}\n`,
  opened: (ms: number) => `o ${ms.toFixed(1)}\n`,
  fault: (evidence: string) => `f ${evidence.replaceAll("\n", " ")}\n`,
  made: (n: number) => `m ${n}\n`,
  accepted: ({ n, epoch, seq, position }: AcceptedEvent) => `a ${n} ${epoch} ${seq} ${position}\n`,
  refused: (n: number) => `r ${n}\n`,
  calm: () => "c\n",
  settling: ({ from, to }: Range) => `d ${from} ${to}\n`,
} as const;

/** What was told; a line that was torn off at the end does not count. */
export function readTold(text: string): Told[] {
  return text.split("\n").slice(0, -1).map(readLine);
}

function readLine(line: string): Told {
  const [word, ...rest] = line.split(" ");
  const number = (index: number) => Number(rest[index]);
  if (word === "s") return { kind: "starting", pid: number(0) };
  if (word === "o") return { kind: "opened", ms: number(0) };
  if (word === "f") return { kind: "fault", evidence: rest.join(" ") };
  if (word === "m") return { kind: "made", n: number(0) };
  if (word === "r") return { kind: "refused", n: number(0) };
  if (word === "c") return { kind: "calm" };
  if (word === "d") return { kind: "settling", range: { from: number(0), to: number(1) } };
  if (word === "a")
    return { kind: "accepted", n: number(0), epoch: rest[1] ?? "", seq: number(2), position: number(3) };
  throw new Error(`no line of a writer: ${line}`);
}
