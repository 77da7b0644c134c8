import { type Clock, rfc3339 } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import {
  type Activities,
  type ActivityStep,
  loseChannel,
  motionNow,
  nextDue,
  noActivities,
  passTime,
  takeSignal,
} from "../core/activity.ts";
import {
  type CameraHealth,
  judge,
  nextHealth,
  resumedHealth,
  type Transition,
  unknownHealth,
  usable,
} from "../core/health.ts";
import type { CameraSignal, ProbeReport, RungOutcome } from "../model/camera.ts";
import type { CameraConfig, HealthConfig, MotionConfig } from "../model/config.ts";
import type { HealthData } from "../model/event.ts";
import { causes, type Fault, fault, type Rung, rungNumber, rungs } from "../model/fault.ts";
import { causeTexts } from "../model/messages/causes.ts";
import { evidenceTexts } from "../model/messages/evidence.ts";
import { compose } from "../model/messages/text.ts";
import type { CameraStatus } from "../model/wire.ts";
import type { Recorder } from "./recorder.ts";

export interface CameraSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly recorder: Pick<Recorder, "record">;
  /** Unique to this run of the agent. */
  readonly runName: string;
  /** Read at every use: a reload changes it under a running camera. */
  readonly settings: () => { readonly health: HealthConfig; readonly motion: MotionConfig };
  /** Whether the box's own clock is known not to be synchronised. */
  readonly boxClockUnsure: () => boolean;
  /** Shows the camera's retained state. */
  readonly show: (status: CameraStatus) => void;
}

/**
 * What is known of one camera: takes what the looks and the event channel say, keeps health and activities, journals
 * their changes and shows the state. The two loops around it only ask the driver.
 */
export class CameraRecord {
  readonly #around: CameraSurroundings;
  #config: CameraConfig;
  #health: CameraHealth;
  /** The state that the journal knows of; what changes in maintenance it does not. */
  #journaled: CameraHealth["state"];
  #activities: Activities;
  #cancelDue: (() => void) | undefined;
  #channel: RungOutcome | undefined;
  #report: ProbeReport | undefined;
  #checkedAt: number | undefined;
  readonly #lastSuccess: Partial<Record<Rung, number>> = {};
  #shown = "";

  /** `last` is what an earlier run of the agent told of the camera. */
  constructor(config: CameraConfig, around: CameraSurroundings, last?: Partial<HealthData>) {
    this.#config = config;
    this.#around = around;
    this.#health = last ? resumedHealth(last, this.#now()) : unknownHealth(this.#now());
    this.#journaled = this.#health.state;
    this.#activities = noActivities(`${around.runName}-${config.id}-`);
  }

  /** Takes one look's report. Resolves, once its transition is journaled, with the milliseconds to the next look. */
  async look(report: ProbeReport): Promise<number> {
    const { health: settings } = this.#around.settings();
    const now = this.#now();
    this.#report = { ...report, ...withKnown(this.#report, report) };
    this.#checkedAt = now.wall;
    for (const rung of rungs) if (report.rungs[rung]?.ok) this.#lastSuccess[rung] = now.wall;
    const previous = this.#health;
    const verdict = judge(this.#confessed(report), this.#channel);
    const { health, transition } = nextHealth(previous, verdict, now, settings);
    this.#health = health;
    this.#show();
    if (transition) await this.#tell(transition, now.wall);
    return health.run ? settings.retryInterval : settings.interval;
  }

  channelOpened(): void {
    this.#channel = { ok: true };
    this.#lastSuccess.events = this.#around.clock.wall();
    this.#show();
  }

  channelAlive(): void {
    this.#lastSuccess.events = this.#around.clock.wall();
  }

  /** Nobody knows any more whether what was active still is. Resolves when that is journaled. */
  async channelLost(fault: Fault): Promise<void> {
    this.#channel = { ok: false, fault };
    await this.#step(loseChannel(this.#activities));
  }

  /** Resolves when what the signal means is durable. */
  signal(signal: CameraSignal): Promise<void> {
    const { clock, settings } = this.#around;
    return this.#step(takeSignal(this.#activities, signal, clock.monotonic(), settings().motion));
  }

  /** The camera is no longer looked after (stop, or removed by a reload). */
  async leave(): Promise<void> {
    this.#cancelDue?.();
    const step = loseChannel(this.#activities);
    this.#activities = step.next;
    await this.#journal(step);
  }

  reconfigure(config: CameraConfig): void {
    const wasInMaintenance = this.#config.maintenance;
    this.#config = config;
    this.#show();
    const { state } = this.#health;
    if (wasInMaintenance && !config.maintenance && state !== this.#journaled)
      void this.#tell({ from: this.#journaled, to: state }, this.#around.clock.wall());
  }

  /** Shows the state again, as retained state is renewed now and then. */
  renew(): void {
    this.#shown = "";
    this.#show();
  }

  async #step(step: ActivityStep): Promise<void> {
    this.#logUnfollowed(this.#activities.unfollowed, step.next.unfollowed);
    this.#activities = step.next;
    this.#scheduleDue();
    this.#show();
    await this.#journal(step);
  }

  /** A spell of it is told twice: when it begins, and with the count when it is over. */
  #logUnfollowed(before: number, unfollowed: number): void {
    const { log } = this.#around;
    const camera = this.#config.id;
    if (before === 0 && unfollowed > 0)
      log.warn(
        { camera, parts: this.#activities.parts.size },
        "too many parts of a camera are active at once",
      );
    if (before > 0 && unfollowed === 0)
      log.info({ camera, reports: before }, "parts of a camera are followed again");
  }

  async #journal({ news }: ActivityStep): Promise<void> {
    const { clock, recorder } = this.#around;
    const at = clock.wall();
    const offset = this.#report?.clock?.offsetMs;
    await Promise.all(
      news.map(({ kind, data }) =>
        recorder.record({
          kind,
          camera: this.#config.id,
          at,
          data: { ...data, ...(offset !== undefined && { cameraOffsetMs: offset }) },
        }),
      ),
    );
  }

  #scheduleDue(): void {
    const { clock, settings } = this.#around;
    this.#cancelDue?.();
    this.#cancelDue = undefined;
    const due = nextDue(this.#activities, settings().motion);
    if (due === Number.POSITIVE_INFINITY) return;
    this.#cancelDue = clock.after(Math.max(0, due - clock.monotonic()), () => {
      void this.#step(passTime(this.#activities, clock.monotonic(), settings().motion));
    });
  }

  /** A box that does not know the time says so when it finds a camera's clock wrong. */
  #confessed(report: ProbeReport): ProbeReport {
    const { clock } = report.rungs;
    if (!clock || clock.ok || !this.#around.boxClockUnsure()) return report;
    const { cause, evidence: seen } = clock.fault;
    const confessed = fault(cause, compose(evidenceTexts.boxClockUnsure, { seen }));
    return { ...report, rungs: { ...report.rungs, clock: { ok: false, fault: confessed } } };
  }

  async #tell({ from, to }: Transition, at: number): Promise<void> {
    const { state, failed, since, flapping, changes } = this.#health;
    const { id, maintenance } = this.#config;
    this.#around.log.info(
      { camera: id, from, to, cause: failed?.fault.cause, evidence: failed?.fault.evidence.en, flapping },
      `camera ${state}`,
    );
    if (maintenance) return;
    this.#journaled = to;
    await this.#around.recorder.record({
      kind: "health",
      camera: id,
      at,
      data: { from, to, ...describe(failed), since: rfc3339(since), flapping, changes: changes.length },
    });
  }

  #show(): void {
    const status = this.status();
    const { checkedAt: _, lastSuccess: __, stream: ___, clockOffsetMs: ____, ...lasting } = status;
    const shown = JSON.stringify(lasting);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#around.show(status);
  }

  #now() {
    return { monotonic: this.#around.clock.monotonic(), wall: this.#around.clock.wall() };
  }

  status(): CameraStatus {
    const { id, name, maintenance } = this.#config;
    const { state, since, flapping, failed } = this.#health;
    const stamps = Object.entries(this.#lastSuccess).map(([rung, at]) => [rung, rfc3339(at)]);
    return {
      id,
      name,
      state: maintenance ? "maintenance" : state,
      since: rfc3339(since),
      flapping,
      usable: usable(this.#health),
      ...describe(failed),
      ...(failed && {
        rungNumber: rungNumber[failed.rung],
        text: causeTexts[failed.fault.cause].what,
        next: causeTexts[failed.fault.cause].next,
      }),
      checkedAt: this.#checkedAt === undefined ? null : rfc3339(this.#checkedAt),
      lastSuccess: Object.fromEntries(stamps),
      facts: this.#report?.facts ?? {},
      stream: this.#report?.stream ?? null,
      clockOffsetMs: this.#report?.clock?.offsetMs ?? null,
      motion: this.#channel?.ok ? (motionNow(this.#activities) ? "active" : "idle") : "unknown",
    };
  }
}

function describe(failed: CameraHealth["failed"]) {
  if (!failed) return {};
  const { rung, fault } = failed;
  return { rung, cause: fault.cause, code: causes[fault.cause].code, evidence: fault.evidence };
}

/**
 * What an earlier look found stays known while a later one does not get as far; with another serial at the address it
 * was found of another camera.
 */
function withKnown(
  earlier: ProbeReport | undefined,
  { facts, stream, clock }: ProbeReport,
): Partial<ProbeReport> {
  const replaced = facts.serial !== undefined && facts.serial !== earlier?.facts.serial;
  const before = replaced ? undefined : earlier;
  const known = stream ?? before?.stream;
  const offset = clock ?? before?.clock;
  return {
    facts: { ...before?.facts, ...facts },
    ...(known && { stream: known }),
    ...(offset && { clock: offset }),
  };
}
