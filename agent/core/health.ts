import type { ProbeReport, RungOutcome } from "../model/camera.ts";
import type { HealthConfig } from "../model/config.ts";
import type { CameraState, HealthData } from "../model/event.ts";
import { causes, type Fault, fault, type Rung, rungs } from "../model/fault.ts";

/** What one look says: the first rung of the ladder that failed, or none. */
export interface Verdict {
  readonly severity: Severity;
  readonly failed?: { readonly rung: Rung; readonly fault: Fault };
}

/** The states that a look can lead to, mildest first. */
const severities = ["online", "degraded", "offline"] as const;
export type Severity = (typeof severities)[number];

const rank = (severity: Severity): number => severities.indexOf(severity);

/** A camera whose pictures cannot be had is offline; one with a wrong clock or a deaf event channel is degraded. */
const severityOf: Record<Rung, Severity> = {
  host: "offline",
  port: "offline",
  login: "offline",
  describe: "offline",
  stream: "offline",
  clock: "degraded",
  events: "degraded",
};

/** Judges one look. `events` is the watch loop's word on its channel; absent while there is none to judge. */
export function judge(report: ProbeReport, events?: RungOutcome): Verdict {
  for (const rung of rungs) {
    const outcome = rung === "events" ? events : report.rungs[rung];
    if (outcome && !outcome.ok) return { severity: severityOf[rung], failed: { rung, fault: outcome.fault } };
  }
  return { severity: "online" };
}

/** A moment on both clocks: monotonic for intervals, wall for stamps. Milliseconds. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

/** Looks in a row that all point the same way from the present state: towards worse, or towards better. */
interface Run {
  readonly towards: "worse" | "better" | "other-cause";
  readonly looks: number;
  readonly began: Moment;
}

interface Failure {
  /** Wall time of the look. */
  readonly wall: number;
  /** Looks made since. */
  readonly looksAgo: number;
}

export interface CameraHealth {
  /** State without regard to maintenance. */
  readonly state: Exclude<CameraState, "maintenance">;
  /** Wall time at which the look that led to this state was made. */
  readonly since: number;
  readonly failed?: { readonly rung: Rung; readonly fault: Fault };
  readonly run?: Run;
  /** Looks since this state began that were worse than it, of the latest that count; oldest first. */
  readonly failures: readonly Failure[];
  /** Monotonic times of the state changes within the flapping window. */
  readonly changes: readonly number[];
  readonly flapping: boolean;
}

export function unknownHealth(at: Moment): CameraHealth {
  return { state: "unknown", since: at.wall, failures: [], changes: [], flapping: false };
}

/**
 * The health that a camera was last told to have, before the agent was started anew; unknown where another version
 * told it in words that this one does not have.
 */
export function resumedHealth(told: Partial<HealthData>, at: Moment): CameraHealth {
  const { rung, cause, evidence = "", flapping = false } = told;
  const state = severities.find((known) => known === told.to);
  const since = Date.parse(told.since ?? "");
  if (!state || Number.isNaN(since)) return unknownHealth(at);
  if (state === "online") return { state, since, failures: [], changes: [], flapping };
  if (!rung || !rungs.includes(rung) || !cause || !Object.hasOwn(causes, cause)) return unknownHealth(at);
  const failed = { rung, fault: fault(cause, evidence) };
  return { state, since, failed, failures: [], changes: [], flapping };
}

/** A change worth telling the unit. While a camera flaps only the beginning and the end of it are. */
export interface Transition {
  readonly from: Exclude<CameraState, "maintenance">;
  readonly to: Exclude<CameraState, "maintenance">;
}

export type Thresholds = Pick<
  HealthConfig,
  "openAfterFailures" | "openAfter" | "clearAfter" | "flappingChanges" | "flappingWindow"
>;

/**
 * The health after one more look, and the transition to tell, if it made one. A fault opens at `openAfterFailures`
 * failed looks of the latest twice as many, not only in a row: a camera that fails every second look is of no use.
 * It clears only by good looks without a bad one between, so that such a camera stays in one state.
 */
export function nextHealth(
  before: CameraHealth,
  verdict: Verdict,
  at: Moment,
  thresholds: Thresholds,
): { readonly health: CameraHealth; readonly transition?: Transition } {
  const run = nextRun(before, verdict, at);
  const previous = { ...before, failures: nextFailures(before, run, at, thresholds) };
  if (!run) return calm(withoutRun(previous, verdict), at, thresholds);
  if (!settles(previous, run, at, thresholds)) return calm({ ...withoutRun(previous), run }, at, thresholds);

  const same = previous.state === verdict.severity;
  const changed: CameraHealth = {
    state: verdict.severity,
    since: beginning(previous, run, thresholds),
    ...(verdict.failed && { failed: verdict.failed }),
    failures: same ? previous.failures : [],
    changes: previous.state === "unknown" || same ? previous.changes : [...previous.changes, at.monotonic],
    flapping: previous.flapping,
  };
  const { health, transition } = calm(changed, at, thresholds);
  const silent = previous.flapping && health.flapping;
  if (transition || !silent) return { health, transition: { from: previous.state, to: health.state } };
  return { health };
}

/** The run that this look continues or begins; undefined when it only confirms the present state. */
function nextRun(previous: CameraHealth, { severity, failed }: Verdict, at: Moment): Run | undefined {
  const towards = direction(previous, severity, failed?.fault);
  if (!towards) return undefined;
  if (previous.run?.towards !== towards) return { towards, looks: 1, began: at };
  return { ...previous.run, looks: previous.run.looks + 1 };
}

function direction(
  previous: CameraHealth,
  severity: Severity,
  found: Fault | undefined,
): Run["towards"] | undefined {
  if (previous.state === "unknown") return severity === "online" ? "better" : "worse";
  const step = rank(severity) - rank(previous.state);
  if (step > 0) return "worse";
  if (step < 0) return "better";
  return found?.cause === previous.failed?.fault.cause ? undefined : "other-cause";
}

function settles(previous: CameraHealth, run: Run, at: Moment, thresholds: Thresholds): boolean {
  const lasted = at.monotonic - run.began.monotonic;
  // A camera that was never judged has no alarm to clear.
  if (run.towards === "better") return previous.state === "unknown" || lasted >= thresholds.clearAfter;
  const failed = run.towards === "worse" ? previous.failures.length : run.looks;
  return failed >= thresholds.openAfterFailures || (run.looks > 1 && lasted >= thresholds.openAfter);
}

function nextFailures(
  { failures }: CameraHealth,
  run: Run | undefined,
  { wall }: Moment,
  { openAfterFailures }: Thresholds,
): readonly Failure[] {
  const older = failures
    .map((failure) => ({ ...failure, looksAgo: failure.looksAgo + 1 }))
    .filter(({ looksAgo }) => looksAgo < 2 * openAfterFailures);
  return run?.towards === "worse" ? [...older, { wall, looksAgo: 0 }] : older;
}

/** Wall time since when the camera is in the state that `run` has settled. */
function beginning({ since, failures }: CameraHealth, run: Run, { openAfterFailures }: Thresholds): number {
  if (run.towards === "other-cause") return since;
  const [first] = failures;
  const intermittent = run.towards === "worse" && failures.length >= openAfterFailures;
  return intermittent && first ? first.wall : run.began.wall;
}

/** Forgets the run, and takes the newest evidence for a cause that is still the same. */
function withoutRun({ run: _, ...health }: CameraHealth, confirmed?: Verdict): CameraHealth {
  return confirmed?.failed ? { ...health, failed: confirmed.failed } : health;
}

/** Counts the changes within the window. Flapping ends at half of what began it, so that it does not flap itself. */
function calm(
  health: CameraHealth,
  at: Moment,
  { flappingWindow, flappingChanges }: Thresholds,
): { readonly health: CameraHealth; readonly transition?: Transition } {
  const changes = health.changes.filter((time) => at.monotonic - time <= flappingWindow);
  const flapping = health.flapping ? changes.length > flappingChanges / 2 : changes.length > flappingChanges;
  const counted = { ...health, changes, flapping };
  if (flapping === health.flapping) return { health: counted };
  return { health: counted, transition: { from: health.state, to: health.state } };
}

/** Whether the camera's picture can be had now. */
export function usable(health: CameraHealth): boolean {
  return health.state === "online" || health.state === "degraded";
}
