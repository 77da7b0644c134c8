import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import { Progress } from "../../agent/core/progress.ts";
import type { CameraSession, CameraTarget, DriverContext } from "../../agent/model/camera.ts";
import { type Config, configSchema } from "../../agent/model/config.ts";
import type { EventDraft } from "../../agent/model/event.ts";
import { Fleet } from "../../agent/run/fleet.ts";
import { openCamera } from "../../drivers/registry.ts";
import { openBlackHole } from "../fakes/black-hole.ts";
import { eventually } from "../fakes/eventually.ts";
import { type Fleet as SimulatedFleet, startFleet } from "../fakes/fleet.ts";
import { freePort } from "../fakes/free-port.ts";

const LIVING = 4;
/** Of each of the four kinds. */
const DEAD = 16;
const INTERVAL_MS = 1_000;
/** What a dead camera holds up a look by: long against the interval, so that a living one behind it would show. */
const REQUEST_TIMEOUT_MS = 3_000;
/** Starts and ends by turns, so an even number. */
const MOTIONS = 16;

interface Look {
  readonly began: number;
  readonly ended: number;
}

/** The agent's fleet, its looks and its events noted. */
function agentFleet(config: Config) {
  const looks = new Map<string, Look[]>();
  const events: { readonly draft: EventDraft; readonly at: number }[] = [];
  const noted = async (target: CameraTarget, context: DriverContext): Promise<CameraSession> => {
    const session = await openCamera(target, context);
    const own: Look[] = [];
    looks.set(target.config.id, own);
    return {
      ...session,
      async probe(signal) {
        const began = performance.now();
        const report = await session.probe(signal);
        own.push({ began, ended: performance.now() });
        return report;
      },
    };
  };
  const fleet = new Fleet(config, {
    clock: systemClock,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    random: Math.random,
    progress: new Progress(),
    runName: "run",
    boxClockUnsure: () => false,
    lastHealth: () => undefined,
    recorder: {
      record: async (draft) => void events.push({ draft, at: performance.now() }),
    },
    openCamera: noted,
    show: () => {},
    forget: () => {},
  });
  return { fleet, events, looksAt: (id: string) => looks.get(id) ?? [] };
}

test("64 dead cameras of four kinds delay no living one: its looks come at their interval, its motion as fast as without them", async () => {
  const simulated = await startFleet({ count: LIVING + 2 * DEAD });
  onTestFinished(() => simulated.close());
  const hole = await openBlackHole();
  onTestFinished(() => hole[Symbol.asyncDispose]());
  const closed = await freePort();
  const living = simulated.cameras.slice(0, LIVING);
  const stricken = simulated.cameras.slice(LIVING);
  for (const [index, { id }] of stricken.entries())
    await (index < DEAD ? simulated.behave(id, "halfOpen") : simulated.behave(id, "oneByteASecond", 100));
  const addressOf = ({ address, onvifPort }: SimulatedFleet["cameras"][number]) => `${address}:${onvifPort}`;
  const places = Array.from({ length: DEAD }, (_, index) => index + 1);
  const dead = [
    ...stricken.map(addressOf),
    ...places.map((place) => `127.2.0.${place}:${closed}`),
    ...places.map((place) => `127.3.0.${place}:${hole.port}`),
  ];
  const lookedAfter = (addresses: readonly string[]) =>
    configSchema.parse({
      site: { id: "site", name: "Site" },
      unit: { id: "unit", name: "Unit" },
      broker: { url: "mqtt://broker" },
      health: {
        interval: `${INTERVAL_MS}ms`,
        retryInterval: "500ms",
        openAfterFailures: 2,
        requestTimeout: `${REQUEST_TIMEOUT_MS}ms`,
        measureFor: "0s",
      },
      cameras: addresses.map((address) => ({
        id: `at-${address.replaceAll(/[.:]/g, "-")}`,
        name: address,
        driver: "onvif",
        address,
        credential: "cameras",
      })),
    });
  const secrets = { credentials: { cameras: { ...simulated.login } } };
  const alone = lookedAfter(living.map(addressOf));
  const together = lookedAfter([...dead, ...living.map(addressOf)]);
  const livingIds = alone.cameras.map(({ id }) => id);
  const deadIds = together.cameras.map(({ id }) => id).filter((id) => !livingIds.includes(id));

  const { fleet, events, looksAt } = agentFleet(alone);
  onTestFinished(() => fleet.stop());
  await fleet.apply(alone, secrets);
  const statusOf = (id: string) => fleet.statuses().find((status) => status.id === id);
  const isWell = (id: string) => statusOf(id)?.state === "online" && statusOf(id)?.motion !== "unknown";
  await eventually("the living are well", () => livingIds.every(isWell));

  /** Milliseconds from the order to move until the event is at the journal's door, in order of size. */
  const motionDelays = async () => {
    const delays: number[] = [];
    for (let motion = 0; motion < MOTIONS; motion++) {
      for (const { id } of living) {
        const from = events.length;
        const began = performance.now();
        await simulated.motion(id, motion % 2 === 0);
        const { at } = await eventually("motion", () =>
          events.slice(from).find(({ draft }) => draft.kind === "motion"),
        );
        delays.push(at - began);
      }
    }
    return delays.sort((a, b) => a - b);
  };
  const without = await motionDelays();

  await fleet.apply(together, secrets);
  const from = performance.now();
  await eventually(
    "each dead camera is being looked at",
    () => deadIds.every((id) => (statusOf(id)?.checkedAt ?? null) !== null),
    30_000,
  );
  const withDead = await motionDelays();
  await eventually(
    "each dead camera is offline",
    () => deadIds.every((id) => statusOf(id)?.state === "offline"),
    30_000,
  );
  const until = performance.now();

  const causes = new Set(deadIds.map((id) => statusOf(id)?.cause));
  expect(causes).toEqual(new Set(["answer-late", "port-closed", "port-silent"]));
  for (const id of livingIds) {
    const begun = looksAt(id)
      .filter(({ began }) => began > from)
      .map(({ began }) => began);
    expect(begun.length).toBeGreaterThan(REQUEST_TIMEOUT_MS / INTERVAL_MS);
    const pauses = [...begun, until].map((at, index) => at - (begun[index - 1] ?? from));
    expect(Math.max(...pauses)).toBeLessThan(2 * INTERVAL_MS);
    expect(isWell(id)).toBe(true);
  }
  const median = (delays: readonly number[]) => delays[Math.floor(delays.length / 2)] ?? Number.NaN;
  expect(median(withDead)).toBeLessThan(Math.max(10 * median(without), 50));
  expect(withDead.at(-1)).toBeLessThan(INTERVAL_MS);
  const transitions = events.flatMap(({ draft }) => (draft.kind === "health" && draft.camera ? [draft] : []));
  expect(transitions.filter(({ camera }) => livingIds.includes(camera ?? ""))).toHaveLength(LIVING);
}, 90_000);
