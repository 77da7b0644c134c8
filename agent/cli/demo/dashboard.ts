import { cutLine, type Line, pad, progressBar, type Style, span, spread } from "../../core/terminal.ts";
import { siteCounts, type UnitView } from "../../core/unit-view.ts";
import { worstFirst } from "../../core/worst-first.ts";
import { causeTexts } from "../../model/messages/causes.ts";
import { demoTexts } from "../../model/messages/cli-demo.ts";
import { fill, type Language, localTime, type Message } from "../../model/messages/text.ts";
import type { CameraStatus } from "../../model/wire.ts";
import { cameraTable } from "../show-camera.ts";
import { showEvent } from "../show-event.ts";
import { type Reckoning, showReckoning } from "./reckoning.ts";
import { CAMERAS, SITE, UNIT } from "./scene.ts";

/** What the demo knows at one moment; the dashboard is a function of it. */
export interface DemoMoment {
  readonly act: {
    readonly number: number;
    readonly total: number;
    readonly title: Message;
    readonly more: Message;
  };
  readonly elapsedMs: number;
  /** How long the whole demo takes, about. */
  readonly plannedMs: number;
  readonly view: UnitView;
  readonly made: number;
  readonly received: number;
  readonly waiting: number;
  readonly brokerAway: boolean;
  readonly latencyMs: number | undefined;
  /** A sentence about what has just been shown, where there is one. */
  readonly remark: string | undefined;
  /** At the end. */
  readonly reckoning: Reckoning | undefined;
}

/** Wider lines are hard to read, and the picture in the README is as wide as this. */
const WIDEST = 104;
const MARGIN = "  ";

/** The dashboard: `rows` lines at most, always the same number, so that nothing jumps. */
export function dashboard(
  moment: DemoMoment,
  language: Language,
  size: { readonly columns: number; readonly rows: number },
): Line[] {
  const columns = Math.min(size.columns, WIDEST) - 2 * MARGIN.length;
  const lines = [
    [],
    ...actLines(moment, language, columns),
    [],
    ...cameraLines(moment, language, columns),
    [],
    ...wayLines(moment, language, columns),
    [],
    [span(demoTexts[moment.reckoning ? "summaryHeading" : "eventsHeading"][language], "bold")],
  ];
  const room = Math.max(0, Math.min(9, size.rows - lines.length - 1));
  const events = moment.reckoning
    ? showReckoning(moment.reckoning, language).slice(-room)
    : eventLines(moment.view, language, room);
  const blank = Array.from({ length: room - events.length }, (): Line => []);
  return [...lines, ...events, ...blank].map((line) =>
    line.length === 0 ? line : [span(MARGIN), ...cutLine(line, columns)],
  );
}

function actLines(moment: DemoMoment, language: Language, columns: number): Line[] {
  const { act, elapsedMs, plannedMs } = moment;
  const place = fill(demoTexts.act, language, { number: act.number, total: act.total });
  const seconds = String(Math.floor(elapsedMs / 1_000)).padStart(2, "0");
  return [
    spread(
      [span(demoTexts.title[language], "cyan", "bold")],
      [span(`${place} · 0:${seconds}`, "dim")],
      columns,
    ),
    progressBar(elapsedMs, plannedMs, columns),
    [span(act.title[language], "bold")],
    [span(moment.remark ?? act.more[language], moment.remark === undefined ? "dim" : "cyan")],
  ];
}

function cameraLines({ view, brokerAway }: DemoMoment, language: Language, columns: number): Line[] {
  const known = view.sites.get(`${UNIT.id}/${SITE.id}`)?.cameras;
  const cameras = CAMERAS.flatMap(({ id }) => known?.get(id) ?? []);
  const usable = cameras.filter((camera) => camera.usable).length;
  const heading = brokerAway ? demoTexts.camerasHeadingAway : demoTexts.camerasHeading;
  const figure = fill(demoTexts.usable, language, { usable, total: CAMERAS.length });
  const rows = cameraTable(
    cameras.map((camera) => ({ camera })),
    language,
    columns,
    Date.now(),
  );
  const blank = Array.from({ length: CAMERAS.length - cameras.length }, (): Line => [span("·", "grey")]);
  return [
    spread(
      [span(heading[language], "bold")],
      [span(figure, usable === CAMERAS.length ? "green" : "yellow", "bold")],
      columns,
    ),
    ...rows,
    ...blank,
    ...adviceLines(cameras, language),
  ];
}

/** What is wrong with the worst camera and what to do about it; empty lines while nothing is. */
function adviceLines(cameras: readonly CameraStatus[], language: Language): Line[] {
  const worst = cameras.toSorted(worstFirst)[0];
  if (!worst?.cause) return [[], []];
  const { what, next } = causeTexts[worst.cause];
  return [
    [span(`${worst.code ?? ""}  `, "red", "bold"), span((worst.text ?? what)[language])],
    [span("→        ", "cyan"), span((worst.next ?? next)[language], "cyan")],
  ];
}

/** The way of an event as boxes: cameras → journal → broker → unit. */
function wayLines(moment: DemoMoment, language: Language, columns: number): Line[] {
  const { made, received, waiting, brokerAway, latencyMs, view } = moment;
  const site = view.sites.get(`${UNIT.id}/${SITE.id}`);
  const missing = site ? siteCounts(site).missing : 0;
  const word = (message: Message, n: number | string = 0) => fill(message, language, { n });
  const boxes: readonly Box[] = [
    { name: word(demoTexts.boxCameras), value: word(demoTexts.boxMade, made), styles: ["bold"] },
    {
      name: word(demoTexts.boxJournal),
      value: word(demoTexts.boxWaiting, waiting),
      styles: waiting > 0 ? ["yellow", "bold"] : ["bold"],
    },
    {
      name: word(demoTexts.boxBroker),
      value: word(brokerAway ? demoTexts.boxAway : demoTexts.boxUp),
      styles: brokerAway ? ["red", "bold"] : ["green", "bold"],
    },
    { name: word(demoTexts.boxUnit), value: word(demoTexts.boxReceived, received), styles: ["bold"] },
  ];
  const gaps =
    missing === 0
      ? span(word(demoTexts.boxNoneMissing), "green")
      : span(word(demoTexts.boxMissing, missing), "yellow");
  const latency =
    latencyMs === undefined
      ? ""
      : `  ·  ${word(demoTexts.latency, latencyMs.toFixed(latencyMs < 10 ? 1 : 0))}`;
  return [
    spread([span(demoTexts.wayHeading[language], "bold")], [gaps, span(latency, "dim")], columns),
    ...boxLines(boxes, brokerAway, columns),
  ];
}

interface Box {
  readonly name: string;
  readonly value: string;
  readonly styles: readonly Style[];
}

const ARROW = 5;
/** Which boxes stand at the two ends of the line that breaks. */
const BROKER = 2;

function boxLines(boxes: readonly Box[], brokerAway: boolean, columns: number): Line[] {
  const width = Math.floor((columns - ARROW * (boxes.length - 1)) / boxes.length) - 2;
  const edge = (index: number): readonly Style[] => (brokerAway && index === BROKER ? ["red"] : ["grey"]);
  const row = (piece: (box: Box, index: number) => Line, arrows: boolean) =>
    boxes.flatMap((box, index) => [...(index === 0 ? [] : [between(index, arrows)]), ...piece(box, index)]);
  const between = (index: number, arrows: boolean) => {
    if (!arrows) return span(" ".repeat(ARROW));
    return brokerAway && index >= BROKER ? span(" ─✖─ ", "red", "bold") : span(" ──▶ ", "green");
  };
  const inside = (text: (box: Box) => Line) => (box: Box, index: number) => [
    span("│ ", ...edge(index)),
    ...pad(text(box), width - 2),
    span(" │", ...edge(index)),
  ];
  return [
    row((_, index) => [span(`╭${"─".repeat(width)}╮`, ...edge(index))], false),
    row(
      inside(({ name }) => [span(name, "dim")]),
      false,
    ),
    row(
      inside(({ value, styles }) => [span(value, ...styles)]),
      true,
    ),
    row((_, index) => [span(`╰${"─".repeat(width)}╯`, ...edge(index))], false),
  ];
}

function eventLines(view: UnitView, language: Language, most: number): Line[] {
  const cameras = view.sites.get(`${UNIT.id}/${SITE.id}`)?.cameras;
  return view.events.slice(0, most).map(({ event }) => {
    const place = event.subject ? (cameras?.get(event.subject)?.name ?? event.subject) : SITE.name;
    return [
      span(`${localTime(Date.parse(event.time)).slice(0, 8)}  `, "dim"),
      span(`${String(Number(event.sequence)).padStart(5)}  `, "grey"),
      ...pad([span(place)], 20),
      span("  "),
      ...showEvent(event, language),
    ];
  });
}
