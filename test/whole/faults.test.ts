import { expect, test } from "vitest";
import type { ActivityData, EventDraft, HealthData } from "../../agent/model/event.ts";
import type { CameraStatus } from "../../agent/model/wire.ts";
import {
  answerOf,
  type Behaviour,
  cutsStreamAfter,
  describesButSendsNoRtp,
  emptyPullsAtOnce,
  everythingInitialized,
  garbage,
  halfOpen,
  losesPackets,
  malformedSubscriptionReference,
  noEvents,
  noKeyframe,
  noProfiles,
  oneByteASecond,
  rebootsSubscriptions,
  refuses,
  resets,
  stuckMotion,
  subscriptionDiesSilently,
  unauthorizedAfter,
  wrongClock,
} from "../fakes/behaviours.ts";
import { createCamera, type SimulatedCamera } from "../fakes/camera.ts";
import { type CameraInCare, careFor } from "../fakes/camera-in-care.ts";
import { eventually } from "../fakes/eventually.ts";
import { hastyClock } from "../fakes/hasty-clock.ts";

/**
 * What the monitoring unit sees of each fault of a camera: the agent's floors from the registry to the journal's
 * door, with the thresholds that it has by default, on a clock that runs a hundred times as fast.
 */
const SPEED = 100;
const PATIENCE_MS = 20_000;

const health = {
  // 0.6 s for an answer over a real socket; the offset that is then measured is as vague.
  requestTimeout: "1m",
  streamTimeout: "1m",
  clockTolerance: "2m",
  loginFreeze: "2m",
};

interface Scene {
  readonly camera: SimulatedCamera;
  readonly care: CameraInCare;
}

/** Acts before a camera that is looked after; at the end nothing of the agent may be left at it. */
async function scene(behaviours: readonly Behaviour[], act: (on: Scene) => Promise<void>): Promise<void> {
  const clock = hastyClock(SPEED);
  await using camera = await createCamera({ clock, behaviours });
  let lost = 0;
  {
    const target = { driver: "onvif", address: `127.0.0.1:${camera.onvifPort}` } as const;
    await using care = await careFor({ clock, camera: target, login: camera.login, health });
    await act({ camera, care });
    lost = care.events.filter((draft) => draft.kind === "motion" && draft.data.state === "unknown").length;
  }
  // A subscription that was lost with the camera out of reach is the camera's to forget.
  await eventually("no socket and no subscription is left", () => {
    const { sockets, subscriptions } = camera.stats();
    return sockets.http + sockets.rtsp === 0 && subscriptions <= lost;
  });
}

const motions = ({ care }: Scene): ActivityData[] =>
  care.events.flatMap((draft) => (draft.kind === "motion" ? [draft.data] : []));
const states = (from: Scene) => motions(from).map(({ state }) => state);
const transitions = ({ care }: Scene): HealthData[] =>
  care.events.flatMap((draft: EventDraft) => (draft.kind === "health" ? [draft.data] : []));

const isWell = ({ care }: Scene) => {
  const { state, motion } = care.status();
  return state === "online" && motion !== "unknown";
};

/** One motion with a start and an end, each seen as soon as it was made. */
async function moves(on: Scene): Promise<void> {
  const before = motions(on).length;
  on.camera.motion(true);
  await eventually("start of motion", () => motions(on).length > before, PATIENCE_MS);
  on.camera.motion(false);
  await eventually("end of motion", () => motions(on).length > before + 1, PATIENCE_MS);
  const [start, end] = motions(on).slice(before);
  expect([start?.state, end?.state]).toEqual(["started", "ended"]);
  expect(end?.activity).toBe(start?.activity);
}

type Verdict = Pick<CameraStatus, "state" | "usable" | "rung" | "cause" | "code">;
const offline = (rung: CameraStatus["rung"], cause: CameraStatus["cause"], code: string) =>
  ({ state: "offline", usable: false, rung, cause, code }) as Verdict;
const degraded = (rung: CameraStatus["rung"], cause: CameraStatus["cause"], code: string) =>
  ({ state: "degraded", usable: true, rung, cause, code }) as Verdict;

const unusable: readonly [does: string, verdict: Verdict, make: () => Behaviour][] = [
  ["refuses connections is offline, its port closed", offline("port", "port-closed", "CAM-201"), refuses],
  ["resets connections is offline, its connection cut", offline("port", "connection-cut", "CAM-203"), resets],
  ["hangs half-open is offline, its answers late", offline("port", "answer-late", "CAM-204"), halfOpen],
  [
    "sends one byte a second is offline, its answers late",
    offline("port", "answer-late", "CAM-204"),
    () => oneByteASecond(10),
  ],
  [
    "answers with 300 MB is offline, its answers too large",
    offline("port", "answer-too-large", "CAM-205"),
    answerOf,
  ],
  [
    "announces 300 MB is offline, its answers too large",
    offline("port", "answer-too-large", "CAM-205"),
    () => answerOf(300_000_000, "declared"),
  ],
  [
    "answers with noise is offline, its answers garbled",
    offline("port", "answer-garbled", "CAM-206"),
    () => garbage("bytes"),
  ],
  [
    "answers with noise inside HTTP is offline, its answers garbled",
    offline("port", "answer-garbled", "CAM-206"),
    () => garbage("body"),
  ],
  [
    "answers 401 to a login that worked is offline as busy, not for a wrong password",
    offline("login", "login-busy", "CAM-303"),
    () => unauthorizedAfter(5),
  ],
];

const deafToLooks: readonly [does: string, verdict: Verdict, make: () => Behaviour][] = [
  [
    "describes but sends no RTP is offline for that",
    offline("stream", "rtp-absent", "CAM-501"),
    describesButSendsNoRtp,
  ],
  [
    "sends no keyframe is offline, whatever it sends",
    offline("stream", "keyframe-absent", "CAM-502"),
    noKeyframe,
  ],
  [
    "cuts its streams is offline, its stream cut",
    offline("stream", "stream-cut", "CAM-503"),
    () => cutsStreamAfter(2),
  ],
  [
    "has a wrong clock is degraded for its clock, not for its password",
    degraded("clock", "clock-wrong", "CAM-801"),
    () => wrongClock(-1_000_000),
  ],
  [
    "tells local time as UTC is degraded for its time zone",
    degraded("clock", "clock-time-zone", "CAM-802"),
    () => wrongClock(7 * 3_600_000),
  ],
];

const harmless: readonly [does: string, make: () => Behaviour][] = [
  ["answers pulls at once and empty", emptyPullsAtOnce],
  ["names a subscription without a host", () => malformedSubscriptionReference("missing-host")],
  ["names no subscription at all", () => malformedSubscriptionReference("empty")],
  ["names a subscription that is no address", () => malformedSubscriptionReference("garbage")],
  ["names a subscription on another host", () => malformedSubscriptionReference("wrong-host")],
  ["marks all its motion as Initialized", everythingInitialized],
  ["loses few packets of its stream", () => losesPackets(0.002)],
];

const silent: readonly [does: string, make: () => Behaviour][] = [
  ["forgets its subscription and goes on answering pulls", () => subscriptionDiesSilently("deaf")],
  ["forgets its subscription and answers no pull", () => subscriptionDiesSilently("mute")],
  ["reboots", rebootsSubscriptions],
];

async function opens(on: Scene, verdict: Verdict): Promise<void> {
  await eventually(
    `${verdict.state} for ${verdict.cause}`,
    () => on.care.shown.some(({ state, cause }) => state === verdict.state && cause === verdict.cause),
    PATIENCE_MS,
  );
  expect(on.care.shown.findLast(({ cause }) => cause === verdict.cause)).toMatchObject(verdict);
  const { state: to, cause, code, rung } = verdict;
  expect(transitions(on)).toContainEqual(expect.objectContaining({ from: "online", to, cause, code, rung }));
}

const becomesWell = (on: Scene) => eventually("online with its events", () => isWell(on), PATIENCE_MS);

/** A motion that lasts, of a camera that is known to tell its ends. */
async function beginsToMove(on: Scene): Promise<void> {
  await moves(on);
  on.camera.motion(true);
  await eventually("start of the lasting motion", () => states(on).at(-1) === "started", PATIENCE_MS);
}

test.concurrent.each(unusable)(
  "a camera that %s; its motion is unknown until it is online again, which it is once the fault is over",
  (_, verdict, make) =>
    scene([], async (on) => {
      await becomesWell(on);
      await beginsToMove(on);
      const behaviour = make();
      await on.camera.behave(behaviour);
      await opens(on, verdict);
      await eventually("motion is unknown", () => on.care.status().motion === "unknown", PATIENCE_MS);
      expect(states(on)).toEqual(["started", "ended", "started", "unknown"]);
      on.camera.motion(false);
      await on.camera.calm(behaviour);
      await becomesWell(on);
      expect(states(on)).toEqual(["started", "ended", "started", "unknown"]);
      await moves(on);
      expect(transitions(on).at(-1)).toMatchObject({ to: "online" });
    }),
);

test.concurrent.each(deafToLooks)(
  "a camera that %s; its motion arrives all the while, and it is online again once the fault is over",
  (_, verdict, make) =>
    scene([], async (on) => {
      await becomesWell(on);
      const behaviour = make();
      await on.camera.behave(behaviour);
      await opens(on, verdict);
      await moves(on);
      await on.camera.calm(behaviour);
      await becomesWell(on);
      await moves(on);
      expect(transitions(on).at(-1)).toMatchObject({ to: "online" });
    }),
);

test.concurrent.each(harmless)(
  "a camera that %s is online, and each start and end of its motion arrives once",
  (_, make) =>
    scene([make()], async (on) => {
      await becomesWell(on);
      for (let motion = 0; motion < 3; motion++) await moves(on);
      expect(states(on)).toEqual(["started", "ended", "started", "ended", "started", "ended"]);
      expect(transitions(on)).toMatchObject([{ from: "unknown", to: "online" }]);
    }),
);

test.concurrent.each(silent)(
  "a camera that %s: its motion becomes unknown, never ended, and arrives again from a new subscription",
  (_, make) =>
    scene([], async (on) => {
      await becomesWell(on);
      await beginsToMove(on);
      await on.camera.behave(make());
      on.camera.motion(false);
      await eventually("the loss is told", () => states(on).length > 3, PATIENCE_MS);
      expect(motions(on).at(-1)).toMatchObject({ state: "unknown", reason: "channel-lost" });
      expect(on.care.shown.some(({ motion }) => motion === "unknown")).toBe(true);
      await becomesWell(on);
      await moves(on);
      expect(states(on)).toEqual(["started", "ended", "started", "unknown", "started", "ended"]);
    }),
);

test.concurrent("a camera whose motion is stuck: it is ended by the agent, once, and the camera stays online", () =>
  scene([], async (on) => {
    await becomesWell(on);
    await moves(on);
    const stuck = stuckMotion();
    await on.camera.behave(stuck);
    on.camera.motion(true);
    on.camera.motion(false);
    await eventually("ended by the agent", () => states(on).length === 4, PATIENCE_MS);
    expect(motions(on).at(-1)).toMatchObject({ state: "ended", reason: "max-active" });
    expect(on.care.status()).toMatchObject({ state: "online", motion: "idle" });
    await on.camera.calm(stuck);
    on.camera.motion(false);
    await moves(on);
    expect(states(on)).toHaveLength(6);
  }));

test.concurrent("a camera whose event service supports nothing is degraded for that, usable, and asked rarely", () =>
  scene([noEvents()], async (on) => {
    const verdict = degraded("events", "events-unsupported", "CAM-901");
    await eventually("degraded", () => on.care.status().state === "degraded", PATIENCE_MS);
    expect(on.care.status()).toMatchObject({ ...verdict, motion: "unknown", stream: { codec: "h264" } });
    const looks = () => on.camera.stats().requests.GetSystemDateAndTime ?? 0;
    const before = looks();
    await eventually("five looks more", () => looks() >= before + 5, PATIENCE_MS);
    expect(on.camera.stats().requests.CreatePullPointSubscription).toBe(1);
    expect(transitions(on)).toMatchObject([{ from: "unknown", to: "degraded", cause: "events-unsupported" }]);
  }));

test.concurrent("a camera without a media profile is offline, its stream missing, and its motion arrives all the same", () =>
  scene([noProfiles()], async (on) => {
    const verdict = offline("describe", "stream-missing", "CAM-401");
    await eventually("offline", () => on.care.status().state === "offline", PATIENCE_MS);
    expect(on.care.status()).toMatchObject(verdict);
    await moves(on);
    await on.camera.calm("noProfiles");
    await becomesWell(on);
    expect(transitions(on)).toMatchObject([
      { from: "unknown", to: "offline", cause: "stream-missing" },
      { from: "offline", to: "online" },
    ]);
  }));
