import { expect, test } from "vitest";
import { Progress } from "../../agent/core/progress.ts";
import type { CameraSession, CameraSignal, Emit, ProbeReport, WatchEnd } from "../../agent/model/camera.ts";
import { configSchema } from "../../agent/model/config.ts";
import { type EventDraft, eventData, type HealthData } from "../../agent/model/event.ts";
import { fault } from "../../agent/model/fault.ts";
import { type CameraStatus, cameraSchema } from "../../agent/model/wire.ts";
import { runCamera } from "../../agent/run/camera.ts";
import { CameraRecord } from "../../agent/run/camera-record.ts";
import { EventHub } from "../../agent/run/event-hub.ts";
import { TestClock } from "../fakes/test-clock.ts";

const config = configSchema.parse({
  site: { id: "s", name: "s" },
  unit: { id: "u", name: "u" },
  broker: { url: "mqtt://broker" },
  cameras: [
    { id: "gate", name: "Cổng chợ", driver: "rtsp", stream: "rtsp://192.168.1.9/live" },
    { id: "works", name: "Works", driver: "rtsp", stream: "rtsp://192.168.1.10/live", maintenance: true },
  ],
});
const [gate, works] = config.cameras as [(typeof config.cameras)[number], (typeof config.cameras)[number]];

const ok = { ok: true } as const;
const well: ProbeReport = {
  rungs: { host: ok, port: ok, login: ok, describe: ok, stream: ok, clock: ok },
  facts: { serial: "0042" },
  clock: { offsetMs: 120 },
};
const dead: ProbeReport = {
  rungs: { host: { ok: false, fault: fault("host-silent", "no answer in 10 s") } },
  facts: {},
};
const motion = (active: boolean): CameraSignal => ({
  kind: "motion",
  topic: "VideoSource/MotionAlarm",
  source: "v1",
  value: { active, initial: false },
  data: { State: String(active) },
});

interface SceneOptions {
  readonly camera?: typeof gate;
  readonly watches?: boolean;
  /** What the journal says of it. */
  readonly last?: HealthData;
}

/** A camera driven by hand, looked after on a clock driven by hand. */
function scene({ camera = gate, watches = true, last }: SceneOptions = {}) {
  const clock = new TestClock();
  const stop = new AbortController();
  const drafts: EventDraft[] = [];
  const statuses: CameraStatus[] = [];
  const logged: ({ message: string } & Record<string, unknown>)[] = [];
  const log = (fields: object, message: string) => void logged.push({ ...fields, message });
  const state = { report: well, looks: 0, subscriptions: 0, boxClockUnsure: false };
  let channel: { emit: Emit; end: (end: WatchEnd) => void } | undefined;
  const watch = (emit: Emit, signal: AbortSignal) =>
    new Promise<WatchEnd>((resolve) => {
      state.subscriptions += 1;
      channel = { emit, end: resolve };
      signal.addEventListener("abort", () =>
        resolve({ fault: fault("events-lost", "told to stop"), retry: "backoff" }),
      );
      void emit({ kind: "open" });
    });
  const session: CameraSession = {
    async probe() {
      state.looks += 1;
      return state.report;
    },
    ...(watches && { events: { source: { watch }, concerns: () => true } }),
  };
  const around = {
    clock,
    log: { debug: log, info: log, warn: log, error: log },
    settings: () => config,
    runName: "r",
    boxClockUnsure: () => state.boxClockUnsure,
    recorder: { record: async (draft: EventDraft) => void drafts.push(draft) },
    show: (status: CameraStatus) => void statuses.push(cameraSchema.parse(status)),
  };
  const record = new CameraRecord(camera, around, last);
  const progress = new Progress();
  const hub = new EventHub({ ...around, random: () => 0.5 });
  const done = runCamera(
    camera.id,
    session,
    record,
    { ...around, progress, firstAfter: 1_000, place: 1 / 60, hub },
    stop.signal,
  );
  return {
    clock,
    drafts,
    statuses,
    logged,
    state,
    record,
    progress,
    channel: () => channel ?? expect.unreachable("no channel is open"),
    last: () => statuses.at(-1) ?? expect.unreachable("nothing shown"),
    async end() {
      stop.abort();
      await done;
    },
  };
}

test("a camera that is well is looked at once a minute and shown online with its facts", async () => {
  const { clock, state, last, drafts, end } = scene();
  await clock.advance(180_500);
  expect(state.looks).toBe(3);
  expect(last()).toMatchObject({
    state: "online",
    usable: true,
    facts: { serial: "0042" },
    clockOffsetMs: 120,
    motion: "idle",
  });
  expect(drafts).toMatchObject([{ kind: "health", camera: "gate", data: { from: "unknown", to: "online" } }]);
  await end();
});

test("a camera that fails is looked at sooner, and its cause is told once with what to do next", async () => {
  const { clock, state, last, drafts, end } = scene();
  await clock.advance(2_000);
  state.report = dead;
  await clock.advance(60_000 + 45_000);
  expect(state.looks).toBe(4);
  expect(last()).toMatchObject({
    state: "offline",
    rung: "host",
    rungNumber: 1,
    cause: "host-silent",
    code: "CAM-103",
    evidence: { en: "no answer in 10 s", vi: "no answer in 10 s" },
    facts: { serial: "0042" },
  });
  expect(last().next?.vi).toContain("camera");
  await clock.advance(600_000);
  expect(drafts.filter(({ kind }) => kind === "health")).toHaveLength(2);
  expect(drafts.at(-1)).toMatchObject({ data: { from: "online", to: "offline", cause: "host-silent" } });
  await end();
});

test("motion is journaled before the driver may go on, with the camera's clock offset", async () => {
  const { clock, channel, drafts, last, end } = scene();
  await clock.advance(2_000);
  await channel().emit({ kind: "signal", signal: motion(true) });
  expect(last().motion).toBe("active");
  expect(drafts.at(-1)).toMatchObject({
    kind: "motion",
    camera: "gate",
    data: { state: "started", cameraOffsetMs: 120 },
  });
  await clock.advance(3_000);
  await channel().emit({ kind: "signal", signal: motion(false) });
  expect(drafts.at(-1)).toMatchObject({ data: { state: "ended", durationMs: 3_000 } });
  for (const draft of drafts) expect(eventData[draft.kind].safeParse(draft.data).error).toBeUndefined();
  await end();
});

test("motion that the camera never ends is ended by the agent on time", async () => {
  const { clock, channel, drafts, end } = scene();
  await clock.advance(2_000);
  await channel().emit({ kind: "signal", signal: motion(true) });
  await clock.advance(9_999);
  expect(drafts.at(-1)).toMatchObject({ data: { state: "started" } });
  await clock.advance(1);
  expect(drafts.at(-1)).toMatchObject({ data: { state: "ended", reason: "quiet" } });
  await end();
});

test("more parts at once than are followed are logged when it begins and when it is over, with their count", async () => {
  const { clock, channel, logged, drafts, end } = scene();
  await clock.advance(2_000);
  const part = (n: number, active = true) =>
    channel().emit({ kind: "signal", signal: { ...motion(active), source: `s${n}` } });
  for (let n = 0; n < 67; n++) await part(n);
  await part(0, false);
  await part(66);
  expect(drafts.filter(({ kind }) => kind === "motion")).toHaveLength(66);
  expect(logged.filter(({ message }) => message.includes("parts"))).toEqual([
    { camera: "gate", parts: 64, message: "too many parts of a camera are active at once" },
    { camera: "gate", reports: 3, message: "parts of a camera are followed again" },
  ]);
  await end();
});

test("a lost event channel makes motion unknown, degrades the camera and is opened again", async () => {
  const { clock, channel, state, drafts, last, end } = scene();
  await clock.advance(2_000);
  await channel().emit({ kind: "signal", signal: motion(true) });
  channel().end({ fault: fault("events-unsupported", "ter:ActionNotSupported"), retry: "rarely" });
  await clock.advance(110_000);
  expect(drafts.filter(({ kind }) => kind === "motion").at(-1)).toMatchObject({ data: { state: "unknown" } });
  expect(last()).toMatchObject({
    state: "degraded",
    usable: true,
    motion: "unknown",
    cause: "events-unsupported",
  });
  expect(state.subscriptions).toBe(1);
  await clock.advance(1_810_000);
  expect(state.subscriptions).toBe(2);
  expect(last()).toMatchObject({ state: "online", motion: "idle" });
  await end();
});

test("an ordinary end of the event channel is retried within seconds", async () => {
  const { clock, channel, state, end } = scene();
  await clock.advance(2_000);
  channel().end({ fault: fault("events-lost", "cut"), retry: "backoff" });
  await clock.advance(2_000);
  expect(state.subscriptions).toBe(2);
  await end();
});

test("what happened to a camera in maintenance is told when that is over, if it lasts", async () => {
  const { clock, drafts, state, record, end } = scene();
  const told = () => drafts.flatMap(({ kind, data }) => (kind === "health" ? [data] : []));
  await clock.advance(120_000);
  record.reconfigure({ ...gate, maintenance: true });
  state.report = dead;
  await clock.advance(300_000);
  expect(told()).toHaveLength(1);
  record.reconfigure(gate);
  expect(told()[1]).toMatchObject({ from: "online", to: "offline", cause: "host-silent" });

  record.reconfigure({ ...gate, maintenance: true });
  record.reconfigure(gate);
  expect(told()).toHaveLength(2);
  await end();
});

const wellBefore: HealthData = {
  from: "unknown",
  to: "online",
  since: "2026-11-01T00:00:00.000Z",
  flapping: false,
};

test("a camera whose state is in the journal has it from the start, and a look that finds the same tells nothing", async () => {
  const { clock, record, last, drafts, end } = scene({ last: wellBefore });
  expect(record.status()).toMatchObject({ state: "online", since: wellBefore.since, checkedAt: null });
  await clock.advance(120_000);
  expect(last()).toMatchObject({ state: "online", since: wellBefore.since });
  expect(drafts).toEqual([]);
  await end();
});

test("what happened to a camera in maintenance before a restart is told against the journal when that is over", async () => {
  const { clock, record, state, drafts, end } = scene({ camera: works, last: wellBefore });
  state.report = dead;
  await clock.advance(300_000);
  record.reconfigure({ ...works, maintenance: false });
  expect(drafts).toMatchObject([{ data: { from: "online", to: "offline" } }]);
  await end();
});

test("a camera in maintenance is looked at and shown, and raises no event", async () => {
  const { clock, state, last, drafts, end } = scene({ camera: works, watches: false });
  await clock.advance(2_000);
  expect(last()).toMatchObject({ state: "maintenance", usable: true });
  state.report = dead;
  await clock.advance(300_000);
  expect(last()).toMatchObject({ state: "maintenance", usable: false, cause: "host-silent" });
  expect(drafts).toEqual([]);
  await end();
});

test("a box that does not know the time says so when it finds a camera's clock wrong", async () => {
  const { clock, state, last, end } = scene();
  state.boxClockUnsure = true;
  state.report = {
    ...well,
    rungs: { ...well.rungs, clock: { ok: false, fault: fault("clock-wrong", "25 s ahead") } },
  };
  await clock.advance(60_000);
  expect(last()).toMatchObject({
    state: "degraded",
    evidence: {
      en: "25 s ahead (the recorder's own clock is not synchronised)",
      vi: "25 s ahead (đồng hồ của chính đầu ghi cũng chưa được đồng bộ)",
    },
  });
  await end();
});

test("the state is shown when it changes, and again when it is renewed, not at every look", async () => {
  const { clock, statuses, record, end } = scene();
  await clock.advance(600_000);
  const before = statuses.length;
  await clock.advance(600_000);
  expect(statuses.length).toBe(before);
  record.renew();
  expect(statuses.length).toBe(before + 1);
  await end();
});

test("on the way out, what was active becomes unknown and no timer is left", async () => {
  const { clock, channel, drafts, end } = scene();
  await clock.advance(2_000);
  await channel().emit({ kind: "signal", signal: motion(true) });
  await end();
  expect(drafts.at(-1)).toMatchObject({ data: { state: "unknown", reason: "channel-lost" } });
  expect(clock.waiting).toBe(0);
});

test("a look that hangs is noticed by the watchdog's proof of progress, a camera that left is not", async () => {
  const { clock, state, progress, end } = scene({ watches: false });
  await clock.advance(2_000);
  expect(progress.overdue(clock.monotonic())).toEqual([]);
  state.report = undefined as never;
  Object.defineProperty(state, "report", { get: () => new Promise<never>(() => {}) });
  await clock.advance(1_200_000);
  expect(progress.overdue(clock.monotonic())).toEqual(["camera gate"]);
  void end;
});
