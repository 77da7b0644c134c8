import type { CameraSignal } from "../model/camera.ts";
import type { MotionConfig } from "../model/config.ts";
import type { ActivityData } from "../model/event.ts";

/**
 * From what cameras report to activities with a start and an end. Makes differ: some tell both ends, some only
 * repeat "motion" while it lasts, some only pulse, some never stop, and a lost event channel leaves nobody knowing.
 * Whether a camera tells the end is learned from it (scrypted #1995): a debounce that fits all does not exist.
 */

/** Camera parts (topic and source) remembered at once; a camera that invents new ones loses its oldest idle ones. */
const MOST_PARTS = 64;
/** A pause between repeats may be this many times the learned one before the motion counts as over. */
const PAUSES_UNTIL_QUIET = 3;

interface Part {
  readonly kind: CameraSignal["kind"];
  readonly topic: string;
  readonly source: string;
  /** Present while active. Monotonic milliseconds. */
  readonly active?: { readonly activity: string; readonly began: number };
  /** Monotonic time of the last report that it is active. */
  readonly lastReport: number;
  /** This camera has told an end for this part at least once. */
  readonly tellsEnd: boolean;
  /** Longest pause seen between repeats, slowly forgotten. Milliseconds. */
  readonly pause: number;
  /** Ended by force; the camera still says active and is not believed until it says otherwise or falls quiet. */
  readonly stuck: boolean;
  readonly fields: Readonly<Record<string, string>>;
}

export interface Activities {
  readonly parts: ReadonlyMap<string, Part>;
  /** Tells the agent's runs apart in the names of activities. */
  readonly run: string;
  /** Activities begun so far; names the next. */
  readonly count: number;
}

/** Nothing active. `run` is unique to this run of the agent, so that no name of an activity ever comes twice. */
export function noActivities(run: string): Activities {
  return { parts: new Map(), run, count: 0 };
}

/** What to journal of a camera: the kind of event and its data, less what the caller knows (clock offset). */
export interface ActivityNews {
  readonly kind: CameraSignal["kind"];
  readonly data: ActivityData;
}

export interface ActivityStep {
  readonly next: Activities;
  readonly news: readonly ActivityNews[];
}

/** Takes one signal at a monotonic time, milliseconds. */
export function takeSignal(before: Activities, signal: CameraSignal, now: number): ActivityStep {
  const key = `${signal.kind}\n${signal.topic}\n${signal.source}`;
  const part = before.parts.get(key) ?? newPart(signal);
  if (signal.value === "pulse") {
    const activity = activityName(before);
    return {
      next: {
        ...before,
        parts: withPart(before.parts, key, { ...part, lastReport: now }),
        count: before.count + 1,
      },
      news: [{ kind: signal.kind, data: told(signal, { state: "pulse", activity, reason: "reported" }) }],
    };
  }
  return signal.value.active
    ? takeActive(before, key, part, signal, now, signal.value.initial)
    : takeInactive(before, key, part, signal, now, signal.value.initial);
}

function takeActive(
  before: Activities,
  key: string,
  part: Part,
  signal: CameraSignal,
  now: number,
  initial: boolean,
): ActivityStep {
  if (part.active || part.stuck) {
    const repeated = { ...part, lastReport: now, pause: Math.max(now - part.lastReport, part.pause * 0.9) };
    return { next: { ...before, parts: withPart(before.parts, key, repeated) }, news: [] };
  }
  const activity = activityName(before);
  const started: Part = { ...part, active: { activity, began: now }, lastReport: now, fields: signal.data };
  return {
    next: { ...before, parts: withPart(before.parts, key, started), count: before.count + 1 },
    // A replayed "active" is news when it is not what was known: some Tapo mark all motion as Initialized.
    news: [
      {
        kind: part.kind,
        data: told(signal, { state: "started", activity, reason: initial ? "replayed" : "reported" }),
      },
    ],
  };
}

function takeInactive(
  before: Activities,
  key: string,
  part: Part,
  signal: CameraSignal,
  now: number,
  initial: boolean,
): ActivityStep {
  const { active, ...rest } = part;
  // A replayed "inactive" at subscription says nothing of how the camera ends its motions.
  const idle = { ...rest, stuck: false, tellsEnd: part.tellsEnd || !initial };
  const next = { ...before, parts: withPart(before.parts, key, idle) };
  if (!active) return { next, news: [] };
  const data = told(signal, {
    state: "ended",
    activity: active.activity,
    reason: initial ? "replayed" : "reported",
    durationMs: Math.round(now - active.began),
  });
  return { next, news: [{ kind: part.kind, data }] };
}

/** Ends what has been quiet or active for too long by `now`. */
export function passTime(before: Activities, now: number, limits: MotionConfig): ActivityStep {
  const parts = new Map(before.parts);
  const news: ActivityNews[] = [];
  for (const [key, part] of before.parts) {
    if (dueAt(part, limits) > now) continue;
    if (!part.active) {
      parts.set(key, { ...part, stuck: false });
      continue;
    }
    const { active, ...rest } = part;
    const overlong = now - active.began >= limits.maxActive;
    parts.set(key, { ...rest, stuck: overlong });
    news.push({
      kind: part.kind,
      data: {
        state: "ended",
        activity: active.activity,
        reason: overlong ? "max-active" : "quiet",
        durationMs: Math.round((overlong ? now : part.lastReport) - active.began),
        topic: part.topic,
        source: part.source,
        fields: part.fields,
      },
    });
  }
  return { next: { ...before, parts }, news };
}

/** Monotonic time at which `passTime` is next due; Infinity when never. */
export function nextDue(activities: Activities, limits: MotionConfig): number {
  let due = Number.POSITIVE_INFINITY;
  for (const part of activities.parts.values()) due = Math.min(due, dueAt(part, limits));
  return due;
}

function dueAt(part: Part, limits: MotionConfig): number {
  const quiet = part.lastReport + Math.max(limits.quiet, PAUSES_UNTIL_QUIET * part.pause);
  if (part.stuck) return quiet;
  if (!part.active) return Number.POSITIVE_INFINITY;
  const overlong = part.active.began + limits.maxActive;
  return part.tellsEnd ? overlong : Math.min(overlong, quiet);
}

/** The event channel is lost: nobody knows whether what was active still is. It is never taken for "ended". */
export function loseChannel(before: Activities): ActivityStep {
  const parts = new Map<string, Part>();
  const news: ActivityNews[] = [];
  for (const [key, { active, ...part }] of before.parts) {
    parts.set(key, { ...part, stuck: false });
    if (!active) continue;
    const { activity } = active;
    const { topic, source, fields } = part;
    news.push({
      kind: part.kind,
      data: { state: "unknown", activity, reason: "channel-lost", topic, source, fields },
    });
  }
  return { next: { ...before, parts }, news };
}

/** Whether any part of the camera sees motion now. */
export function motionNow(activities: Activities): boolean {
  for (const part of activities.parts.values()) if (part.kind === "motion" && part.active) return true;
  return false;
}

function newPart({ kind, topic, source, data }: CameraSignal): Part {
  return {
    kind,
    topic,
    source,
    lastReport: Number.NEGATIVE_INFINITY,
    tellsEnd: false,
    pause: 0,
    stuck: false,
    fields: data,
  };
}

function activityName({ run, count }: Activities): string {
  return `${run}${count + 1}`;
}

function told(
  signal: CameraSignal,
  concluded: Pick<ActivityData, "state" | "activity" | "reason"> & { durationMs?: number },
): ActivityData {
  const { topic, source, cameraTime, data: fields } = signal;
  return {
    ...concluded,
    topic,
    source,
    ...(cameraTime !== undefined && { cameraTime }),
    fields: { ...fields },
  };
}

/** Newest last; the oldest idle part makes room. */
function withPart(parts: ReadonlyMap<string, Part>, key: string, part: Part): ReadonlyMap<string, Part> {
  const next = new Map(parts);
  next.delete(key);
  next.set(key, part);
  if (next.size <= MOST_PARTS) return next;
  for (const [old, { active }] of next) {
    if (active) continue;
    next.delete(old);
    return next;
  }
  return parts;
}
