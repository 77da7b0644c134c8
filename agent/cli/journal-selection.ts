import { fail, ok, type Result } from "../base/result.ts";
import type { JournalEpoch } from "../core/verify-journal-epoch.ts";
import { parseDuration } from "../model/duration.ts";
import { type EventKind, eventData } from "../model/event.ts";
import type { Range } from "../model/journal.ts";
import { journalTexts as texts } from "../model/messages/cli-journal.ts";
import type { Message, Parameters } from "../model/messages/text.ts";

export interface WrongOption {
  readonly message: Message;
  readonly parameters: Parameters;
}

const wrong = (message: Message, parameters: Parameters = {}) => fail({ message, parameters });

/** A range of seqs within an epoch. */
export interface ChosenSeqs extends Range {
  readonly epoch: JournalEpoch;
}

interface SeqOptions {
  readonly epoch: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** What `--epoch`, `--from` and `--to` name; undefined where none of them is given. */
export function chosenSeqs(
  { epoch: named, from, to }: SeqOptions,
  epochs: readonly JournalEpoch[],
): Result<ChosenSeqs | undefined, WrongOption> {
  if (named === undefined && from === undefined && to === undefined) return ok(undefined);
  const found = named === undefined ? epochs.slice(-1) : epochs.filter(({ id }) => id.startsWith(named));
  const [epoch] = found;
  if (!epoch || found.length > 1) {
    const known = epochs.map(({ id }) => id.slice(0, 8)).join(", ");
    return wrong(texts.epochUnknown, { found: named ?? "", known });
  }
  const first = seqOf(from ?? "1");
  if (first === undefined) return wrong(texts.notNumber, { option: "from", found: from ?? "" });
  const last = seqOf(to ?? String(MOST));
  if (last === undefined) return wrong(texts.notNumber, { option: "to", found: to ?? "" });
  if (first > last) return wrong(texts.rangeBackwards, { from: first, to: last });
  return ok({ epoch, from: first, to: last });
}

/** The positions at which they stand. */
export function positionsOf({ epoch, from, to }: ChosenSeqs, epochs: readonly JournalEpoch[]): Range {
  const end = epochs[epochs.indexOf(epoch) + 1]?.base ?? MOST;
  return { from: Math.min(epoch.base + from, MOST), to: Math.min(epoch.base + to, end) };
}

/** Highest seq that can be: a position is a whole number that a double holds. */
const MOST = Number.MAX_SAFE_INTEGER;
const SEQ = /^[1-9]\d{0,15}$/;

function seqOf(text: string): number | undefined {
  const seq = Number(text);
  return SEQ.test(text) && Number.isSafeInteger(seq) ? seq : undefined;
}

/** "motion,health" as kinds of events. */
export function chosenKinds(text: string | undefined): Result<readonly EventKind[] | undefined, WrongOption> {
  if (text === undefined) return ok(undefined);
  const kinds = text.split(",").map((kind) => kind.trim());
  const found = kinds.find((kind) => !Object.hasOwn(eventData, kind));
  if (found !== undefined)
    return wrong(texts.kindUnknown, { found, known: Object.keys(eventData).join(", ") });
  return ok(kinds as EventKind[]);
}

/** A time, or a duration before `now`; wall milliseconds. */
export function chosenSince(text: string | undefined, now: number): Result<number | undefined, WrongOption> {
  if (text === undefined) return ok(undefined);
  const before = parseDuration(text);
  const since = before === undefined ? Date.parse(text) : now - before;
  return Number.isNaN(since) ? wrong(texts.sinceInvalid, { found: text }) : ok(since);
}
