import { expect, onTestFinished, test } from "vitest";
import { startAgent } from "../fakes/agent-process.ts";
import { eventually } from "../fakes/eventually.ts";
import { type Fleet, startFleet } from "../fakes/fleet.ts";
import { fleetSecrets, fleetSite, nameOf, pullsOf, readJournal } from "../fakes/fleet-site.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { startTcpProxy } from "../fakes/tcp-proxy.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { subscribeAsUnit, type UnitSubscriber } from "../fakes/unit-subscriber.ts";

/** The real program is told to stop while it has 64 cameras and nobody on one side answers. */

const CAMERAS = 64;

async function everyChannelOpen(fleet: Fleet, unit: UnitSubscriber): Promise<void> {
  const isUp = ({ state, motion }: { readonly state: string; readonly motion: string }) =>
    state === "online" && motion !== "unknown";
  await eventually(
    "every camera is online with its events",
    () => {
      const shown = [...unit.retained].filter(([topic]) => topic.includes("/camera/"));
      return (
        shown.length === CAMERAS && shown.every(([, state]) => isUp(state as Parameters<typeof isUp>[0]))
      );
    },
    40_000,
  );
  await eventually("every pull waits", async () => (await pullsOf(fleet)).every((pulls) => pulls >= 2));
}

/** Motion begins at every camera; resolves when all of it is durable, which the next pull shows. */
async function allMove(fleet: Fleet): Promise<void> {
  const pulled = await pullsOf(fleet);
  await Promise.all(fleet.cameras.map(({ id }) => fleet.motion(id, true)));
  await eventually("the motion is taken", async () =>
    (await pullsOf(fleet)).every((pulls, camera) => pulls > (pulled[camera] ?? 0)),
  );
}

/** Cameras whose motion stands in the journal in this state. */
function movedIn(journal: ReturnType<typeof readJournal>, state: string): Set<string | undefined> {
  return new Set(
    journal.events.flatMap(({ event }) =>
      event.type === "vn.camera.motion.v1" && event.data.state === state ? [event.subject] : [],
    ),
  );
}

/** The last two events: the leave, and the checkpoint that vouches for it. */
function lastWords({ events }: ReturnType<typeof readJournal>): string[] {
  return events
    .slice(-2)
    .map(({ event }) => ("what" in event.data ? `${event.type} ${event.data.what}` : event.type));
}

test("SIGHUP, then SIGTERM while the broker is half-open: no session at 64 cameras is touched, then all is over in five seconds and nothing is lost", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  await using wire = await startTcpProxy(broker.port);
  await using unit = await subscribeAsUnit({ url: broker.url });
  await using fleet = await startFleet({ count: CAMERAS });
  const config = fleetSite(folder.path, wire.url, fleet.cameras);
  const agent = await startAgent(folder.path, config, { secrets: fleetSecrets(fleet) });
  onTestFinished(() => agent.kill());
  await everyChannelOpen(fleet, unit);
  wire.stall(true);
  await allMove(fleet);

  await agent.reload({
    ...config,
    cameras: config.cameras?.map((camera) => ({ ...camera, name: "Renamed" })),
  });
  await eventually("the reload is over", () => agent.log.some(({ msg }) => msg === "configuration reloaded"));
  const creations = Object.values(await fleet.stats()).map(
    ({ requests }) => requests.CreatePullPointSubscription,
  );
  expect(new Set(creations)).toEqual(new Set([1]));

  const { code, ms } = await agent.stop();
  expect({ code, errors: agent.errors }).toEqual({ code: 0, errors: "" });
  expect(ms).toBeLessThan(5_000);
  const subscriptions = Object.values(await fleet.stats()).map((stats) => stats.subscriptions);
  expect(Math.max(...subscriptions)).toBe(0);

  const journal = readJournal(folder.file("journal.db"));
  const ids = new Set(fleet.cameras.map(({ id }) => id));
  expect(movedIn(journal, "started")).toEqual(ids);
  expect(movedIn(journal, "unknown")).toEqual(ids);
  expect(lastWords(journal)).toEqual(["vn.camera.site.v1 stopped", "vn.camera.checkpoint.v1"]);
  expect(journal.delivered.at(-1)?.last ?? 0).toBeLessThan(journal.events.length);

  wire.stall(false);
  wire.cut();
  await using again = await startAgent(folder.path, { ...config, cameras: [] });
  await eventually("all arrived", () => {
    const arrived = new Set(unit.events.map(({ event }) => nameOf(event)));
    return journal.events.every(({ name }) => arrived.has(name));
  });
  expect(unit.violations).toEqual([]);
  expect((await again.stop()).code).toBe(0);
}, 120_000);

test("SIGTERM while all 64 cameras and the broker hang half-open: gone in five seconds, their motion journaled as unknown", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  await using wire = await startTcpProxy(broker.port);
  await using unit = await subscribeAsUnit({ url: broker.url });
  await using fleet = await startFleet({ count: CAMERAS });
  // Looks come every second, so that each camera has one under way that hangs.
  const config = fleetSite(folder.path, wire.url, fleet.cameras, {
    health: { interval: "1s", measureFor: "0s", openAfterFailures: 100, openAfter: "1h" },
  });
  const agent = await startAgent(folder.path, config, { secrets: fleetSecrets(fleet) });
  onTestFinished(() => agent.kill());
  await everyChannelOpen(fleet, unit);
  await allMove(fleet);
  await Promise.all(fleet.cameras.map(({ id }) => fleet.behave(id, "halfOpen")));
  await eventually("a look hangs at each, beside its pull", async () =>
    Object.values(await fleet.stats()).every(({ sockets }) => sockets.http + sockets.rtsp >= 2),
  );
  wire.stall(true);
  const { code, ms } = await agent.stop();
  expect({ code, errors: agent.errors }).toEqual({ code: 0, errors: "" });
  expect(ms).toBeLessThan(5_000);
  await eventually("no socket is left at any camera", async () =>
    Object.values(await fleet.stats()).every(({ sockets }) => sockets.http + sockets.rtsp === 0),
  );

  const journal = readJournal(folder.file("journal.db"));
  expect(movedIn(journal, "unknown")).toEqual(new Set(fleet.cameras.map(({ id }) => id)));
  expect(lastWords(journal)).toEqual(["vn.camera.site.v1 stopped", "vn.camera.checkpoint.v1"]);
  expect(unit.violations).toEqual([]);
}, 120_000);
