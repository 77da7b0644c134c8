import { type Column, table } from "../core/table.ts";
import { type Line, span, spread } from "../core/terminal.ts";
import { type SiteView, siteCounts, type UnitView } from "../core/unit-view.ts";
import { worstFirst } from "../core/worst-first.ts";
import { showTexts } from "../model/messages/cli-show.ts";
import { watchTexts } from "../model/messages/cli-watch.ts";
import { siteStateNames } from "../model/messages/states.ts";
import { fill, type Language, localTime } from "../model/messages/text.ts";
import { ageWords, type CameraRow, cameraTable } from "./show-camera.ts";
import { showEvent } from "./show-event.ts";

export interface UnitScreen {
  readonly language: Language;
  readonly columns: number;
  readonly rows: number;
  /** Monotonic milliseconds, of the same clock as the view's. */
  readonly now: number;
  /** Wall milliseconds. */
  readonly wall: number;
  /** Where it is connected to, and how the connection is. */
  readonly connection: Line;
}

/** The whole screen of `watch`: at most `rows` lines of at most `columns`. */
export function showUnit(view: UnitView, screen: UnitScreen): Line[] {
  const { language, columns, rows } = screen;
  const head: Line[] = [
    spread(screen.connection, [span(watchTexts.leave[language], "dim")], columns),
    totals(view, language),
    view.lastMalformed ? [span(malformedWords(view.lastMalformed, language), "red")] : [],
  ];
  if (view.sites.size === 0) return [...head, [span(watchTexts.nothingYet[language], "dim")]].slice(0, rows);

  const sites = [...view.sites.values()].sort(worstSiteFirst);
  const cameras = camerasOf(sites);
  const room = Math.max(0, rows - head.length);
  const siteRows = Math.min(sites.length, Math.max(1, Math.floor(room / 4)));
  const cameraRows = Math.min(cameras.length, Math.max(3, room - siteRows - 12));
  const body = [
    ...clipped(siteTable(sites, screen), siteRows + 1, language),
    [],
    [span(watchTexts.cameras[language], "bold")],
    ...clipped(cameraTable(cameras, language, columns, screen.wall), cameraRows + 1, language),
    [],
    [span(watchTexts.events[language], "bold")],
  ];
  return [...head, ...body, ...eventLines(view, screen, room - body.length)].slice(0, rows);
}

function totals(view: UnitView, language: Language): Line {
  const sites = [...view.sites.values()];
  const counts = sites.map(siteCounts);
  const add = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
  const missing = add(counts.map((count) => count.missing));
  const figure = (name: Line[number], value: string | number, bad = false): Line => [
    name,
    span(` ${value}`, ...(bad ? (["red", "bold"] as const) : (["bold"] as const))),
    span("   "),
  ];
  const name = (message: Parameters<typeof fill>[0]) => span(message[language], "dim");
  const usable = add(sites.map((site) => (site.state?.state === "online" ? usableOf(site).usable : 0)));
  const total = add(sites.map((site) => usableOf(site).total));
  return [
    ...figure(name(watchTexts.sites), sites.length),
    ...figure(name(watchTexts.usable), `${usable}/${total}`, usable < total),
    ...figure(name(watchTexts.waiting), add(sites.map((site) => site.health?.journal.undelivered ?? 0))),
    ...figure(name(watchTexts.received), add(counts.map((count) => count.received))),
    ...figure(name(watchTexts.missing), missing, missing > 0),
    ...figure(name(watchTexts.duplicates), add(counts.map((count) => count.duplicates))),
    ...figure(name(watchTexts.malformed), view.malformed, view.malformed > 0),
    ...(view.overLimit > 0 ? figure(name(watchTexts.overLimit), view.overLimit, true) : []),
  ];
}

/** From the cameras' own states where they are known: the site's count is up to a minute old. */
function usableOf(site: SiteView): { readonly usable: number; readonly total: number } {
  const cameras = [...site.cameras.values()];
  const total = site.info?.cameras.length ?? site.health?.cameras.total ?? cameras.length;
  return cameras.length >= total
    ? { usable: cameras.filter(({ usable }) => usable).length, total: cameras.length }
    : { usable: site.health?.cameras.usable ?? cameras.filter(({ usable }) => usable).length, total };
}

const SITE_RANK = { offline: 0, stopped: 1, online: 3 } as const;

function worstSiteFirst(a: SiteView, b: SiteView): number {
  const rank = (site: SiteView) => (site.state ? SITE_RANK[site.state.state] : 2);
  const dead = (site: SiteView) => usableOf(site).total - usableOf(site).usable;
  return (
    rank(a) - rank(b) ||
    siteCounts(b).missing - siteCounts(a).missing ||
    dead(b) - dead(a) ||
    compareNames(a, b)
  );
}

const compareNames = (a: SiteView, b: SiteView) => `${a.unit}/${a.site}`.localeCompare(`${b.unit}/${b.site}`);

export function siteName(site: SiteView): string {
  return site.info?.name ?? site.site;
}

/**
 * Worst first over all sites. Cameras of a site that is not there are left out: one cause, one alarm, and their last
 * state says nothing about now.
 */
function camerasOf(sites: readonly SiteView[]): CameraRow[] {
  const several = sites.length > 1;
  return sites
    .filter((site) => site.state?.state === "online")
    .flatMap((site) =>
      [...site.cameras.values()].map((camera) => (several ? { camera, site: siteName(site) } : { camera })),
    )
    .sort((a, b) => worstFirst(a.camera, b.camera));
}

function siteTable(sites: readonly SiteView[], { language, columns, now }: UnitScreen): Line[] {
  const header: Column[] = [
    { title: showTexts.columnState[language] },
    { title: showTexts.columnSite[language], least: 16, grows: true },
    { title: watchTexts.columnUnit[language], least: 6, dispensable: 2 },
    { title: watchTexts.columnUsable[language], align: "right" },
    { title: watchTexts.columnWaiting[language], align: "right" },
    { title: watchTexts.columnEvents[language], align: "right", dispensable: 1 },
    { title: watchTexts.columnMissing[language], align: "right" },
    { title: watchTexts.columnHeard[language] },
  ];
  const rows = sites.map((site): Line[] => {
    const { usable, total } = usableOf(site);
    const { received, missing } = siteCounts(site);
    const there = site.state?.state === "online";
    return [
      showSiteState(site, language),
      [span(siteName(site), "bold")],
      [span(site.info?.unit.name ?? site.unit, "dim")],
      [
        span(
          there ? `${usable}/${total}` : `–/${total}`,
          ...(there && usable === total ? [] : ["red" as const]),
        ),
      ],
      [span(there ? String(site.health?.journal.undelivered ?? "–") : "–")],
      [span(String(received))],
      [span(String(missing), ...(missing > 0 ? (["red", "bold"] as const) : []))],
      [span(heard(site, now, language), "dim")],
    ];
  });
  return table(header, rows, columns);
}

function showSiteState({ state }: SiteView, language: Language): Line {
  if (!state) return [span("?", "grey")];
  const style = { online: "green", offline: "red", stopped: "yellow" } as const;
  const mark = { online: "●", offline: "✖", stopped: "■" } as const;
  return [span(`${mark[state.state]} ${siteStateNames[state.state][language]}`, style[state.state])];
}

function heard(site: SiteView, now: number, language: Language): string {
  if (site.heardAt !== undefined)
    return fill(showTexts.ago, language, { age: ageWords(now - site.heardAt, language) });
  return site.health ? localTime(Date.parse(site.health.at)) : "";
}

/** The lines cut to `most`, the last one saying how many more there are. */
function clipped(lines: readonly Line[], most: number, language: Language): Line[] {
  if (lines.length <= most) return [...lines];
  const more = span(fill(watchTexts.more, language, { n: lines.length - most + 1 }), "dim");
  return [...lines.slice(0, most - 1), [more]];
}

function eventLines(view: UnitView, { language }: UnitScreen, most: number): Line[] {
  const several = view.sites.size > 1;
  return view.events.slice(0, Math.max(0, most)).map(({ unit, site, event }) => {
    const from = view.sites.get(`${unit}/${site}`);
    const camera = event.subject ? (from?.cameras.get(event.subject)?.name ?? event.subject) : "";
    const place = [several && from ? siteName(from) : "", camera].filter((part) => part !== "").join(" · ");
    return [
      span(`${localTime(Date.parse(event.time))}  `, "dim"),
      span(place === "" ? "" : `${place}  `),
      ...showEvent(event, language),
    ];
  });
}

function malformedWords(
  { topic, problem }: NonNullable<UnitView["lastMalformed"]>,
  language: Language,
): string {
  return fill(watchTexts.malformedMessage, language, { topic, problem: problem[language] });
}
