import { type Line, span } from "../core/terminal.ts";
import { isNews, type Received, type SiteView, siteCounts, type UnitView } from "../core/unit-view.ts";
import type { Event } from "../model/event.ts";
import { watchTexts } from "../model/messages/cli-watch.ts";
import { siteStateNames } from "../model/messages/states.ts";
import { fill, type Language, localTime } from "../model/messages/text.ts";
import type { IncomingMessage } from "../model/uplink.ts";
import type { CameraStatus } from "../model/wire.ts";
import { showDetail, showStanding } from "./show-camera.ts";
import { showEvent } from "./show-event.ts";
import { siteName } from "./show-unit.ts";

/**
 * One received message as lines for a log: what changed by it, nothing that was so before. `before` is the view
 * that it was received into; `wall` (ms) stamps what has no time of its own.
 */
export function changeLines(
  before: UnitView,
  received: Received,
  message: IncomingMessage,
  wall: number,
  language: Language,
): Line[] {
  if (received.kind === "malformed") {
    const words = fill(watchTexts.malformedMessage, language, {
      topic: message.topic,
      problem: received.problem[language],
    });
    return [[span(`${localTime(wall)}  `, "dim"), span(words, "red")]];
  }
  if (received.kind === "other" || received.kind === "info" || received.kind === "health") return [];
  const { site } = received;
  const known = before.sites.get(`${site.unit}/${site.site}`);
  const stamped = (at: number, place: string, rest: Line): Line => [
    span(`${localTime(at)}  `, "dim"),
    span(`${place}  `),
    ...rest,
  ];
  switch (received.kind) {
    case "state":
      if (!site.state || site.state.state === known?.state?.state) return [];
      return [
        stamped(wall, siteName(site), [
          span(
            siteStateNames[site.state.state][language],
            site.state.state === "online" ? "green" : "red",
            "bold",
          ),
        ]),
      ];
    case "stale-will":
      return [stamped(wall, siteName(site), [span(watchTexts.staleWill[language], "dim")])];
    case "camera":
      return cameraChange(known, received, message, language).map((line) =>
        stamped(wall, siteName(site), line),
      );
    case "events":
      return [
        ...received.fresh
          .filter(isNews)
          .map((event) => stamped(Date.parse(event.time), placeOf(site, event), showEvent(event, language))),
        ...missingChange(known, site, language).map((line) => stamped(wall, siteName(site), line)),
      ];
  }
}

function cameraChange(
  known: SiteView | undefined,
  { camera }: { readonly camera: CameraStatus | undefined },
  message: IncomingMessage,
  language: Language,
): Line[] {
  const id = message.topic.split("/").at(-1) ?? "";
  const earlier = known?.cameras.get(id);
  if (!camera) {
    return earlier ? [[span(`${earlier.name}  `), span(watchTexts.cameraRemoved[language], "dim")]] : [];
  }
  const same =
    earlier?.state === camera.state && earlier.cause === camera.cause && earlier.flapping === camera.flapping;
  if (same) return [];
  return [
    [
      span(`${camera.name}  `),
      ...showStanding(camera, language),
      span("  "),
      ...showDetail(camera, language),
    ],
  ];
}

function placeOf(site: SiteView, event: Event): string {
  if (!event.subject) return siteName(site);
  return `${siteName(site)}  ${site.cameras.get(event.subject)?.name ?? event.subject}`;
}

function missingChange(known: SiteView | undefined, site: SiteView, language: Language): Line[] {
  const earlier = known ? siteCounts(known).missing : 0;
  const now = siteCounts(site).missing;
  // While a gap is being filled every message lowers it; only its opening, growing and end are news.
  if (now > earlier) return [[span(fill(watchTexts.missingNow, language, { n: now }), "red", "bold")]];
  if (now === 0 && earlier > 0) return [[span(watchTexts.missingFilled[language], "green")]];
  return [];
}

/** One received message as JSON objects, one a line; `at` is when it was received, RFC 3339. */
export function jsonLines(received: Received, message: IncomingMessage, at: string): object[] {
  if (received.kind === "other") return [];
  if (received.kind === "malformed")
    return [{ at, kind: "malformed", topic: message.topic, problem: received.problem }];
  const { site } = received;
  const where = { at, unit: site.unit, site: site.site, retained: message.retain };
  switch (received.kind) {
    case "state":
      return [{ ...where, kind: "state", state: site.state }];
    case "stale-will":
      return [{ ...where, kind: "stale-will" }];
    case "info":
      return [{ ...where, kind: "info", info: site.info }];
    case "health":
      return [{ ...where, kind: "health", health: site.health }];
    case "camera":
      return [
        { ...where, kind: "camera", id: message.topic.split("/").at(-1), camera: received.camera ?? null },
      ];
    case "events": {
      const { missing } = siteCounts(site);
      return [
        ...received.fresh.map((event) => ({ ...where, kind: "event", event, missing })),
        ...(received.duplicates > 0 ? [{ ...where, kind: "duplicates", count: received.duplicates }] : []),
      ];
    }
  }
}
