import { type Column, table } from "../core/table.ts";
import { type Line, type Style, span } from "../core/terminal.ts";
import { type Standing, standing } from "../core/worst-first.ts";
import { causeTexts } from "../model/messages/causes.ts";
import { showTexts } from "../model/messages/cli-show.ts";
import { cameraStateNames, flappingName } from "../model/messages/states.ts";
import { fill, type Language, localTime } from "../model/messages/text.ts";
import { unitTexts } from "../model/messages/units.ts";
import type { CameraStatus } from "../model/wire.ts";

/** Mark and colour of every standing; the mark says it also where there are no colours. */
const MARKS: Readonly<Record<Standing, { readonly mark: string; readonly styles: readonly Style[] }>> = {
  offline: { mark: "✖", styles: ["red", "bold"] },
  degraded: { mark: "▲", styles: ["yellow"] },
  unknown: { mark: "?", styles: ["grey"] },
  flapping: { mark: "~", styles: ["magenta"] },
  maintenance: { mark: "◇", styles: ["cyan"] },
  online: { mark: "●", styles: ["green"] },
};

function standingName(name: Standing, language: Language): string {
  return (name === "flapping" ? flappingName : cameraStateNames[name])[language];
}

export function showStanding(camera: Pick<CameraStatus, "state" | "flapping">, language: Language): Line {
  const name = standing(camera);
  const { mark, styles } = MARKS[name];
  const also = camera.flapping && name !== "flapping" ? `, ${flappingName[language].toLowerCase()}` : "";
  return [span(`${mark} ${standingName(name, language)}${also}`, ...styles)];
}

/** Why it cannot be used, code first; of a camera that can, what its stream was measured to be. */
export function showDetail(camera: CameraStatus, language: Language): Line {
  if (camera.cause) {
    const words = camera.text?.[language] ?? causeTexts[camera.cause].what[language];
    return [span(`${camera.code ?? ""} `, "dim"), span(words)];
  }
  return camera.stream ? [span(streamWords(camera.stream, language), "dim")] : [];
}

export function streamWords(stream: NonNullable<CameraStatus["stream"]>, language: Language): string {
  const figures = fill(showTexts.stream, language, {
    codec: stream.codec === "h264" ? "H.264" : "H.265",
    width: stream.width,
    height: stream.height,
    fps: stream.framesPerSecond.toFixed(1),
    kbits: Math.round(stream.kilobitsPerSecond),
  });
  const { packetsLost: n } = stream;
  if (n === 0) return figures;
  // What is wrong goes first, where a narrow table does not cut it.
  return `${fill(n === 1 ? showTexts.packetLost : showTexts.packetsLost, language, { n })}, ${figures}`;
}

/** Below this an offset is as large as what the measuring itself is off by. */
const CLOCK_RIGHT_MS = 50;

/** "+0.2 s", "−7 h", for a table: the camera's clock less the box's. */
function signedOffset(ms: number, language: Language): string {
  const sign = Math.abs(ms) < CLOCK_RIGHT_MS ? "" : ms < 0 ? "−" : "+";
  return `${sign}${offsetSize(ms, language)}`;
}

/** "7 h behind this box": the same in a sentence. */
export function offsetWords(ms: number, language: Language): string {
  if (Math.abs(ms) < CLOCK_RIGHT_MS) return showTexts.clockRight[language];
  const age = offsetSize(ms, language);
  return fill(ms < 0 ? showTexts.clockBehind : showTexts.clockAhead, language, { age });
}

function offsetSize(ms: number, language: Language): string {
  const size = Math.abs(ms);
  return size < 60_000
    ? fill(unitTexts.seconds, language, { n: (size / 1_000).toFixed(1) })
    : ageWords(size, language);
}

/** A length of time in its largest unit. */
export function ageWords(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return fill(unitTexts.seconds, language, { n: seconds });
  if (seconds < 3_600) return fill(unitTexts.minutes, language, { n: Math.floor(seconds / 60) });
  if (seconds < 172_800) return fill(unitTexts.hours, language, { n: Math.floor(seconds / 3_600) });
  return fill(unitTexts.days, language, { n: Math.floor(seconds / 86_400) });
}

function showClock(camera: CameraStatus, language: Language): Line {
  if (camera.clockOffsetMs === null) return [];
  const wrong = camera.lastSuccess.clock === undefined || camera.rung === "clock";
  return [span(signedOffset(camera.clockOffsetMs, language), wrong ? "yellow" : "dim")];
}

function showMotion(motion: CameraStatus["motion"], language: Language): Line {
  if (motion === "active") return [span(`◉ ${showTexts.motionActive[language]}`, "yellow", "bold")];
  if (motion === "idle") return [span(`· ${showTexts.motionIdle[language]}`, "dim")];
  return [span(`? ${showTexts.motionUnknown[language]}`, "grey")];
}

export interface CameraRow {
  readonly camera: CameraStatus;
  /** Name of its site, where more than one is shown. */
  readonly site?: string;
}

/** From this width on there is room for dates beside causes in words; below it, how long ago is told instead. */
const WIDE = 130;

/** The cameras in the order given, titles first. `now`: wall milliseconds. */
export function cameraTable(
  rows: readonly CameraRow[],
  language: Language,
  room: number,
  now: number,
): Line[] {
  const wide = room >= WIDE;
  const withSite = rows.some(({ site }) => site !== undefined);
  const columns: Column[] = [
    { title: showTexts.columnState[language] },
    ...(withSite ? [{ title: showTexts.columnSite[language], least: 10, dispensable: 2 }] : []),
    { title: showTexts.columnCamera[language], least: 14 },
    { title: showTexts.columnDetail[language], least: 30, grows: true },
    { title: showTexts[wide ? "columnSince" : "columnFor"][language], dispensable: 3 },
    { title: showTexts.columnClock[language], align: "right", dispensable: 4 },
    { title: showTexts.columnMotion[language], dispensable: 1 },
  ];
  const showSince = (since: number) => (wide ? localTime(since) : ageWords(now - since, language));
  const cells = rows.map(({ camera, site }): Line[] => [
    showStanding(camera, language),
    ...(withSite ? [[span(site ?? "")]] : []),
    [span(camera.name)],
    showDetail(camera, language),
    standing(camera) === "online" ? [] : [span(showSince(Date.parse(camera.since)), "dim")],
    showClock(camera, language),
    showMotion(camera.motion, language),
  ]);
  return table(columns, cells, room);
}
