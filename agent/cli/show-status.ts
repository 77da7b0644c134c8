import { unreachable } from "../base/result.ts";
import { needsAttention, type SiteProblem } from "../core/site-problems.ts";
import { type Line, pad, span, spread } from "../core/terminal.ts";
import { textWidth, wrap } from "../core/text-width.ts";
import { worstFirst } from "../core/worst-first.ts";
import { causeTexts } from "../model/messages/causes.ts";
import { statusTexts } from "../model/messages/cli-status.ts";
import { journalFaults } from "../model/messages/journal.ts";
import { gapReasonNames } from "../model/messages/states.ts";
import {
  compose,
  fill,
  type Language,
  localTime,
  type Message,
  type Parameters,
} from "../model/messages/text.ts";
import type { AgentStatus } from "../model/status.ts";
import type { CameraStatus, SiteHealth } from "../model/wire.ts";
import { ageWords, cameraTable, showStanding } from "./show-camera.ts";

/** One screen: what is wrong, why and what to do first; then the rest. `now`: wall milliseconds. */
export function showStatus(
  status: AgentStatus,
  problems: readonly SiteProblem[],
  language: Language,
  columns: number,
  now: number,
): Line[] {
  const failing = status.cameras.filter(needsAttention).sort(worstFirst);
  const rest = status.cameras.filter((camera) => !needsAttention(camera)).sort(worstFirst);
  const fine = problems.length + failing.length === 0;
  return [
    ...head(status, language, columns),
    [],
    ...(fine
      ? [[span("● ", "green"), span(statusTexts.allFine[language], "green", "bold")]]
      : [[span(statusTexts.problems[language], "red", "bold")]]),
    ...problems.flatMap((problem) => showProblem(problem, language, columns)),
    ...failing.flatMap((camera) => showFailing(camera, language, columns)),
    ...(rest.length > 0
      ? [
          [],
          ...cameraTable(
            rest.map((camera) => ({ camera })),
            language,
            columns,
            now,
          ),
        ]
      : []),
  ];
}

function head(status: AgentStatus, language: Language, columns: number): Line[] {
  const { health } = status;
  const uptime = ageWords(health.agentUptimeSeconds * 1_000, language);
  const about = fill(statusTexts.running, language, {
    age: uptime,
    version: status.version,
    pid: status.pid,
  });
  const { usable, total } = health.cameras;
  const figures: readonly (readonly [Message, Line])[] = [
    [statusTexts.headUnit, [span(status.unit.name)]],
    [statusTexts.headCameras, [span(`${usable}/${total}`, usable === total ? "green" : "red", "bold")]],
    [statusTexts.headUplink, [uplink(health, language)]],
    [
      statusTexts.headJournal,
      [
        span(
          fill(statusTexts.journalLine, language, {
            last: health.journal.lastSeq,
            waiting: health.journal.undelivered,
          }),
        ),
      ],
    ],
    [statusTexts.headBox, [span(box(health, language))]],
  ];
  const widest = Math.max(...figures.map(([name]) => textWidth(name[language])));
  return [
    spread([span(status.site.name, "bold")], [span(about, "dim")], columns),
    ...figures.map(([name, value]): Line => [...pad([span(name[language], "dim")], widest + 2), ...value]),
  ];
}

function uplink({ uplink: { connectedSince, protocol } }: SiteHealth, language: Language) {
  if (connectedSince === null) return span(statusTexts.uplinkDown[language], "red");
  const since = localTime(Date.parse(connectedSince));
  return span(fill(statusTexts.uplinkUp, language, { since, protocol: protocol ?? "?" }), "green");
}

function box(health: SiteHealth, language: Language): string {
  const figures = fill(statusTexts.boxLine, language, {
    cpu: health.cpu.usedPercent === null ? "–" : Math.round(health.cpu.usedPercent),
    memory: percent(health.memory.availableBytes, health.memory.totalBytes),
    temperature:
      health.temperatureCelsius === null
        ? statusTexts.unknownFigure[language]
        : fill(statusTexts.temperature, language, { celsius: Math.round(health.temperatureCelsius) }),
  });
  const disks = health.disks.flatMap(({ mount, freeBytes, totalBytes }) =>
    freeBytes !== undefined && totalBytes
      ? [fill(statusTexts.boxDisk, language, { mount, free: percent(freeBytes, totalBytes) })]
      : [],
  );
  return [figures, ...disks].join(" · ");
}

const percent = (part: number, whole: number) => Math.floor((100 * part) / whole);

function showFailing(camera: CameraStatus, language: Language, columns: number): Line[] {
  const what = camera.cause ? (camera.text ?? causeTexts[camera.cause].what)[language] : undefined;
  const next = camera.cause ? (camera.next ?? causeTexts[camera.cause].next)[language] : undefined;
  const seen = camera.evidence?.[language];
  const since = localTime(Date.parse(camera.since));
  return [
    spread(
      [
        ...showStanding(camera, language),
        span("  "),
        span(camera.name, "bold"),
        span(`  ${camera.id}`, "dim"),
      ],
      [span(since, "dim")],
      columns,
    ),
    ...(what === undefined ? [] : indented(`${camera.code ?? ""} ${what}`, columns)),
    ...(seen ? labelled(statusTexts.seen[language], seen, columns) : []),
    ...(next === undefined ? [] : labelled(statusTexts.next[language], next, columns)),
  ];
}

interface ProblemTexts {
  readonly what: Message;
  readonly next: Message;
  readonly parameters?: Parameters;
  readonly seen?: string | Message | null;
}

/** What each problem of the box is called and what to do about it. */
function problemTexts(problem: SiteProblem): ProblemTexts {
  switch (problem.kind) {
    case "uplink-down":
      return { what: statusTexts.uplinkProblem, next: statusTexts.uplinkNext, seen: problem.reason };
    case "uplink-refused":
      return {
        what: statusTexts.uplinkRefusedProblem,
        next: statusTexts.uplinkRefusedNext,
        seen: problem.reason,
      };
    case "waiting":
      return {
        what: statusTexts.waitingProblem,
        next: statusTexts.waitingNext,
        parameters: {
          events: problem.events,
          oldest: problem.oldest === null ? "?" : localTime(Date.parse(problem.oldest)),
        },
      };
    case "journal-lost": {
      const { kind, path, evidence } = problem.fault;
      const { text, next } = journalFaults[kind];
      return { what: text, next, parameters: { path }, seen: evidence };
    }
    case "journal-set-aside":
      return {
        what: statusTexts.setAsideProblem,
        next: statusTexts.setAsideNext,
        parameters: {
          journals: problem.journals,
          megabytes: Math.ceil(problem.bytes / 1_000_000),
        },
      };
    case "journal-disk-full":
      return { what: statusTexts.journalDiskFull, next: statusTexts.journalDiskFullNext };
    case "events-gone":
      return {
        what: compose(statusTexts.eventsGone, {
          events: problem.events,
          at: localTime(Date.parse(problem.at)),
          reason: gapReasonNames[problem.reason],
        }),
        next: problem.reason === "disk-full" ? statusTexts.eventsGoneDiskNext : statusTexts.eventsGoneNext,
      };
    case "not-recorded":
      return {
        what: statusTexts.notRecorded,
        next: statusTexts.notRecordedNext,
        parameters: { events: problem.events },
      };
    case "skipped":
      return {
        what: statusTexts.skippedProblem,
        next: statusTexts.skippedNext,
        parameters: { events: problem.events },
      };
    case "refused":
      return {
        what: statusTexts.refusedProblem,
        next: statusTexts.refusedNext,
        parameters: { topics: problem.topics },
        seen: problem.reason,
      };
    case "clock-unsynced":
      return { what: statusTexts.clockProblem, next: statusTexts.clockNext };
    case "disk-hidden":
      return {
        what: statusTexts.diskHidden,
        next: statusTexts.diskHiddenNext,
        parameters: { mount: problem.mount },
      };
    case "disk-unreadable":
      return {
        what: statusTexts.diskUnreadable,
        next: statusTexts.diskUnreadableNext,
        parameters: { mount: problem.mount },
        seen: problem.error,
      };
    case "disk-read-only":
      return {
        what: statusTexts.diskReadOnly,
        next: statusTexts.diskReadOnlyNext,
        parameters: { mount: problem.mount },
      };
    case "disk-full":
      return {
        what: statusTexts.diskFull,
        next: statusTexts.diskFullNext,
        parameters: { mount: problem.mount, free: problem.freePercent },
      };
    case "memory-short":
      return {
        what: statusTexts.memoryShort,
        next: statusTexts.memoryShortNext,
        parameters: { free: problem.freePercent },
      };
    case "hot":
      return {
        what: statusTexts.hot,
        next: statusTexts.hotNext,
        parameters: { celsius: problem.celsius },
      };
    default:
      return unreachable(problem);
  }
}

function showProblem(problem: SiteProblem, language: Language, columns: number): Line[] {
  const { what, next, parameters, seen } = problemTexts(problem);
  return [
    [span("✖ ", "red", "bold"), span(fill(what, language, parameters), "bold")],
    ...(!seen
      ? []
      : labelled(statusTexts.seen[language], typeof seen === "string" ? seen : seen[language], columns)),
    ...labelled(statusTexts.next[language], fill(next, language, parameters), columns),
  ];
}

const INDENT = "  ";

function indented(text: string, columns: number): Line[] {
  return wrap(text, columns - INDENT.length).map((part) => [span(INDENT + part)]);
}

function labelled(label: string, text: string, columns: number): Line[] {
  const hang = " ".repeat(label.length + 2);
  return wrap(text, columns - INDENT.length - hang.length).map((part, index) => [
    span(INDENT),
    span(index === 0 ? `${label}: ` : hang, "dim"),
    span(part),
  ]);
}
