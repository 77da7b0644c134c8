import { type Event, eventSchema, segmentSchema } from "../model/event.ts";
import { eventType } from "../model/event-names.ts";
import { watchTexts } from "../model/messages/cli-watch.ts";
import { compose, type Message } from "../model/messages/text.ts";
import { parseTopic } from "../model/topics.ts";
import type { IncomingMessage } from "../model/uplink.ts";
import {
  type CameraStatus,
  cameraSchema,
  healthSchema,
  infoSchema,
  type SiteHealth,
  type SiteInfo,
  type SiteState,
  stateSchema,
} from "../model/wire.ts";
import { missing, nothingSeen, type SeenSequence, see, tellGone } from "./seen-sequence.ts";
import { check, parse, read } from "./unit-view-read.ts";

/**
 * What a monitoring unit knows of its sites, made of nothing but the messages it received. A value: `receive` gives
 * the next one. Bounded whatever arrives: sites, cameras a site, epochs a site, gaps an epoch and events kept all
 * have a limit, and what is beyond it is counted.
 */
export interface UnitView {
  /** By `unit/site`. */
  readonly sites: ReadonlyMap<string, SiteView>;
  /** Newest first by arrival, without checkpoints, at most EVENTS_KEPT. */
  readonly events: readonly ReceivedEvent[];
  readonly malformed: number;
  readonly lastMalformed?: { readonly topic: string; readonly problem: Message };
  /** Messages of sites or cameras beyond the limits. */
  readonly overLimit: number;
}

export interface SiteView {
  readonly unit: string;
  readonly site: string;
  readonly state?: SiteState;
  readonly info?: SiteInfo;
  readonly health?: SiteHealth;
  readonly cameras: ReadonlyMap<string, CameraStatus>;
  /** By journal epoch, in order of appearance, the newest EPOCHS_KEPT. */
  readonly epochs: ReadonlyMap<string, SeenSequence>;
  /** Counts of the epochs before those. */
  readonly earlier: EventCounts;
  readonly staleWills: number;
  /** Monotonic milliseconds of the last message that was not a retained one told at subscription. */
  readonly heardAt?: number;
}

export interface EventCounts {
  readonly received: number;
  readonly duplicates: number;
  readonly missing: number;
}

export interface ReceivedEvent {
  readonly unit: string;
  readonly site: string;
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly event: Event;
}

/** What one message was. `duplicate` and `stale-will` change nothing but their count. */
export type Received =
  | { readonly kind: "state" | "info" | "health" | "stale-will"; readonly site: SiteView }
  | { readonly kind: "camera"; readonly site: SiteView; readonly camera: CameraStatus | undefined }
  | {
      readonly kind: "events";
      readonly site: SiteView;
      /** Those seen for the first time, in the order in which they stood in the message. */
      readonly fresh: readonly Event[];
      readonly duplicates: number;
    }
  | { readonly kind: "malformed"; readonly problem: Message }
  /** A topic that is not for showing: commands, results, incidents, other prefixes. */
  | { readonly kind: "other" };

const SITES_KEPT = 4_096;
export const CAMERAS_KEPT = 512;
export const EPOCHS_KEPT = 8;
export const EVENTS_KEPT = 200;

export const emptyView: UnitView = { sites: new Map(), events: [], malformed: 0, overLimit: 0 };

/** The view after `message`, received at `at` (monotonic milliseconds), and what the message was. Never throws. */
export function receive(
  view: UnitView,
  message: IncomingMessage,
  at: number,
): { readonly view: UnitView; readonly received: Received } {
  const topic = parseTopic(message.topic);
  if (!topic) return { view, received: { kind: "other" } };
  const key = `${topic.unit}/${topic.site}`;
  const known = view.sites.get(key);
  if (!known && view.sites.size >= SITES_KEPT) return overLimit(view);
  const before: SiteView = known ?? {
    unit: topic.unit,
    site: topic.site,
    cameras: new Map(),
    epochs: new Map(),
    earlier: { received: 0, duplicates: 0, missing: 0 },
    staleWills: 0,
  };
  const outcome = receiveFor(before, topic.rest, message);
  if (outcome === "over-limit") return overLimit(view);
  if (outcome.kind === "other") return { view, received: outcome };
  if (outcome.kind === "malformed")
    return {
      view: {
        ...view,
        malformed: view.malformed + 1,
        lastMalformed: { topic: message.topic, problem: outcome.problem },
      },
      received: outcome,
    };

  const site =
    message.retain || outcome.kind === "stale-will" ? outcome.site : { ...outcome.site, heardAt: at };
  const received = { ...outcome, site };
  const fresh = received.kind === "events" ? received.fresh.filter(isNews) : [];
  return {
    view: {
      ...view,
      sites: new Map(view.sites).set(key, site),
      events:
        fresh.length === 0
          ? view.events
          : [
              ...fresh.map((event) => ({ unit: site.unit, site: site.site, at, event })).reverse(),
              ...view.events,
            ].slice(0, EVENTS_KEPT),
    },
    received,
  };
}

/** Checkpoints come every minute from every site and are for the verifier, not for people. */
export function isNews(event: Event): boolean {
  return event.type !== eventType("checkpoint");
}

function overLimit(view: UnitView): { readonly view: UnitView; readonly received: Received } {
  return { view: { ...view, overLimit: view.overLimit + 1 }, received: { kind: "other" } };
}

function receiveFor(
  site: SiteView,
  [area, ...below]: readonly string[],
  message: IncomingMessage,
): Received | "over-limit" {
  const name = below.join("/");
  if (area === "state" && name === "") {
    const state = read(message, stateSchema);
    if (!state.ok) return malformed(state.error);
    return isStaleWill(site.state, state.value)
      ? { kind: "stale-will", site: { ...site, staleWills: site.staleWills + 1 } }
      : { kind: "state", site: { ...site, state: state.value } };
  }
  if (area === "info" && name === "") {
    const info = read(message, infoSchema);
    if (!info.ok) return malformed(info.error);
    return { kind: "info", site: { ...site, info: info.value } };
  }
  if (area === "health" && name === "") {
    const health = read(message, healthSchema);
    if (!health.ok) return malformed(health.error);
    return { kind: "health", site: { ...site, health: health.value } };
  }
  if (area === "camera" && below.length === 1) return receiveCamera(site, name, message);
  if (area === "event" && below.length === 1) return receiveEvents(site, message);
  return { kind: "other" };
}

function receiveCamera(site: SiteView, id: string, message: IncomingMessage): Received | "over-limit" {
  const cameras = new Map(site.cameras);
  if (message.payload.length === 0) {
    // An empty retained payload takes the camera off the broker: it is no longer configured.
    cameras.delete(id);
    return { kind: "camera", site: { ...site, cameras }, camera: undefined };
  }
  const camera = read(message, cameraSchema);
  if (!camera.ok) return malformed(camera.error);
  if (camera.value.id !== id) return malformed(compose(watchTexts.otherCamera, { found: camera.value.id }));
  if (!cameras.has(id) && cameras.size >= CAMERAS_KEPT) return "over-limit";
  cameras.set(id, camera.value);
  return { kind: "camera", site: { ...site, cameras }, camera: camera.value };
}

function receiveEvents(site: SiteView, message: IncomingMessage): Received {
  const json = parse(message);
  if (!json.ok) return malformed(json.error);
  const isSegment =
    typeof json.value === "object" &&
    json.value !== null &&
    "type" in json.value &&
    json.value.type === eventType("segment");
  let events: readonly Event[];
  if (isSegment) {
    const segment = check(json.value, segmentSchema);
    if (!segment.ok) return malformed(segment.error);
    events = segment.value.data.events;
  } else {
    const event = check(json.value, eventSchema);
    if (!event.ok) return malformed(event.error);
    events = [event.value];
  }
  const epochs = new Map(site.epochs);
  const fresh: Event[] = [];
  for (const event of events) {
    const before = epochs.get(event.epoch) ?? nothingSeen;
    const after = see(before, Number(event.sequence));
    epochs.set(event.epoch, after);
    if (after.received === before.received) continue;
    fresh.push(event);
    if (event.type !== eventType("gap")) continue;
    const { epoch, ranges } = event.data;
    const told = ranges.map(({ from, to }) => [from, to] as const);
    epochs.set(epoch, tellGone(epochs.get(epoch) ?? nothingSeen, told));
  }
  let { earlier } = site;
  for (const [epoch, seen] of epochs) {
    if (epochs.size <= EPOCHS_KEPT) break;
    epochs.delete(epoch);
    earlier = sum(earlier, countsOf(seen));
  }
  return {
    kind: "events",
    site: { ...site, epochs, earlier },
    fresh,
    duplicates: events.length - fresh.length,
  };
}

function countsOf(seen: SeenSequence): EventCounts {
  return { received: seen.received, duplicates: seen.duplicates, missing: missing(seen) };
}

function sum(a: EventCounts, b: EventCounts): EventCounts {
  return {
    received: a.received + b.received,
    duplicates: a.duplicates + b.duplicates,
    missing: a.missing + b.missing,
  };
}

/** Events of one site over all its epochs. */
export function siteCounts(site: SiteView): EventCounts {
  return [...site.epochs.values()].map(countsOf).reduce(sum, site.earlier);
}

/**
 * Whether `next` is the Last Will of a connection that the agent has since replaced or taken leave from: brokers
 * tell a will late (MQTT 5 Will Delay, or a half-open connection noticed after the keep-alive).
 */
function isStaleWill(known: SiteState | undefined, next: SiteState): boolean {
  if (next.state !== "offline" || !known) return false;
  return next.session < known.session || (next.session === known.session && known.state === "stopped");
}

function malformed(problem: Message): Received {
  return { kind: "malformed", problem };
}
