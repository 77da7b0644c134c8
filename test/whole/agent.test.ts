import { expect, test } from "vitest";
import { type ConfigText, inFolder, startAgent } from "../fakes/agent-process.ts";
import { createCamera, type SimulatedCamera } from "../fakes/camera.ts";
import { eventually } from "../fakes/eventually.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { openNotifySocket } from "../fakes/notify-socket.ts";
import { temporaryFolder } from "../fakes/temporary-folder.ts";
import { subscribeAsUnit, type UnitSubscriber } from "../fakes/unit-subscriber.ts";

/** The whole agent, the real program, against Debian's mosquitto and simulated cameras. */

const quick = {
  interval: "1s",
  retryInterval: "200ms",
  clearAfter: "500ms",
  measureFor: "200ms",
  streamTimeout: "2s",
  requestTimeout: "2s",
};
const topic = (rest: string) => `cam/v1/unit-a/site-a/${rest}`;

function site(
  folder: string,
  broker: string,
  cameras: readonly SimulatedCamera[],
  change: Partial<ConfigText> = {},
): ConfigText {
  return inFolder(folder, {
    site: { id: "site-a", name: "Xã A" },
    unit: { id: "unit-a", name: "Công an huyện A" },
    broker: { url: broker, reconnect: { min: "50ms", max: "200ms" } },
    health: quick,
    cameras: cameras.map(({ onvifPort }, n) => ({
      id: `cam-${n + 1}`,
      name: `Camera ${n + 1}`,
      driver: "onvif",
      address: `127.0.1.${n + 1}:${onvifPort}`,
      credential: "cameras",
    })),
    ...change,
  });
}

const secretsOf = ({ login }: SimulatedCamera) => ({ credentials: { cameras: { ...login } } });
const states = (unit: UnitSubscriber) =>
  [...unit.retained].flatMap(([name, state]) =>
    name.startsWith(topic("camera/")) ? [(state as { state: string }).state] : [],
  );
const kinds = (unit: UnitSubscriber, kind: string) =>
  unit.events.filter(({ event }) => event.type === `vn.camera.${kind}.v1`);

test("cameras turn healthy, motion arrives, a camera fails with its cause, and leave is taken within five seconds", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  await using unit = await subscribeAsUnit({ url: broker.url });
  await using first = await createCamera({ address: "127.0.1.1" });
  await using second = await createCamera({ address: "127.0.1.2" });
  await using agent = await startAgent(folder.path, site(folder.path, broker.url, [first, second]), {
    secrets: secretsOf(first),
  });

  await eventually("both cameras online", () => states(unit).join() === "online,online", 20_000);
  expect(unit.retained.get(topic("camera/cam-1"))).toMatchObject({
    usable: true,
    facts: { serial: "0012345678901234567", firmware: "1.10" },
    stream: { codec: "h264", width: 640, height: 360 },
  });
  expect(unit.retained.get(topic("state"))).toMatchObject({ state: "online", session: 1 });
  expect(unit.retained.get(topic("info"))).toMatchObject({
    site: "site-a",
    cameras: [{ id: "cam-1" }, { id: "cam-2" }],
  });

  await eventually("event channel open", () => first.stats().subscriptions === 1);
  first.motion(true);
  first.motion(false);
  await eventually("start and end of the motion", () => kinds(unit, "motion").length === 2);
  expect(kinds(unit, "motion").map(({ event }) => (event.data as { state: string }).state)).toEqual([
    "started",
    "ended",
  ]);

  await second.close();
  await eventually("the second camera offline", () => states(unit).includes("offline"), 20_000);
  expect(unit.retained.get(topic("camera/cam-2"))).toMatchObject({
    state: "offline",
    cause: "port-closed",
    code: "CAM-201",
    rung: "port",
  });
  await eventually("its transition", () => kinds(unit, "health").length === 3);
  expect(kinds(unit, "health").at(-1)?.event).toMatchObject({
    subject: "cam-2",
    data: { from: "online", to: "offline", cause: "port-closed" },
  });

  const { code, ms } = await agent.stop();
  expect({ code, inTime: ms < 5_000, errors: agent.errors }).toEqual({ code: 0, inTime: true, errors: "" });
  await eventually("farewell", () => unit.states.at(-1)?.state === "stopped");
  expect(kinds(unit, "site").map(({ event }) => (event.data as { what: string }).what)).toEqual([
    "started",
    "stopped",
  ]);
  expect(unit.violations).toEqual([]);
  expect(await first.stats().subscriptions).toBe(0);
});

test("a killed agent says at its next start that it was not stopped cleanly, and its will told that it was gone", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  await using unit = await subscribeAsUnit({ url: broker.url });
  const config = site(folder.path, broker.url, [], {
    broker: { url: broker.url, willDelay: "0s", reconnect: { min: "50ms", max: "200ms" } },
  });
  const killed = await startAgent(folder.path, config);
  await eventually("online", () => unit.states.at(-1)?.state === "online");
  await killed.kill();
  await eventually("the will", () => unit.states.at(-1)?.state === "offline");
  await using again = await startAgent(folder.path, config);
  await eventually("the unclean stop is told", () => kinds(unit, "site").length === 3);
  expect(kinds(unit, "site").map(({ event }) => (event.data as { what: string }).what)).toEqual([
    "started",
    "started",
    "unclean-stop",
  ]);
  expect(unit.states.map(({ state, session }) => `${state} ${session}`)).toEqual([
    "online 1",
    "offline 1",
    "online 2",
  ]);
  expect((await again.stop()).code).toBe(0);
});

test("a reload starts and stops cameras without touching the sessions of the others, and an invalid one changes nothing", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  await using unit = await subscribeAsUnit({ url: broker.url });
  await using first = await createCamera({ address: "127.0.1.1" });
  await using second = await createCamera({ address: "127.0.1.2" });
  const config = site(folder.path, broker.url, [first]);
  await using agent = await startAgent(folder.path, config, { secrets: secretsOf(first) });
  await eventually("online", () => states(unit).join() === "online", 20_000);
  await eventually("event channel open", () => first.stats().subscriptions === 1);
  const creations = () => first.stats().requests.CreatePullPointSubscription;
  expect(creations()).toBe(1);

  await agent.reload({ ...config, nonsense: true } as ConfigText);
  await eventually("refusal", () =>
    kinds(unit, "site").some(({ event }) => (event.data as { what: string }).what === "reload-refused"),
  );
  expect(kinds(unit, "site").at(-1)?.event.data).toMatchObject({
    detail: expect.stringContaining("nonsense"),
  });

  await agent.reload(site(folder.path, broker.url, [first, second]));
  await eventually("the second camera is online too", () => states(unit).join() === "online,online", 20_000);
  await agent.reload(site(folder.path, broker.url, [first]));
  await eventually(
    "the second camera's state is taken back",
    () => !unit.retained.has(topic("camera/cam-2")),
  );
  expect(creations()).toBe(1);
  expect(unit.states.map(({ session }) => session)).toEqual([1]);
  expect(agent.errors).toBe("");
});

test("a site that is given to another unit takes leave of the old one and appears whole at the new one", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  await using unit = await subscribeAsUnit({ url: broker.url });
  await using camera = await createCamera({ address: "127.0.1.1" });
  const config = site(folder.path, broker.url, [camera]);
  await using agent = await startAgent(folder.path, config, { secrets: secretsOf(camera) });
  await eventually("online", () => states(unit).join() === "online", 20_000);
  await agent.reload({ ...config, unit: { id: "unit-b", name: "Công an huyện B" } });
  await eventually("camera at the new unit", () => unit.retained.has("cam/v1/unit-b/site-a/camera/cam-1"));
  expect(unit.retained.get("cam/v1/unit-b/site-a/camera/cam-1")).toMatchObject({ state: "online" });
  expect(unit.retained.get(topic("state"))).toMatchObject({ state: "stopped", reason: "moved" });
  expect(agent.errors).toBe("");
});

test("a camera that was taken out while the agent did not run disappears from the broker at the next start", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  await using unit = await subscribeAsUnit({ url: broker.url });
  await using camera = await createCamera({ address: "127.0.1.1" });
  const config = site(folder.path, broker.url, [camera]);
  const before = await startAgent(folder.path, config, { secrets: secretsOf(camera) });
  await eventually("online", () => states(unit).join() === "online", 20_000);
  await before.stop();
  expect(unit.retained.has(topic("camera/cam-1"))).toBe(true);
  await using agent = await startAgent(folder.path, { ...config, cameras: [] });
  await eventually("taken back", () => !unit.retained.has(topic("camera/cam-1")));
  expect(agent.errors).toBe("");
});

test("systemd is told when the agent is ready, how it is, that it reloads and that it stops", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  await using socket = await openNotifySocket();
  const config = site(folder.path, broker.url, []);
  await using agent = await startAgent(folder.path, config, {
    env: { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: "400000" },
  });
  await eventually("fed twice", () => socket.received.filter((line) => line === "WATCHDOG=1").length >= 2);
  expect(socket.received[0]).toBe("READY=1");
  expect(socket.received.find((line) => line.startsWith("STATUS="))).toContain("0/0 camera dùng được");
  await agent.reload(config);
  await eventually("ready again", () => socket.received.filter((line) => line === "READY=1").length === 2);
  expect(socket.received).toContain("RELOADING=1");
  await agent.stop();
  await eventually("stopping", () => socket.received.includes("STOPPING=1"));
});

test("systemd hears of a connection that came after the start without waiting for the next watchdog", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  await using socket = await openNotifySocket();
  await using agent = await startAgent(folder.path, site(folder.path, broker.url, []), {
    env: { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: "120000000" },
  });
  await eventually(
    "connected",
    () => socket.received.some((line) => line.includes("đã kết nối Công an huyện A")),
    20_000,
  );
  expect(agent.errors).toBe("");
});

test("a wrong configuration never starts half an agent: exit code 2, every problem named", async () => {
  using folder = temporaryFolder();
  const agent = await startAgent(folder.path, { site: { id: "Xã", name: "" } } as unknown as ConfigText);
  expect(await agent.ended()).toBe(2);
  expect(agent.errors).toMatch(/config\.yaml:\d+:\d+/);
});

test("two agents never share a journal: the second says so and leaves with exit code 3", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  const config = site(folder.path, broker.url, []);
  await using first = await startAgent(folder.path, config);
  await eventually("running", () => first.status());
  const second = await startAgent(folder.path, config);
  expect(await second.ended()).toBe(3);
  expect(second.errors).toContain("journal.db");
});

test("a wrong password is tried once in a freeze, whatever the number of looks, and its cause is told", async () => {
  using folder = temporaryFolder();
  await using broker = await startMosquitto();
  await using unit = await subscribeAsUnit({ url: broker.url });
  await using camera = await createCamera({ address: "127.0.1.1" });
  await using agent = await startAgent(folder.path, site(folder.path, broker.url, [camera]), {
    secrets: { credentials: { cameras: { username: "admin", password: "wrong" } } },
  });
  await eventually("offline for its login", () => states(unit).join() === "offline", 20_000);
  expect(unit.retained.get(topic("camera/cam-1"))).toMatchObject({
    rung: "login",
    cause: "login-rejected",
    code: "CAM-302",
  });
  expect(camera.stats().loginsRefused).toBe(1);
  expect(JSON.stringify(agent.log)).not.toContain("wrong");
});
