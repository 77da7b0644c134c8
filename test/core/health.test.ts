import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type CameraHealth,
  judge,
  nextHealth,
  resumedHealth,
  type Transition,
  unknownHealth,
  type Verdict,
} from "../../agent/core/health.ts";
import type { HealthData } from "../../agent/model/event.ts";
import { type Cause, causes, fault } from "../../agent/model/fault.ts";

const thresholds = {
  openAfterFailures: 3,
  openAfter: 90_000,
  clearAfter: 60_000,
  flappingChanges: 4,
  flappingWindow: 3_600_000,
};
const good: Verdict = { severity: "online" };
const bad = (cause: Cause): Verdict =>
  judge({ rungs: { [causes[cause].rung]: { ok: false, fault: fault(cause, "seen") } }, facts: {} });
const dead = bad("host-silent");

/** Plays looks at given seconds; returns the health after the last and all transitions as "second from>to". */
function play(
  looks: readonly (readonly [second: number, verdict: Verdict])[],
  health = unknownHealth({ monotonic: 0, wall: 0 }),
) {
  const told: string[] = [];
  for (const [second, verdict] of looks) {
    const at = { monotonic: second * 1_000, wall: second * 1_000 };
    const step: { health: CameraHealth; transition?: Transition } = nextHealth(
      health,
      verdict,
      at,
      thresholds,
    );
    health = step.health;
    if (step.transition) told.push(`${second} ${step.transition.from}>${step.transition.to}`);
  }
  return { health, told };
}

test("the first rung that fails is the verdict, whatever fails above it", () => {
  const report = {
    facts: {},
    rungs: {
      host: { ok: true },
      port: { ok: true },
      login: { ok: false, fault: fault("login-rejected", "401") },
      clock: { ok: false, fault: fault("clock-wrong", "3600 s") },
    },
  } as const;
  expect(judge(report, { ok: false, fault: fault("events-lost", "") })).toMatchObject({
    severity: "offline",
    failed: { rung: "login", fault: { cause: "login-rejected" } },
  });
});

test("a wrong clock and a deaf event channel degrade a camera, whose pictures can still be had", () => {
  const stream = {
    host: { ok: true },
    port: { ok: true },
    login: { ok: true },
    describe: { ok: true },
    stream: { ok: true },
  } as const;
  expect(
    judge({ rungs: { ...stream, clock: { ok: false, fault: fault("clock-wrong", "") } }, facts: {} })
      .severity,
  ).toBe("degraded");
  expect(judge({ rungs: stream, facts: {} }, { ok: false, fault: fault("events-lost", "") }).severity).toBe(
    "degraded",
  );
  expect(judge({ rungs: stream, facts: {} }).severity).toBe("online");
});

test("a new camera is online at its first good look", () => {
  expect(play([[1, good]])).toMatchObject({
    told: ["1 unknown>online"],
    health: { state: "online", since: 1_000 },
  });
});

test("a new camera that fails stays unknown until the fault is sure", () => {
  expect(
    play([
      [1, dead],
      [21, dead],
    ]),
  ).toMatchObject({ told: [], health: { state: "unknown" } });
  expect(
    play([
      [1, dead],
      [21, dead],
      [41, dead],
    ]),
  ).toMatchObject({
    told: ["41 unknown>offline"],
    health: { state: "offline", since: 1_000, failed: { rung: "host" } },
  });
});

const start = { monotonic: 0, wall: 90_000 };
const offlineSince: HealthData = {
  from: "online",
  to: "offline",
  cause: "host-silent",
  code: "CAM-103",
  rung: "host",
  evidence: { en: "no answer", vi: "không trả lời" },
  since: "1970-01-01T00:00:05.000Z",
  flapping: false,
};

test("a camera whose state is known from before a restart tells nothing while nothing has changed", () => {
  const { told, health } = play([[100, dead]], resumedHealth(offlineSince, start));
  expect(told).toEqual([]);
  expect(health).toMatchObject({
    state: "offline",
    since: 5_000,
    failed: { fault: { evidence: { en: "seen" } } },
  });
});

test("what changed over a restart is told from the state before it, as sure as ever", () => {
  expect(
    play(
      [
        [100, good],
        [161, good],
      ],
      resumedHealth(offlineSince, start),
    ),
  ).toMatchObject({
    told: ["161 offline>online"],
    health: { since: 100_000 },
  });
  const wellSince = resumedHealth(
    {
      from: "unknown",
      to: "online",
      since: offlineSince.since,
      flapping: false,
    },
    start,
  );
  expect(
    play(
      [
        [100, dead],
        [120, dead],
      ],
      wellSince,
    ).told,
  ).toEqual([]);
  expect(
    play(
      [
        [100, dead],
        [120, dead],
        [140, dead],
      ],
      wellSince,
    ).told,
  ).toEqual(["140 online>offline"]);
});

test("a camera is unknown after a restart where what was told of it cannot be read", () => {
  const strange = [
    {},
    { to: "asleep" },
    { to: "maintenance" },
    { since: "yesterday" },
    { cause: "toString" },
    { rung: "roof" },
    { cause: undefined },
  ] as Partial<HealthData>[];
  for (const change of strange) {
    const told = Object.keys(change).length > 0 ? { ...offlineSince, ...change } : {};
    expect(resumedHealth(told, start)).toEqual(unknownHealth(start));
  }
});

test("a camera that flapped before a restart is told to be calm at its next look", () => {
  const { told, health } = play([[100, dead]], resumedHealth({ ...offlineSince, flapping: true }, start));
  expect(told).toEqual(["100 offline>offline"]);
  expect(health.flapping).toBe(false);
});

test("one failed look, or two, raise nothing", () => {
  expect(
    play([
      [0, good],
      [60, dead],
      [80, dead],
      [100, good],
    ]),
  ).toMatchObject({
    told: ["0 unknown>online"],
    health: { state: "online" },
  });
});

test("three failed looks in a row open the fault, dated to the first of them", () => {
  expect(
    play([
      [0, good],
      [60, dead],
      [80, dead],
      [100, dead],
    ]),
  ).toMatchObject({
    told: ["0 unknown>online", "100 online>offline"],
    health: { state: "offline", since: 60_000 },
  });
});

test("a fault that lasted 90 seconds opens although only two looks saw it", () => {
  expect(
    play([
      [0, good],
      [60, dead],
      [150, dead],
    ]).told,
  ).toEqual(["0 unknown>online", "150 online>offline"]);
});

test("a camera that fails every second look is offline at the third failure of six, dated to the first", () => {
  const { told, health } = play([
    [0, good],
    [60, dead],
    [80, good],
    [140, dead],
    [160, good],
    [220, dead],
  ]);
  expect(told).toEqual(["0 unknown>online", "220 online>offline"]);
  expect(health).toMatchObject({ state: "offline", since: 60_000, failed: { rung: "host" } });
});

test("a camera that fails every third look is online", () => {
  const looks = Array.from({ length: 60 }, (_, n): [number, Verdict] => [n * 40, n % 3 === 1 ? dead : good]);
  expect(play(looks).told).toEqual(["0 unknown>online"]);
});

test("failures from before a camera was well again do not count when it fails anew", () => {
  const { told } = play([
    [0, good],
    [60, dead],
    [80, dead],
    [100, dead],
    [120, good],
    [140, dead],
    [160, good],
    [220, good],
    [240, dead],
    [260, good],
    [320, good],
    [340, dead],
    [360, good],
  ]);
  expect(told).toEqual(["0 unknown>online", "100 online>offline", "220 offline>online"]);
});

test("a camera that fails every second look stays offline until it is well for a minute, and does not flap", () => {
  const looks = Array.from({ length: 120 }, (_, n): [number, Verdict] => [n * 40, n % 2 ? dead : good]);
  const { told, health } = play([...looks, [4_800, good], [4_820, good], [4_861, good]]);
  expect(told).toEqual(["0 unknown>online", "200 online>offline", "4861 offline>online"]);
  expect(health).toMatchObject({ flapping: false, since: 4_800_000, failures: [] });
});

test("looks that fail for different causes count together and the newest names the fault", () => {
  expect(
    play([
      [0, good],
      [1, dead],
      [2, bad("answer-late")],
      [3, bad("port-closed")],
    ]).health,
  ).toMatchObject({
    state: "offline",
    failed: { fault: { cause: "port-closed" } },
  });
});

test("a broken camera is well only after 60 seconds of good looks without a bad one between", () => {
  const broken = [
    [0, good],
    [1, dead],
    [2, dead],
    [3, dead],
  ] as const;
  expect(play([...broken, [20, good], [40, good], [79, good]]).health.state).toBe("offline");
  expect(play([...broken, [20, good], [40, good], [80, good]])).toMatchObject({
    health: { state: "online", since: 20_000 },
  });
  expect(play([...broken, [20, good], [40, dead], [41, good], [80, good], [100, good]]).health.state).toBe(
    "offline",
  );
});

test("a degraded camera whose stream dies becomes offline, and degraded again when the stream is back", () => {
  const drift = bad("clock-wrong");
  const { told } = play([
    [0, drift],
    [1, drift],
    [2, drift],
    [10, dead],
    [11, dead],
    [12, dead],
    [20, drift],
    [50, drift],
    [80, drift],
  ]);
  expect(told).toEqual(["2 unknown>degraded", "12 degraded>offline", "80 offline>degraded"]);
});

test("another cause of the same state is told once it is sure, and the state keeps its beginning", () => {
  const { told, health } = play([
    [0, dead],
    [1, dead],
    [2, dead],
    [10, bad("login-rejected")],
    [11, bad("login-rejected")],
    [12, bad("login-rejected")],
  ]);
  expect(told).toEqual(["2 unknown>offline", "12 offline>offline"]);
  expect(health).toMatchObject({ since: 0, failed: { fault: { cause: "login-rejected" } } });
});

test("the evidence of a standing fault is the newest", () => {
  const seen = (evidence: string): Verdict =>
    judge({ rungs: { host: { ok: false, fault: fault("host-silent", evidence) } }, facts: {} });
  expect(
    play([
      [0, seen("a")],
      [1, seen("b")],
      [2, seen("c")],
      [3, seen("d")],
    ]).health.failed?.fault.evidence.en,
  ).toBe("d");
});

/** Up for a minute and down for a minute, from `start`, `times` times. */
const swinging = (times: number) =>
  Array.from({ length: times }, (_, n) => n * 200).flatMap((t): [number, Verdict][] => [
    [t, good],
    [t + 30, good],
    [t + 60, good],
    [t + 61, dead],
    [t + 62, dead],
    [t + 63, dead],
  ]);

test("more than four changes an hour are flapping, told once; the changes after that are counted, not told", () => {
  const { told, health } = play(swinging(8));
  expect(told).toEqual([
    "0 unknown>online",
    "63 online>offline",
    "260 offline>online",
    "263 online>offline",
    "460 offline>online",
    "463 online>offline",
  ]);
  expect(health.flapping).toBe(true);
  expect(health.changes).toHaveLength(15);
});

test("flapping ends, and is told, when an hour has seen no more than half as many changes", () => {
  const { health } = play(swinging(3));
  const later = play(
    [
      [4_060, dead],
      [4_064, dead],
    ],
    health,
  );
  expect(later.told).toEqual(["4060 offline>offline"]);
  expect(later.health.flapping).toBe(false);
});

test("whatever the looks, a state never worsens on fewer than the required looks and the change list stays within the window", () => {
  const verdict = fc.constantFrom(good, dead, bad("clock-wrong"), bad("login-rejected"));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), verdict), { maxLength: 200 }),
      (steps) => {
        let health = unknownHealth({ monotonic: 0, wall: 0 });
        let second = 0;
        let badInARow = 0;
        let badSince = 0;
        let bad: { second: number; look: number }[] = [];
        for (const [look, [pause, verdict]] of steps.entries()) {
          second += pause;
          if (verdict === good) badInARow = 0;
          else if (badInARow++ === 0) badSince = second;
          bad = bad.filter((seen) => seen.look > look - 6);
          if (verdict !== good) bad.push({ second, look });
          const at = { monotonic: second * 1_000, wall: second * 1_000 };
          const step = nextHealth(health, verdict, at, thresholds);
          if (health.state === "online") {
            const lasted = badInARow > 1 && second - badSince >= 90;
            expect(step.health.state !== "online").toBe(verdict !== good && (bad.length >= 3 || lasted));
            if (step.health.state !== "online")
              expect(bad.map((seen) => seen.second * 1_000)).toContain(step.health.since);
          } else if (step.health.state === "online") bad = [];
          expect(step.health.failures.length).toBeLessThanOrEqual(6);
          expect(step.health.since).toBeLessThanOrEqual(at.wall);
          for (const change of step.health.changes)
            expect(second * 1_000 - change).toBeLessThanOrEqual(3_600_000);
          health = step.health;
        }
      },
    ),
  );
});
