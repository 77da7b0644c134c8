import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { judge } from "../../agent/core/health.ts";
import type { HostGate, WatchNews } from "../../agent/model/camera.ts";
import { type Cause, fault } from "../../agent/model/fault.ts";
import type { BehaviourArgument, BehaviourName } from "../fakes/behaviours.ts";
import { type OpenedInCare, openInCare } from "../fakes/camera-in-care.ts";
import { eventually } from "../fakes/eventually.ts";
import { type Fleet, startFleet } from "../fakes/fleet.ts";
import { hastyClock } from "../fakes/hasty-clock.ts";
import { type Held, held, openSockets } from "../fakes/memory.ts";

/**
 * A thousand rounds of each fault: twenty with each of fifty cameras at once, which live in a process of their own.
 * After the first two hundred everything is warm; from then on nothing may grow.
 */
const CAMERAS = 50;
const WARM_ROUNDS = 4;
const ROUNDS = 20;
/**
 * Bytes. Resident memory follows the most that was ever held at once, in V8's young generation and in fifty answers of
 * a megabyte each; of what leaks, the 300 MB answers alone would come to 800 MB.
 */
const MOST_GROWTH = { heap: 500_000, external: 100_000, resident: 100_000_000 };

const never = new AbortController().signal;

/** Lets every request through at once and holds no login back: a round is to reach the camera each time. */
const forgetful: HostGate = {
  request: (_, work) => work(() => {}),
  refusal: () => undefined,
  accepted: () => {},
  rejected: (_, evidence) => fault("login-rejected", evidence),
  shared: (_, __, make) => make(),
};

interface Soaked extends OpenedInCare {
  readonly id: string;
  /** The kind of the fault that this camera has, where it has kinds. */
  readonly kind: BehaviourArgument | undefined;
}

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet({ count: CAMERAS });
  // Code is loaded and compiled, and room is made for fifty rounds at once, at the first use, which is no growth.
  await Promise.all(
    fleet.cameras.map(async (camera) => {
      const soaked = await open(camera, { kind: undefined });
      await looks(soaked, WARM_ROUNDS, () => {});
      await firstPulls(soaked, WARM_ROUNDS, () => {});
      await soaked.record.leave();
    }),
  );
});
afterAll(() => fleet.close());

/** Makes so many rounds and tells the cause that each came to, "none" for a camera that is well. */
type Rounds = (soaked: Soaked, count: number, saw: (cause: Cause | "none") => void) => Promise<void>;

const repeated =
  (round: (soaked: Soaked) => Promise<Cause | "none">): Rounds =>
  async (soaked, count, saw) => {
    for (let left = count; left > 0; left--) saw(await round(soaked));
  };

const looks = repeated(async ({ session, record }) => {
  const report = await session.probe(never);
  await record.look(report);
  return judge(report).failed?.fault.cause ?? "none";
});

/** One subscription from its creation to its end; `act` is told all news and may end it. Gives why it ended. */
async function attend(
  { session, record }: Soaked,
  act: (news: WatchNews, leave: () => void) => Promise<void> | void,
): Promise<Cause> {
  const stop = new AbortController();
  const end = await session.events?.source.watch(async (news) => {
    if (news.kind === "open") record.channelOpened();
    if (news.kind === "alive") record.channelAlive();
    if (news.kind === "signal") await record.signal(news.signal);
    await act(news, () => stop.abort());
  }, stop.signal);
  if (!end) throw new Error("this driver has no event channel");
  await record.channelLost(end.fault);
  return end.fault.cause;
}

/** A round is a subscription that ends by itself. */
const subscriptions = repeated((soaked) => attend(soaked, () => {}));

/** A round is a subscription that is left after its first pull. */
const firstPulls = repeated(async (soaked) => {
  let pulled = false;
  const cause = await attend(soaked, ({ kind }, leave) => {
    pulled ||= kind === "alive";
    if (pulled) leave();
  });
  return pulled ? "none" : cause;
});

/** A round is a subscription on which the fault comes over the camera: it ends by itself, or is left in its pull. */
const deaths = (name: BehaviourName, end: "ends" | "is left") =>
  repeated(async (soaked) => {
    let died = false;
    return attend(soaked, async ({ kind }, leave) => {
      if (died || kind !== "alive") return;
      died = true;
      await fleet.calm(soaked.id, name);
      await fleet.behave(soaked.id, name, soaked.kind);
      if (end === "is left") leave();
    });
  });

/** A round is a motion, up to the news of its start or of its end, all on one subscription. */
const motions =
  (until: "start" | "end"): Rounds =>
  async (soaked, count, saw) => {
    let left = count;
    let awaited: boolean | undefined;
    const make = async (active: boolean) => {
      awaited = active;
      await fleet.motion(soaked.id, active);
    };
    await attend(soaked, async (news, leave) => {
      if (awaited === undefined) {
        if (news.kind === "alive") await make(true);
        return;
      }
      if (news.kind !== "signal" || news.signal.value === "pulse") return;
      if (news.signal.value.active !== awaited) return;
      if (awaited && until === "end") return make(false);
      saw("none");
      left -= 1;
      if (left > 0) await make(true);
      else leave();
    });
  };

interface Soak {
  readonly fault: BehaviourName;
  /** Kinds of the fault, which the cameras have by turns. */
  readonly kinds?: readonly BehaviourArgument[];
  readonly driver?: "rtsp";
  readonly rounds: Rounds;
  readonly cause: Cause | "none";
  /** What is not as it is by default. */
  readonly health?: Readonly<Record<string, string>>;
  /** How many times faster than the system's the agent's clock runs. */
  readonly speed?: number;
}

const late = { cause: "answer-late", health: { requestTimeout: "100ms" } } as const;
const oneByte = { fault: "oneByteASecond", kinds: [10], rounds: looks, ...late } as const;
const tooLarge = {
  fault: "answerOf",
  kinds: [300_000_000],
  rounds: looks,
  cause: "answer-too-large",
} as const;

const soaks: readonly Soak[] = [
  { fault: "refuses", rounds: looks, cause: "port-closed" },
  { fault: "resets", rounds: looks, cause: "connection-cut" },
  { fault: "resets", driver: "rtsp", rounds: looks, cause: "connection-cut" },
  { fault: "halfOpen", rounds: looks, ...late },
  { fault: "halfOpen", driver: "rtsp", rounds: looks, ...late },
  { fault: "halfOpen", rounds: subscriptions, ...late, cause: "events-lost" },
  oneByte,
  { ...oneByte, driver: "rtsp" },
  tooLarge,
  { ...tooLarge, driver: "rtsp" },
  { fault: "garbage", kinds: ["bytes", "body"], rounds: looks, cause: "answer-garbled" },
  { fault: "garbage", kinds: ["bytes"], driver: "rtsp", rounds: looks, cause: "answer-garbled" },
  { fault: "wrongClock", kinds: [1_000_000], rounds: looks, cause: "clock-wrong" },
  { fault: "unauthorizedAfter", kinds: [0], rounds: looks, cause: "login-rejected" },
  { fault: "noProfiles", rounds: looks, cause: "stream-missing" },
  {
    fault: "describesButSendsNoRtp",
    driver: "rtsp",
    rounds: looks,
    cause: "rtp-absent",
    health: { streamTimeout: "100ms" },
  },
  {
    fault: "noKeyframe",
    driver: "rtsp",
    rounds: looks,
    cause: "keyframe-absent",
    health: { streamTimeout: "200ms" },
  },
  { fault: "losesPackets", kinds: [0.002], driver: "rtsp", rounds: looks, cause: "none" },
  { fault: "cutsStreamAfter", kinds: [2], driver: "rtsp", rounds: looks, cause: "stream-cut" },
  { fault: "noEvents", rounds: subscriptions, cause: "events-unsupported" },
  {
    fault: "subscriptionDiesSilently",
    kinds: ["deaf", "mute"],
    rounds: deaths("subscriptionDiesSilently", "is left"),
    cause: "events-lost",
  },
  { fault: "rebootsSubscriptions", rounds: deaths("rebootsSubscriptions", "ends"), cause: "events-lost" },
  {
    fault: "emptyPullsAtOnce",
    rounds: motions("end"),
    cause: "none",
    speed: 20,
    health: { requestTimeout: "2m" },
  },
  {
    fault: "malformedSubscriptionReference",
    kinds: ["missing-host", "empty", "garbage", "wrong-host"],
    rounds: firstPulls,
    cause: "none",
  },
  { fault: "stuckMotion", rounds: motions("start"), cause: "none" },
  { fault: "everythingInitialized", rounds: motions("end"), cause: "none" },
];

const named = soaks.map((soak) => {
  const { fault: name, kinds = [], driver = "onvif", rounds } = soak;
  const what = rounds === looks ? `looks by the ${driver} driver` : "rounds of its event channel";
  return [what, `${name}(${kinds.join(" | ")})`, soak] as const;
});

test.each(named)(
  "after a thousand %s at a camera with %s memory and sockets are as before",
  async (_, __, soak) => {
    const { kinds = [] } = soak;
    const seen = new Map<Cause | "none", number>();
    const saw = (cause: Cause | "none") => void seen.set(cause, (seen.get(cause) ?? 0) + 1);
    const cameras = await Promise.all(
      fleet.cameras.map((camera, place) => open(camera, { ...soak, kind: kinds[place % kinds.length] })),
    );
    // Those that come over an open subscription are switched on anew in each round.
    for (const { id, kind } of cameras) await fleet.behave(id, soak.fault, kind);
    const before = openSockets();
    const run = async (rounds: number) => {
      await Promise.all(cameras.map((camera) => soak.rounds(camera, rounds, saw)));
      await eventually("no socket stays", () => openSockets() <= before);
      return held();
    };
    const warm = await run(WARM_ROUNDS);
    const after = await run(ROUNDS - WARM_ROUNDS);
    const grown = (key: keyof Held) => after[key] - warm[key];
    for (const { id, record } of cameras) {
      await fleet.calm(id, soak.fault);
      await record.leave();
    }
    expect(seen).toEqual(new Map([[soak.cause, CAMERAS * ROUNDS]]));
    expect(grown("heap")).toBeLessThan(MOST_GROWTH.heap);
    expect(grown("external")).toBeLessThan(MOST_GROWTH.external);
    expect(grown("resident")).toBeLessThan(MOST_GROWTH.resident);
    expect(grown("sockets")).toBe(0);
  },
  60_000,
);

async function open(
  { id, address, onvifPort, streamUri }: Fleet["cameras"][number],
  { driver, health, speed, kind }: Pick<Soak, "driver" | "health" | "speed"> & Pick<Soaked, "kind">,
): Promise<Soaked> {
  const opened = await openInCare({
    clock: speed ? hastyClock(speed) : systemClock,
    camera:
      driver === "rtsp"
        ? { driver, stream: streamUri }
        : { driver: "onvif", address: `${address}:${onvifPort}` },
    login: fleet.login,
    gate: forgetful,
    health: { measureFor: "0s", ...health },
  });
  return { id, kind, ...opened };
}
