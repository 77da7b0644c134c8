import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { siteCounts } from "../../core/unit-view.ts";
import { standing } from "../../core/worst-first.ts";
import type { CameraState, Event } from "../../model/event.ts";
import { demoTexts } from "../../model/messages/cli-demo.ts";
import type { Language, Message } from "../../model/messages/text.ts";
import type { DemoAgent } from "./agent-process.ts";
import type { DemoMoment } from "./dashboard.ts";
import { countJournaled, type Reckoning } from "./reckoning.ts";
import { ReturnWatch } from "./return-watch.ts";
import { CAMERAS, SITE, UNIT } from "./scene.ts";
import { hanging, type Stage } from "./stage.ts";
import { motionMade, type Traffic } from "./traffic.ts";

/** Why the play ended. `late`: an act did not come to its end in time. */
export type PlayEnd =
  | { readonly kind: "finished"; readonly reckoning: Reckoning }
  | { readonly kind: "late"; readonly what: Message }
  | { readonly kind: "agent-ended"; readonly code: number }
  | { readonly kind: "interrupted" };

export interface Play {
  /** How things stand now. */
  moment(): DemoMoment;
  run(signal: AbortSignal): Promise<PlayEnd>;
}

export interface PlayParts {
  readonly language: Language;
  readonly stage: Stage;
  readonly agent: DemoAgent;
  readonly traffic: Traffic;
  readonly clock: Clock;
  /** Told at the height of every act: the moment that is worth a picture. */
  readonly onHeight: (name: string) => Promise<void>;
}

/** How long it takes on a quiet machine; the bar at the top is drawn against it. */
const PLANNED_MS = 40_000;
/** An act that takes longer has failed. */
const ACT_WITHIN_MS = 15_000;
const POLL_MS = 40;
const OUTAGE_MS = 10_000;
/** Which camera comes to grief. */
const VICTIM = 2;

interface Act {
  readonly name: string;
  readonly title: Message;
  readonly more: Message;
  /** Gives what did not happen in time. */
  play(signal: AbortSignal): Promise<Message | undefined>;
}

export function openPlay({ language, stage, agent, traffic, clock, onHeight }: PlayParts): Play {
  const { cameras, broker, unit } = stage;
  const beganAt = clock.monotonic();
  const latencies: number[] = [];
  let returnWatch: ReturnWatch | undefined;
  let reckoning: Reckoning | undefined;
  let place = 0;

  unit.onEvents = (fresh, whole) => {
    returnWatch?.take(fresh, clock.monotonic());
    if (whole === 1 && !returnWatch) latencies.push(...fresh.flatMap((event) => latencyOf(event, clock)));
  };

  const camerasAtUnit = () => unit.view.sites.get(`${UNIT.id}/${SITE.id}`)?.cameras;
  const stands = (index: number, state: CameraState) => {
    const camera = camerasAtUnit()?.get(CAMERAS[index]?.id ?? "");
    return camera !== undefined && standing(camera) === state;
  };

  /** Whether `condition` came true within the time of an act; also false when told to stop or without agent. */
  async function until(condition: () => boolean, signal: AbortSignal): Promise<boolean> {
    const limit = clock.monotonic() + ACT_WITHIN_MS;
    while (!condition()) {
      if (signal.aborted || agent.exitCode !== null || clock.monotonic() > limit) return false;
      await clock.sleep(POLL_MS, signal);
    }
    return true;
  }

  const acts: readonly Act[] = [
    {
      name: "healthy",
      title: demoTexts.actHealthy,
      more: demoTexts.actHealthyMore,
      async play(signal) {
        for (const index of cameras.keys()) {
          if (index > 0) {
            await stage.configure(index + 1);
            agent.reload();
          }
          if (!(await until(() => stands(index, "online"), signal))) return demoTexts.waitHealthy;
        }
        await clock.sleep(1_200, signal);
        return undefined;
      },
    },
    {
      name: "motion",
      title: demoTexts.actMotion,
      more: demoTexts.actMotionMore,
      async play(signal) {
        traffic.pace = 3;
        await clock.sleep(5_500, signal);
        return (await until(() => unit.motionReceived > 10, signal)) ? undefined : demoTexts.waitMotion;
      },
    },
    {
      name: "failure",
      title: demoTexts.actFailure,
      more: demoTexts.actFailureMore,
      async play(signal) {
        traffic.pace = 1.5;
        await cameras[VICTIM]?.behave(hanging());
        if (!(await until(() => stands(VICTIM, "offline"), signal))) return demoTexts.waitFailure;
        await clock.sleep(3_000, signal);
        return undefined;
      },
    },
    {
      name: "recovery",
      title: demoTexts.actRecovery,
      more: demoTexts.actRecoveryMore,
      async play(signal) {
        await cameras[VICTIM]?.calm(hanging());
        if (!(await until(() => stands(VICTIM, "online"), signal))) return demoTexts.waitRecovery;
        await clock.sleep(1_200, signal);
        return undefined;
      },
    },
    {
      name: "outage",
      title: demoTexts.actOutage,
      more: demoTexts.actOutageMore,
      async play(signal) {
        await broker.goAway();
        traffic.pace = 12;
        await clock.sleep(OUTAGE_MS, signal);
        return undefined;
      },
    },
    {
      name: "return",
      title: demoTexts.actReturn,
      more: demoTexts.actReturnMore,
      async play(signal) {
        returnWatch = new ReturnWatch(clock.wall());
        await broker.comeBack();
        await clock.sleep(2_500, signal);
        traffic.pace = 2;
        await clock.sleep(2_500, signal);
        traffic.pace = 0;
        const all = () => traffic.passing === 0 && unit.motionReceived === motionMade(cameras);
        return (await until(all, signal)) ? undefined : demoTexts.waitBacklog;
      },
    },
    {
      name: "summary",
      title: demoTexts.actSummary,
      more: demoTexts.actSummaryMore,
      async play() {
        await agent.stop();
        reckoning = reckon();
        return undefined;
      },
    },
  ];

  /** Each count is taken at another end; the journal is read from its file, which the agent has left. */
  function reckon(): Reckoning {
    const site = unit.view.sites.get(`${UNIT.id}/${SITE.id}`);
    const { duplicates, missing } = site ? siteCounts(site) : { duplicates: 0, missing: 0 };
    return {
      made: motionMade(cameras),
      journaled: countJournaled(join(stage.folder, "journal.db")),
      received: unit.motionReceived,
      duplicates,
      missing,
      latencyMs: median(latencies),
      seconds: (clock.monotonic() - beganAt) / 1_000,
    };
  }

  return {
    moment() {
      const act = acts[place] as Act;
      const made = motionMade(cameras);
      return {
        act: { number: place + 1, total: acts.length, title: act.title, more: act.more },
        elapsedMs: clock.monotonic() - beganAt,
        plannedMs: PLANNED_MS,
        view: unit.view,
        made,
        received: unit.motionReceived,
        waiting: Math.max(0, made - unit.motionReceived),
        brokerAway: broker.away,
        latencyMs: median(latencies),
        remark: act.name === "return" ? returnWatch?.remark(language) : undefined,
        reckoning,
      };
    },
    async run(signal) {
      const over = new AbortController();
      const either = AbortSignal.any([signal, over.signal]);
      const walking = traffic.run(either);
      try {
        for (const [index, act] of acts.entries()) {
          place = index;
          const late = await act.play(signal);
          if (agent.exitCode !== null && !reckoning) return { kind: "agent-ended", code: agent.exitCode };
          if (signal.aborted) return { kind: "interrupted" };
          if (late) return { kind: "late", what: late };
          await onHeight(act.name);
        }
        return { kind: "finished", reckoning: reckoning as Reckoning };
      } finally {
        over.abort();
        await walking;
      }
    },
  };
}

/** Milliseconds from the camera's own stamp to now; both clocks are this machine's. */
function latencyOf(event: Event, clock: Clock): number[] {
  if (event.type !== "vn.camera.motion.v1" || !event.data.cameraTime) return [];
  const ms = clock.wall() - Date.parse(event.data.cameraTime);
  return Number.isFinite(ms) && ms >= 0 ? [ms] : [];
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
