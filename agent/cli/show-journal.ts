import { type Line, pad, span } from "../core/terminal.ts";
import { textWidth } from "../core/text-width.ts";
import type { SeqRange } from "../core/verify-chain.ts";
import type { JournalReport } from "../core/verify-journal.ts";
import type { JournalEpochReport } from "../core/verify-journal-epoch.ts";
import { epochReasons, journalTexts as texts } from "../model/messages/cli-journal.ts";
import { statusTexts } from "../model/messages/cli-status.ts";
import { gapReasonNames } from "../model/messages/states.ts";
import { fill, type Language, localTime, type Message, type Parameters } from "../model/messages/text.ts";
import type { SiteHealth } from "../model/wire.ts";
import type { JournalFigures } from "./journal-figures.ts";
import { ageWords } from "./show-camera.ts";
import { named, rangeText } from "./show-verify.ts";

/** "3–9, 12, …" */
export const namedRanges = (ranges: readonly SeqRange[]) => named(ranges.map(rangeText));

/** Which journal it is, and whether it is one. */
export function showJournalHead(
  path: string,
  site: string,
  isCopy: boolean,
  damage: string | null,
  language: Language,
): Line[] {
  return [
    [span(fill(texts.head, language, { path, site }), "bold")],
    ...(isCopy ? [[span(texts.isCopy[language], "dim")]] : []),
    ...(damage === null ? [] : [bad(texts.damaged, language, { evidence: damage })]),
  ];
}

/** Limits of a journal: bytes of its file, and events. */
export interface Limits {
  readonly maxSize: number;
  readonly maxEvents: number;
}

/** The figures of a journal that was read, and its limits where they are known. `now`: wall milliseconds. */
export function showFigures(
  figures: JournalFigures,
  limits: Limits | undefined,
  language: Language,
  now: number,
): Line[] {
  const { lastCheckpoint, oldest, newest, oldestUndelivered } = figures;
  const checkpoint = lastCheckpoint
    ? fill(texts.checkpointAt, language, {
        at: localTime(lastCheckpoint.time),
        seq: lastCheckpoint.seq,
        age: ageWords(now - lastCheckpoint.time, language),
      })
    : texts.checkpointNone[language];
  const recorded =
    oldest === null || newest === null
      ? "–"
      : fill(texts.recordedFromTo, language, { oldest: localTime(oldest), newest: localTime(newest) });
  return [
    ...columns(
      [
        [texts.figureEvents, ofMost(String(figures.events), limits?.maxEvents, language)],
        [texts.figureRecorded, recorded],
        [texts.figureSize, ofMost(megabytes(figures.bytes, language), sizeOf(limits, language), language)],
        [texts.figureWaiting, waiting(figures.undelivered, oldestUndelivered, language)],
        ...(figures.dropped > 0 ? [[texts.figureDropped, String(figures.dropped)] as const] : []),
        [texts.figureCheckpoint, checkpoint],
      ],
      language,
    ),
    ...figures.epochs.flatMap((epoch): Line[] => {
      const { id, began, reason, undeliveredRanges, droppedRanges, deadLetters, ...counts } = epoch;
      return [
        [
          span(
            fill(texts.epochLine, language, {
              epoch: id.slice(0, 8),
              began: localTime(began),
              reason: epochReasons[reason]?.[language] ?? reason,
            }),
            "bold",
          ),
        ],
        [span(`  ${fill(texts.epochEvents, language, counts)}`)],
        ...ranges(texts.epochWaiting, undeliveredRanges, language),
        ...deadLetters.flatMap(({ reason: why, ranges: list }) => deadLetter(why, list, language)),
        ...ranges(texts.epochDropped, droppedRanges, language),
      ];
    }),
  ];
}

/** What a running agent says of events that its broker will never take. */
export function showDeadLetters({ deadLetters = [] }: SiteHealth["uplink"], language: Language): Line[] {
  return deadLetters.flatMap(({ reason, from, to }) => deadLetter(reason, [[from, to]], language));
}

function deadLetter(reason: string, list: readonly SeqRange[], language: Language): Line[] {
  const message = fill(texts.epochDeadLetters, language, { reason, ranges: namedRanges(list) });
  return [[span(`  ${message}`)]];
}

/** What a running agent says of its journal. */
export function showTold(journal: SiteHealth["journal"], language: Language): Line[] {
  const { epoch, lastSeq, undelivered, undeliveredRanges, oldestUndelivered, bytes, refused } = journal;
  const { events, dropped, gone } = journal;
  const oldest = oldestUndelivered === null ? null : Date.parse(oldestUndelivered);
  return [
    ...columns(
      [
        [texts.figureLast, `${epoch.slice(0, 8)}: ${lastSeq}`],
        [texts.figureEvents, ofMost(String(events), journal.maxEvents, language)],
        [texts.figureSize, ofMost(megabytes(bytes, language), sizeOf(journal, language), language)],
        [texts.figureWaiting, waiting(undelivered, oldest, language)],
        ...(dropped > 0 ? [[texts.figureDropped, String(dropped)] as const] : []),
      ],
      language,
    ),
    ...ranges(texts.epochWaiting, undeliveredRanges, language),
    ...(journal.diskFull ? [bad(statusTexts.journalDiskFull, language)] : []),
    ...(gone
      ? [
          bad(statusTexts.eventsGone, language, {
            events: gone.events,
            at: localTime(Date.parse(gone.at)),
            reason: gapReasonNames[gone.reason][language],
          }),
        ]
      : []),
    ...(refused > 0 ? [bad(texts.refused, language, { n: refused })] : []),
  ];
}

/** What the file proves of itself. */
export function showJournalReport(report: JournalReport, language: Language): Line[] {
  return [
    ...report.epochs.flatMap((epoch) => showEpoch(epoch, language)),
    ...(report.strays > 0 ? [bad(texts.verifyStrays, language, { n: report.strays })] : []),
    ...(report.epochs.length === 0 ? [bad(texts.verifyNone, language)] : []),
  ];
}

function showEpoch(epoch: JournalEpochReport, language: Language): Line[] {
  const { from, to, events, dropped, checkpoints, lastCheckpoint, tail } = epoch;
  const proven: Line = lastCheckpoint
    ? [
        span("  ✔ ", "green"),
        span(fill(texts.verified, language, { good: checkpoints.good, seq: lastCheckpoint.seq })),
      ]
    : tail.ok
      ? []
      : bad(texts.verifiedNothing, language, {}, "  ");
  const quiet = (n: number, message: Message): Line[] =>
    n > 0 ? [[span(`    ${fill(message, language, { n })}`, "dim")]] : [];
  const problem = (n: number, message: Message, parameters: Parameters = {}): Line[] =>
    n > 0 ? [bad(message, language, { n, ...parameters }, "  ")] : [];
  return [
    [span(fill(texts.verifyEpoch, language, { epoch: epoch.epoch.slice(0, 8), from, to, events }), "bold")],
    ...(proven.length > 0 ? [proven] : []),
    ...problem(epoch.missing, texts.verifyMissing, { ranges: namedRanges(epoch.gaps) }),
    ...problem(epoch.changedCount, texts.verifyChanged, { seqs: named(epoch.changed.map(String)) }),
    ...problem(checkpoints.bad, texts.verifyBad),
    ...problem(checkpoints.unknownKey, texts.verifyUnknownKey),
    ...(epoch.follows === false ? [bad(texts.verifyFollows, language, {}, "  ")] : []),
    ...(!tail.ok && tail.age !== null
      ? [bad(texts.verifyTail, language, { seconds: Math.round(tail.age) }, "  ")]
      : []),
    ...(to === 0 ? [bad(texts.verifyNotEpoch, language, {}, "  ")] : []),
    ...quiet(dropped, texts.verifyDropped),
    ...quiet(epoch.toldGone, texts.verifyTold),
    ...quiet(checkpoints.uncheckable, texts.verifyUncheckable),
    ...quiet(tail.unvouched, texts.verifyUnvouched),
  ];
}

function bad(message: Message, language: Language, parameters: Parameters = {}, indent = ""): Line {
  return [span(`${indent}✖ `, "red"), span(fill(message, language, parameters), "red")];
}

function columns(figures: readonly (readonly [Message, string])[], language: Language): Line[] {
  const widest = Math.max(...figures.map(([name]) => textWidth(name[language])));
  return figures.map(([name, value]) => [...pad([span(name[language], "dim")], widest + 2), span(value)]);
}

function ranges(message: Message, list: readonly SeqRange[], language: Language): Line[] {
  return list.length > 0 ? [[span(`  ${fill(message, language, { ranges: namedRanges(list) })}`)]] : [];
}

function waiting(n: number, oldest: number | null, language: Language): string {
  return n === 0 || oldest === null
    ? String(n)
    : fill(texts.waitingSince, language, { n, at: localTime(oldest) });
}

function ofMost(is: string, most: string | number | undefined, language: Language): string {
  return most === undefined ? is : fill(texts.ofMost, language, { is, most });
}

function sizeOf(limits: Limits | undefined, language: Language): string | undefined {
  return limits && megabytes(limits.maxSize, language);
}

function megabytes(bytes: number, language: Language): string {
  return fill(texts.megabytes, language, { n: (bytes / 1_048_576).toFixed(1) });
}
