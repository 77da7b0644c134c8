import type { Result } from "../base/result.ts";
import { type Line, span } from "../core/terminal.ts";
import type { DiskReport, DiskState, RecordingReport } from "../model/camera.ts";
import { causes, type Fault } from "../model/fault.ts";
import { recordedTexts as texts } from "../model/messages/cli-recorded.ts";
import { fill, type Language, localTime } from "../model/messages/text.ts";
import type { Recorded } from "./camera-recorded.ts";

/** States in which a disk does not do what it is there for. */
const BAD: ReadonlySet<DiskState> = new Set<DiskState>(["failed", "missing", "unformatted"]);

/** What a device says of its disks and recordings, a line each, as lines below the ladder. */
export function showRecorded({ storage, recordings, playback }: Recorded, language: Language): Line[] {
  const titled = (title: string, ...rest: Line): Line => [span(`  ${title}: `, "dim"), ...rest];
  const untold = (title: string, error: Fault) => titled(title, span(untoldWords(error, language), "dim"));
  const lines: Line[] = [];
  if (storage && !storage.ok) lines.push(untold(texts.disks[language], storage.error));
  if (storage?.ok && storage.value.disks.length === 0)
    lines.push(titled(texts.disks[language], span(texts.noDisks[language], "dim")));
  if (storage?.ok)
    for (const disk of storage.value.disks)
      lines.push(titled(fill(texts.disk, language, { id: disk.id }), span(...diskSpan(disk, language))));
  if (recordings) lines.push(recordingLine(recordings, titled, untold, language));
  if (playback) {
    const title = fill(texts.playback, language, { to: localTime(Date.parse(playback.to)) });
    lines.push(titled(title, span(playback.uri)));
  }
  return lines;
}

function recordingLine(
  recordings: Result<RecordingReport, Fault>,
  titled: (title: string, ...rest: Line) => Line,
  untold: (title: string, error: Fault) => Line,
  language: Language,
): Line {
  const title = texts.recordings[language];
  if (!recordings.ok) return untold(title, recordings.error);
  const { earliest, latest, days } = recordings.value;
  const words = [
    earliest && fill(texts.earliest, language, { time: localTime(Date.parse(earliest)) }),
    latest && fill(texts.latest, language, { time: localTime(Date.parse(latest)) }),
    days && days.length > 0 && fill(texts.days, language, { n: days.length, last: days.at(-1) ?? "" }),
  ].filter(Boolean);
  return words.length > 0
    ? titled(title, span(words.join(", ")))
    : titled(title, span(texts.noRecordings[language], "yellow"));
}

function diskSpan(disk: DiskReport, language: Language): Parameters<typeof span> {
  const { state, stateText, capacityBytes, freeBytes, smart } = disk;
  const size = (bytes: number) => {
    const gigabytes = bytes / 1_000_000_000;
    return `${gigabytes.toFixed(gigabytes > 0 && gigabytes < 10 ? 1 : 0)} GB`;
  };
  const said = stateText === "" || stateText === state ? "" : ` (${stateText})`;
  const words = [
    `${texts.states[state][language]}${said}`,
    capacityBytes !== undefined && size(capacityBytes),
    freeBytes !== undefined && fill(texts.free, language, { size: size(freeBytes) }),
    smart && `SMART ${(smart.healthy ? texts.smartHealthy : texts.smartFailing)[language]} (${smart.text})`,
    smart?.temperature !== undefined && `${smart.temperature} °C`,
    smart?.powerOnDays !== undefined && fill(texts.poweredOn, language, { n: smart.powerOnDays }),
  ].filter(Boolean);
  const text = words.join(", ");
  return BAD.has(state) || smart?.healthy === false ? [text, "yellow"] : [text];
}

function untoldWords({ cause, evidence }: Fault, language: Language): string {
  return fill(texts.untold, language, { code: causes[cause].code, seen: evidence[language] });
}
