import type { CameraSignal } from "../model/camera.ts";
import type { MotionConfig } from "../model/config.ts";
import type { ActivityData } from "../model/event.ts";

/**
 * From what cameras report to activities with a start and an end. Makes differ: some tell both ends, some only
 * repeat "motion" while it lasts, some only pulse, some never stop, and a lost event channel leaves nobody knowing.
 * Whether a camera tells the end is learned from it (scrypted #1995): a debounce that fits all does not exist.
 *
 * So is the pause between its repeats, until it told an end. Reports within `motion.quiet` of each other are repeats.
 * Reports further apart are either repeats of one motion or motions of their own, and only a machine is regular:
 * three equal intervals in a row, of a minute at most, are repeats, also where each had already been taken for the
 * end. A learned pause is kept while intervals fit it and fades with each that does not, so that what was learned by
 * chance is forgotten; it never grows by reports that merely came before it had run out, or ever rarer motions would
 * be joined for ever.
 */

/**
 * Camera parts (topic and source) remembered at once. A camera that invents new ones loses its oldest idle ones;
 * where none is idle, a further one is not followed until one is: to end an active one for it would make two events
 * of every report of a camera with 65.
 */
const MOST_PARTS = 64;
/** A pause between repeats may be this many times the learned one before the motion counts as over. */
const PAUSES_UNTIL_QUIET = 3;
/** Equal intervals in a row that show repeats. */
const INTERVALS_TO_LEARN = 3;
/** Intervals are equal when the longest is at most this many times the shortest. */
const EQUAL = 1.2;
/** No camera repeats more rarely; traffic lights do. Milliseconds. */
const LONGEST_REPEAT = 60_000;
/** What is left of a learned pause after an interval that does not fit it. */
const FADING = 0.9;

interface Part {
  readonly kind: CameraSignal["kind"];
  readonly topic: string;
  readonly source: string;
  /** Present while active. Monotonic milliseconds. */
  readonly active?: { readonly activity: string; readonly began: number };
  /** Monotonic time of the last report that it is active; -Infinity when there was none since an end was told. */
  readonly lastReport: number;
  /** The latest intervals between such reports, milliseconds. */
  readonly intervals: readonly number[];
  /** This camera has told an end for this part at least once. */
  readonly tellsEnd: boolean;
  /** Learned pause between repeats, milliseconds; 0 while nothing is known. */
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
  /** Reports of active parts that are not followed for want of room, since there was room last. */
  readonly unfollowed: number;
}

/** Nothing active. `run` is unique to this run of the agent, so that no name of an activity ever comes twice. */
export function noActivities(run: string): Activities {
  return { parts: new Map(), run, count: 0, unfollowed: 0 };
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
export function takeSignal(
  before: Activities,
  signal: CameraSignal,
  now: number,
  limits: MotionConfig,
): ActivityStep {
  const key = `${signal.kind}\n${signal.topic}\n${signal.source}`;
  const part = before.parts.get(key) ?? newPart(signal);
  if (signal.value === "pulse") {
    const activity = activityName(before);
    return {
      next: {
        ...before,
        parts: withPart(before.parts, key, part) ?? before.parts,
        count: before.count + 1,
      },
      news: [{ kind: signal.kind, data: told(signal, { state: "pulse", activity, reason: "reported" }) }],
    };
  }
  return signal.value.active
    ? takeActive(before, key, withReport(part, now, limits), signal, now, signal.value.initial)
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
    return { next: { ...before, parts: withPart(before.parts, key, part) ?? before.parts }, news: [] };
  }
  const activity = activityName(before);
  const started: Part = { ...part, active: { activity, began: now }, fields: signal.data };
  const parts = withPart(before.parts, key, started);
  if (!parts) return { next: { ...before, unfollowed: before.unfollowed + 1 }, news: [] };
  return {
    next: { ...before, parts, count: before.count + 1, unfollowed: 0 },
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
  const idle = { ...rest, ...unreported, stuck: false, tellsEnd: part.tellsEnd || !initial };
  const next = { ...before, parts: withPart(before.parts, key, idle) ?? before.parts };
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
  const learned = Math.min(PAUSES_UNTIL_QUIET * part.pause, limits.maxActive);
  const quiet = part.lastReport + Math.max(limits.quiet, learned);
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
    parts.set(key, { ...part, ...unreported, stuck: false });
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

const unreported = { lastReport: Number.NEGATIVE_INFINITY, intervals: [] } as const;

function newPart({ kind, topic, source, data }: CameraSignal): Part {
  return {
    kind,
    topic,
    source,
    ...unreported,
    tellsEnd: false,
    pause: 0,
    stuck: false,
    fields: data,
  };
}

/** One more report that the part is active, and what its interval teaches. */
function withReport(part: Part, now: number, { quiet }: MotionConfig): Part {
  const interval = now - part.lastReport;
  const intervals = [...part.intervals, interval].slice(-INTERVALS_TO_LEARN);
  const longest = Math.max(...intervals);
  const regular =
    intervals.length === INTERVALS_TO_LEARN &&
    longest <= LONGEST_REPEAT &&
    longest <= EQUAL * Math.min(...intervals);
  const fits = interval <= Math.max(quiet, Math.min(EQUAL * part.pause, LONGEST_REPEAT));
  const faded = FADING * part.pause;
  return {
    ...part,
    lastReport: now,
    intervals,
    pause: regular || fits ? Math.max(interval, faded) : faded,
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

/** Newest last; the oldest idle part makes room. Undefined when all are active and there is none. */
function withPart(
  parts: ReadonlyMap<string, Part>,
  key: string,
  part: Part,
): ReadonlyMap<string, Part> | undefined {
  const next = new Map(parts);
  next.delete(key);
  next.set(key, part);
  if (next.size <= MOST_PARTS) return next;
  for (const [old, { active }] of next) {
    if (active) continue;
    next.delete(old);
    return next;
  }
  return undefined;
}
