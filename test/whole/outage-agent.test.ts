import { expect, onTestFinished, test } from "vitest";
import type { ActivityData } from "../../agent/model/event.ts";
import { startAgent } from "../fakes/agent-process.ts";
import { eventually } from "../fakes/eventually.ts";
import { type Fleet, startFleet } from "../fakes/fleet.ts";
import {
  fleetSecrets,
  fleetSite,
  type JournaledEvent,
  nameOf,
  pullsOf,
  readJournal,
} from "../fakes/fleet-site.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { startTcpProxy } from "../fakes/tcp-proxy.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { subscribeAsUnit } from "../fakes/unit-subscriber.ts";

const EVENTS = 5_000;
const CAMERAS = 16;
/** Motions a camera makes in one go, starts and ends: fewer than its subscription's queue keeps. */
const BURST = 120;

/** Every camera moves so often, as fast as it can, and is still at the end. */
async function storm(fleet: Fleet, motions: number): Promise<void> {
  await Promise.all(
    fleet.cameras.map(async ({ id }) => {
      for (let motion = 0; motion < motions; motion++) {
        await fleet.motion(id, true);
        await fleet.motion(id, false);
      }
    }),
  );
}

async function madeBy(fleet: Fleet): Promise<number> {
  const made = Object.values(await fleet.made());
  return made.reduce((sum, { motionStarts, motionEnds }) => sum + motionStarts + motionEnds, 0);
}

const motionsIn = (events: readonly JournaledEvent[]) =>
  events.filter(({ event }) => event.type === "vn.camera.motion.v1");

test("what the agent accepted of 5,000 motions during an outage, killed twice meanwhile, arrives once each, behind the new", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto({ receiveMaximum: 4 });
  await using wire = await startTcpProxy(broker.port);
  await using unit = await subscribeAsUnit({ url: broker.url });
  await using fleet = await startFleet({ count: CAMERAS });
  const config = fleetSite(folder.path, wire.url, fleet.cameras, {
    // While the broker is away the wire takes connections and drops them, as brokers do that know no MQTT 5.
    broker: { url: wire.url, protocol: "5", reconnect: { min: "50ms", max: "200ms" } },
  });
  const journal = folder.file("journal.db");
  const start = async () => {
    const pulled = await pullsOf(fleet);
    const agent = await startAgent(folder.path, config, { secrets: fleetSecrets(fleet) });
    onTestFinished(() => agent.kill());
    await eventually(
      "every event channel is open",
      async () => (await pullsOf(fleet)).every((pulls, camera) => pulls > (pulled[camera] ?? 0)),
      20_000,
    );
    return agent;
  };

  let agent = await start();
  await eventually("online at the unit", () => unit.states.at(-1)?.state === "online");
  await broker.kill();

  let [accepted, head] = [0, 0];
  for (let kill = 0; kill < 2; kill++) {
    const [pulled, made] = [await pullsOf(fleet), await madeBy(fleet)];
    const raging = storm(fleet, BURST);
    await eventually("the agent is in the middle of it", async () =>
      (await pullsOf(fleet)).every((pulls, camera) => pulls >= (pulled[camera] ?? 0) + 3),
    );
    await agent.kill();
    // What the cameras make from here on is made to nobody: the journal never had it, and nothing may claim it.
    await raging;
    const { events } = readJournal(journal);
    head = events.length;
    const motions = motionsIn(events).length;
    expect(motions).toBeGreaterThan(accepted);
    expect(motions - accepted).toBeLessThanOrEqual((await madeBy(fleet)) - made);
    accepted = motions;
    agent = await start();
  }

  // Not killed any more: from here on all that the cameras make is accepted.
  const last = { accepted, made: await madeBy(fleet), head };
  const rest = Math.ceil((EVENTS - accepted) / (2 * CAMERAS));
  for (let left = rest; left > 0; left -= BURST) {
    const pulled = await pullsOf(fleet);
    await storm(fleet, Math.min(left, BURST));
    await eventually("it is being taken", async () =>
      (await pullsOf(fleet)).every((pulls, camera) => pulls >= (pulled[camera] ?? 0) + 2),
    );
  }
  await eventually(
    "all is accepted",
    async () => {
      const { lastSeq = 0 } = (await agent.status())?.health.journal ?? {};
      return lastSeq >= last.head + 2 * CAMERAS * rest;
    },
    20_000,
  );

  // The unit is there before the agent is; and at some distance, so that the backlog lasts.
  wire.stall(true);
  wire.cut();
  const segmentsBefore = unit.segments;
  await broker.start();
  await eventually("the unit is back", () => unit.client.connected);
  await unit.client.subscribeAsync("cam/v1/#", { qos: 1 });
  wire.setDelay(100);
  wire.stall(false);
  wire.cut();
  await eventually("the backlog has begun", () => unit.segments > segmentsBefore);
  const backAt = unit.events.length;
  await storm(fleet, 1);
  const lanes = () => unit.events.slice(backAt).map(({ lane }) => lane);
  await eventually(
    "the new motion",
    () => lanes().filter((lane) => lane === "fresh").length >= 2 * CAMERAS,
    20_000,
  );
  const madeInAll = await madeBy(fleet);
  await eventually(
    "the backlog is over",
    async () => (await agent.status())?.health.journal.undelivered === 0,
    30_000,
  );
  expect(await agent.stop()).toMatchObject({ code: 0 });
  await eventually("the farewell", () => unit.states.at(-1)?.state === "stopped");

  const { events, delivered } = readJournal(journal);
  expect(motionsIn(events).length).toBeGreaterThanOrEqual(EVENTS);
  expect(motionsIn(events).length - last.accepted).toBe(madeInAll - last.made);
  const arrived = new Map(unit.events.map(({ event }) => [nameOf(event), event]));
  expect(arrived.size).toBe(unit.events.length);
  expect(
    events.filter(({ name, event }) => JSON.stringify(arrived.get(name)) !== JSON.stringify(event)),
  ).toEqual([]);
  expect(arrived.size).toBe(events.length);
  expect(delivered).toEqual([{ first: 1, last: events.length }]);
  expect(unit.violations).toEqual([]);

  const fresh = unit.events
    .slice(backAt)
    .flatMap(({ lane, event }, at) => (lane === "fresh" && event.type === "vn.camera.motion.v1" ? [at] : []));
  expect(fresh.length).toBeGreaterThanOrEqual(2 * CAMERAS);
  expect(fresh.at(2 * CAMERAS - 1)).toBeLessThan(lanes().lastIndexOf("backlog"));

  // Each camera's motion stands in the journal in the order of its making, none twice.
  for (const { id } of fleet.cameras) {
    const made = motionsIn(events)
      .filter(({ event }) => event.subject === id)
      .map(({ event }) => Number((event.data as ActivityData).fields.MadeAt));
    expect(made).toEqual([...new Set(made)].sort((a, b) => a - b));
  }
}, 90_000);
