import { expect, test } from "vitest";
import { systemClock } from "../../agent/base/clock.ts";
import type {
  CameraSession,
  DriverContext,
  Login,
  ProbeReport,
  WatchNews,
} from "../../agent/model/camera.ts";
import { configSchema } from "../../agent/model/config.ts";
import { causes, type Fault, type Rung } from "../../agent/model/fault.ts";
import { HostGates } from "../../agent/run/host-gate.ts";
import { cutsStreamAfter, garbage, halfOpen, oneByteASecond, refuses, resets } from "../fakes/behaviours.ts";
import { eventually } from "../fakes/eventually.ts";
import type { Stand } from "./driver-stands.ts";

/** A driver, and a simulated camera of its make. */
export interface Subject {
  readonly driver: string;
  stand(): Promise<Stand>;
  /** A camera of the driver's, of what is configured of it and its login, with the gate of its host. */
  open(camera: Opened): Promise<CameraSession>;
}

interface Opened {
  /** What is configured of it: the stand's, with `id`, `name` and `driver`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly login: Login;
  readonly hosts: HostGates;
  readonly context: Omit<DriverContext, "host">;
}

const health = configSchema.shape.health.parse({
  requestTimeout: "500ms",
  streamTimeout: "2s",
  measureFor: "0s",
});
const never = new AbortController().signal;
const wrong: Login = { username: "admin", password: "wr0ng&<pass>/é" };

const gates = () => new HostGates(systemClock, () => health);

function open(
  { driver, open: openWith }: Subject,
  stand: Stand,
  { login = stand.login, hosts = gates(), id = "gate" } = {},
): Promise<CameraSession> {
  const config = { id, name: "Gate", driver, ...stand.config };
  return openWith({ config, login, hosts, context: { clock: systemClock, health: () => health } });
}

const failures = ({ rungs }: ProbeReport): (Fault & { readonly rung: string })[] =>
  Object.entries(rungs).flatMap(([rung, outcome]) => (outcome.ok ? [] : [{ rung, ...outcome.fault }]));

const noSockets = (stand: Stand) => eventually("no socket stays", () => stand.sockets() === 0);

function holdsNoSecret(said: unknown, { password }: Login): void {
  const text = JSON.stringify(said);
  for (const form of [password, encodeURIComponent(password), Buffer.from(password).toString("base64")])
    expect(text).not.toContain(form);
}

/** The event channel of a camera that is open. */
async function watch(session: CameraSession) {
  const stop = new AbortController();
  const heard: WatchNews[] = [];
  const source = session.events?.source ?? expect.unreachable("no events");
  const end = source.watch(async (news) => void heard.push(news), stop.signal);
  await eventually("the channel is open", () => heard.some(({ kind }) => kind === "open"));
  return { heard, end, stop: () => stop.abort(new Error("told to stop")) };
}

const deaf = [refuses, resets, halfOpen, oneByteASecond, garbage] as const;

/** What every driver keeps to (drivers/README.md), as a test each. */
export function keepsTheContract(subjects: readonly Subject[]): void {
  const each = subjects.map((subject) => [subject.driver, subject] as const);

  test.for(each)(
    "%s: a well camera passes every rung that the make has, and no socket stays",
    async ([, driver]) => {
      await using stand = await driver.stand();
      const session = await open(driver, stand);
      expect(stand.sockets()).toBe(0);
      const report = await session.probe(never);
      expect(failures(report)).toEqual([]);
      const climbed: Rung[] = ["host", "port", "login", "describe", "stream"];
      for (const rung of climbed) expect(report.rungs[rung], rung).toEqual({ ok: true });
      expect(report.stream?.codec).toBe("h264");
      expect(stand.loginsRefused()).toBe(0);
      holdsNoSecret(report, stand.login);
      await noSockets(stand);
    },
  );

  test.for(each)(
    "%s: a wrong password costs one refused login, however often it is looked",
    async ([, driver]) => {
      await using stand = await driver.stand();
      const hosts = gates();
      const sessions = await Promise.all(
        ["a", "b", "c"].map((id) => open(driver, stand, { login: wrong, hosts, id })),
      );
      for (let look = 0; look < 2; look++)
        for (const report of await Promise.all(sessions.map((session) => session.probe(never)))) {
          expect(report.rungs.login).toMatchObject({ ok: false, fault: { cause: "login-rejected" } });
          holdsNoSecret(report, wrong);
        }
      const end = await sessions[0]?.events?.source.watch(async () => {}, never);
      expect(end).toMatchObject({ retry: "rarely" });
      holdsNoSecret(end, wrong);
      expect(stand.loginsRefused()).toBe(1);
      await noSockets(stand);
    },
  );

  test.for(each.flatMap(([name, driver]) => deaf.map((make) => [name, make.name, make, driver] as const)))(
    "%s: a camera with the fault %s is told as that, in time, in both languages and without a secret",
    async ([, , make, driver]) => {
      await using stand = await driver.stand();
      await stand.behave(make());
      const session = await open(driver, stand);
      const report = await session.probe(never);
      const [first] = failures(report);
      expect(first, JSON.stringify(report)).toBeDefined();
      expect(causes[first?.cause ?? "login-rejected"].rung).toBe("port");
      expect(first?.evidence).toMatchObject({
        en: expect.stringMatching(/\w/),
        vi: expect.stringMatching(/\p{L}/u),
      });
      const end = await session.events?.source.watch(async () => {}, never);
      expect(end?.fault.cause).toMatch(/^events-/);
      const picture = await session.snapshot?.(never);
      if (picture) expect(picture.ok).toBe(false);
      holdsNoSecret([report, end, picture], stand.login);
      await noSockets(stand);
    },
  );

  test.for(each)("%s: a look that is given up ends at once, and no socket stays", async ([, driver]) => {
    await using stand = await driver.stand();
    await stand.behave(halfOpen());
    const session = await open(driver, stand);
    const stop = new AbortController();
    const looks = [session.probe(stop.signal), session.probe(stop.signal)];
    await eventually("it waits for the camera", () => stand.sockets() > 0);
    stop.abort(new Error("told to stop"));
    for (const { rungs } of await Promise.all(looks)) expect(rungs.stream).toBe(undefined);
    await noSockets(stand);
    expect((await session.probe(AbortSignal.abort())).rungs.stream).toBe(undefined);
    expect(stand.sockets()).toBe(0);
  });

  test.for(each)(
    "%s: an event channel that is left is closed, and can be opened again",
    async ([, driver]) => {
      await using stand = await driver.stand();
      const session = await open(driver, stand);
      for (let time = 0; time < 2; time++) {
        const channel = await watch(session);
        await eventually("it stands on a connection", () => stand.sockets() > 0);
        channel.stop();
        expect((await channel.end).fault.evidence.vi).toMatch(/\p{L}/u);
        await noSockets(stand);
      }
    },
  );

  test.for(each)("%s: an event channel that the camera cuts ends and says why", async ([, driver]) => {
    await using stand = await driver.stand();
    const session = await open(driver, stand);
    const channel = await watch(session);
    await stand.behave(resets());
    // Motion that is told from the stream hears by that.
    await stand.behave(cutsStreamAfter(1));
    const { fault, retry } = await channel.end;
    expect(fault.cause).toMatch(/^events-/);
    expect(retry).toBe("backoff");
    holdsNoSecret(fault, stand.login);
    await noSockets(stand);
  });

  test.for(each)("%s: one host's fault leaves another host's camera untouched", async ([, driver]) => {
    await using dead = await driver.stand();
    await using well = await driver.stand();
    await dead.behave(halfOpen());
    const hosts = gates();
    const hung = await Promise.all(
      Array.from({ length: 8 }, (_, n) => open(driver, dead, { hosts, id: `dead-${n}` })),
    );
    const session = await open(driver, well, { hosts, id: "well" });
    let ended = 0;
    const stop = new AbortController();
    const looks = hung.map((camera) => camera.probe(stop.signal).finally(() => ended++));
    await eventually("they wait", () => dead.sockets() > 0);
    const report = await session.probe(never);
    expect(failures(report)).toEqual([]);
    expect(ended).toBeLessThan(hung.length);
    stop.abort(new Error("seen enough"));
    await Promise.all(looks);
  });
}
