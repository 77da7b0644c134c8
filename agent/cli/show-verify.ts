import { type Line, span } from "../core/terminal.ts";
import type { EpochReport, VerifyReport } from "../core/verify.ts";
import type { SeqRange } from "../core/verify-chain.ts";
import { gapReasons } from "../model/event-names.ts";
import { verifyTexts as texts } from "../model/messages/cli-verify.ts";
import { gapReasonNames } from "../model/messages/states.ts";
import { fill, type Language, type Message, type Parameters } from "../model/messages/text.ts";

/** Ranges that a line names before it only counts on. */
const NAMED = 8;

/** The report for people. */
export function showVerify(report: VerifyReport, language: Language): Line[] {
  const bad = (count: number, message: Message): Line[] =>
    count > 0 ? [[span("✖ ", "red"), span(fill(message, language, { n: count }), "red")]] : [];
  const verdict: Line = report.ok
    ? [span(`✔ ${texts.ok[language]}`, "green", "bold")]
    : [span(`✖ ${texts.notOk[language]}`, "red", "bold")];
  return [
    ...report.epochs.flatMap((epoch) => showEpoch(epoch, language)),
    ...(report.epochs.length === 0 ? [[span(texts.nothing[language])]] : []),
    ...bad(report.malformed, texts.malformed),
    ...bad(report.overLimit, texts.overLimit),
    ...(report.otherSites > 0
      ? [[span(fill(texts.otherSites, language, { n: report.otherSites }), "dim")]]
      : []),
    verdict,
  ];
}

function showEpoch(epoch: EpochReport, language: Language): Line[] {
  const { site, from, to, events, duplicates, checkpoints, verifiedUpTo, previous, lostEnd, tail } = epoch;
  const head = { site, epoch: epoch.epoch.slice(0, 8), from, to, events, duplicates };
  const proven: Line =
    verifiedUpTo > 0
      ? [
          span("  ✔ ", "green"),
          span(fill(texts.verified, language, { seq: verifiedUpTo, good: checkpoints.good })),
        ]
      : [span(`    ${texts.verifiedNothing[language]}`)];
  return [
    [span(fill(texts.epoch, language, head), "bold")],
    proven,
    ...problems(epoch).map(
      ({ message, parameters }): Line => [span("  ✖ ", "red"), span(fill(message, language, parameters))],
    ),
    ...gapReasons.flatMap((reason): Line[] => {
      const n = epoch.toldGone[reason] ?? 0;
      const parameters = { n, reason: gapReasonNames[reason][language] };
      return n > 0 ? [[span("    "), span(fill(texts.toldGone, language, parameters), "yellow")]] : [];
    }),
    ...(previous === "gone" ? [[span(`    ${texts.previousGone[language]}`, "yellow")]] : []),
    ...(lostEnd
      ? [[span(`    ${fill(texts.lostEnd, language, { ranges: rangeText(lostEnd) })}`, "yellow")]]
      : []),
    ...(tail.unvouched > 0
      ? [[span(`    ${fill(texts.unvouched, language, { n: tail.unvouched })}`, "dim")]]
      : []),
  ];
}

interface Problem {
  readonly message: Message;
  readonly parameters: Parameters;
}

function problems(epoch: EpochReport): Problem[] {
  const { gaps, missing, forks, brokenLinks, unproven, checkpoints, previous } = epoch;
  const problem = (when: boolean, message: Message, parameters: Parameters = {}): Problem[] =>
    when ? [{ message, parameters }] : [];
  return [
    ...problem(missing > 0, texts.missing, { n: missing, ranges: named(gaps.map(rangeText)) }),
    ...problem(forks.length > 0, texts.forks, { seqs: named(forks.map(String)) }),
    ...problem(brokenLinks.length > 0, texts.broken, { ranges: named(brokenLinks.map(rangeText)) }),
    ...problem(unproven.length > 0, texts.unproven, { ranges: named(unproven.map(rangeText)) }),
    ...problem(checkpoints.bad > 0, texts.badCheckpoints, { n: checkpoints.bad }),
    ...problem(checkpoints.missingBehind > 0, texts.missingBehind, { n: checkpoints.missingBehind }),
    ...problem(previous === "differs", texts.previousDiffers),
    ...problem(previous === "missing", texts.previousMissing),
    ...problem(previous === "shared", texts.previousShared),
    ...tailProblem(epoch),
  ];
}

function tailProblem({ tail: { ok, age } }: EpochReport): Problem[] {
  if (ok) return [];
  if (age === null) return [{ message: texts.tailNone, parameters: {} }];
  const seconds = Math.round(Math.abs(age));
  return [{ message: age > 0 ? texts.tailOld : texts.tailAhead, parameters: { seconds } }];
}

export const rangeText = ([from, to]: SeqRange) => (from === to ? String(from) : `${from}–${to}`);

export function named(items: readonly string[]): string {
  return items.length <= NAMED ? items.join(", ") : `${items.slice(0, NAMED).join(", ")}, …`;
}
