import { setTimeout as sleep } from "node:timers/promises";
import { type AgentProcess, inFolder } from "../fakes/agent-process.ts";
import { eventually } from "../fakes/eventually.ts";
import { type MixedFleet, startMixedFleet } from "../fakes/fleet.ts";
import { startMosquitto } from "../fakes/mosquitto.ts";
import { openNotifySocket } from "../fakes/notify-socket.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import { type Figure, figure } from "./figure.ts";
import { lateness, latenessWhenWell, spansOf } from "./fleet-judge.ts";
import { type Affliction, planFaults } from "./fleet-plan.ts";
import { cameraId, camerasOf, composition } from "./fleet-site.ts";
import { startInstalledAgent } from "./installed-agent.ts";
import { cpuSeconds, descriptorsOf, memoryOf } from "./process-usage.ts";
import { underSystemd, usable } from "./site.ts";
import { median, quantile } from "./statistics.ts";

const SEED = 4;
const SHARE = 0.1;
/** health.interval at its default, milliseconds. */
const INTERVAL = 60_000;
/**
 * A device that had no fault for so long is well, and so are its cameras, milliseconds: the longest way back is two
 * minutes of a held login, one until the next look, and one of good looks.
 */
const WELL_AFTER = 360_000;
/** The look after which a device that was at fault is looked at by its schedule again. Milliseconds. */
const CALM_FOR = 120_000;
const SAMPLE_EVERY = 5_000;

interface Reading {
  readonly at: number;
  readonly descriptors: number;
  readonly sockets: number;
  readonly rss: number;
}

/** An affliction as it was, milliseconds since the epoch. */
interface Suffered extends Affliction {
  readonly wrongLogins: number;
}

export const benchmark: Benchmark = {
  name: "fleet",
  describe:
    "512 cameras of four drivers, on 32 recorders and 128 addresses of their own, half an hour under random faults: late looks, leaks",
  async run(context) {
    const lasting = context.quick ? 240_000 : 1_800_000;
    const spans = context.quick ? { settle: 60_000, span: 60_000 } : { settle: 300_000, span: 300_000 };
    await using fleet = await startFleet(context);
    await using broker = await startMosquitto();
    await using socket = await openNotifySocket();
    const cameras = fleet.devices.flatMap(camerasOf);
    await using agent = await startInstalledAgent(
      context.folder,
      inFolder(context.folder, {
        site: { id: "xa-bench", name: "Xã Bench" },
        unit: { id: "unit-bench", name: "Công an xã Bench" },
        broker: { url: broker.url },
        // Tells of each look when it was made.
        logLevel: "debug",
        cameras,
      }),
      { secrets: { credentials: { cameras: { ...fleet.login } } }, env: underSystemd(socket) },
    );
    context.progress("waiting until all cameras are usable");
    await eventually(
      `${cameras.length} usable`,
      async () => (await usable(agent)) === cameras.length,
      180_000,
    );
    const began = Date.now();
    const cpu = cpuSeconds(agent.pid);
    const { suffered, readings, plays } = await suffer(fleet, agent, lasting, context);
    const end = Date.now();
    const cpuShare = ((cpuSeconds(agent.pid) - cpu) / (end - began)) * 100_000;

    const looks = looksOf(agent, began);
    const late = [...looks.values()].flatMap((begins) => lateness(begins, INTERVAL, end));
    tellWorst(looks, end, suffered, context);
    for (const { device, fault, wrongLogins } of suffered)
      if (wrongLogins > 0) context.progress(`${device}: ${wrongLogins} wrong logins, ${fault}`);
    const seen = cameras.flatMap(({ id }) => {
      const faults = suffered.filter(({ device }) => deviceOf(id) === device);
      const wanted = { interval: INTERVAL, end, calmFor: CALM_FOR };
      return latenessWhenWell(
        (plays.get(id) ?? []).filter((at) => at >= began),
        faults,
        wanted,
      );
    });
    const { early, late: last } = spansOf(readings, spans);
    const grown = (name: "descriptors" | "sockets" | "rss") =>
      figure(`fleet.${name}`, median(last.map((reading) => reading[name])), {
        name: "after settling",
        value: median(early.map((reading) => reading[name])),
      });
    return [
      figure("fleet.late-worst", Math.max(...late)),
      figure("fleet.late-p99", quantile(late, 0.99)),
      figure("fleet.seen-late-worst", Math.max(...seen)),
      figure("fleet.seen-late-p99", quantile(seen, 0.99)),
      figure("fleet.looks", late.length),
      figure("fleet.faults", suffered.length),
      figure("fleet.stuck", await stuck(agent, suffered, end, context)),
      figure("fleet.wrong-logins", Math.max(0, ...suffered.map(({ wrongLogins }) => wrongLogins))),
      grown("descriptors"),
      grown("sockets"),
      grown("rss"),
      figure("fleet.cpu", cpuShare),
    ] satisfies Figure[];
  },
};

async function startFleet({ progress }: BenchContext): Promise<MixedFleet> {
  progress(`starting ${composition.length} simulated devices`);
  return startMixedFleet(composition);
}

/** Puts the planned faults on and takes them off, and reads meanwhile what the agent has open and what the devices saw. */
async function suffer(
  fleet: MixedFleet,
  { pid }: AgentProcess,
  lasting: number,
  { progress }: BenchContext,
): Promise<{ suffered: Suffered[]; readings: Reading[]; plays: Map<string, number[]> }> {
  const plan = planFaults(fleet.devices, { seed: SEED, lasting, share: SHARE });
  const began = Date.now();
  const suffered: Suffered[] = [];
  const until = (at: number) => sleep(Math.max(0, began + at - Date.now()));
  const afflicting = plan.map(async (affliction) => {
    const { device, fault } = affliction;
    await until(affliction.from);
    const from = Date.now();
    await fleet.afflict(device, fault);
    await until(affliction.until);
    const wrongLogins = await fleet.relieve(device, fault);
    suffered.push({ device, fault, from, until: Date.now(), wrongLogins });
  });
  const readings: Reading[] = [];
  const plays = new Map<string, number[]>();
  for (let at = 0; at <= lasting; at += SAMPLE_EVERY) {
    await until(at);
    const { all: descriptors, sockets } = descriptorsOf(pid);
    readings.push({ at: Date.now(), descriptors, sockets, rss: memoryOf(pid).rss });
    if (at % 60_000 !== 0) continue;
    await takePlays(fleet, plays);
    progress(`${at / 60_000} min: ${descriptors} descriptors, ${memoryOf(pid).rss.toFixed(0)} MB`);
  }
  await Promise.all(afflicting);
  await takePlays(fleet, plays);
  return { suffered, readings, plays };
}

async function takePlays(fleet: MixedFleet, plays: Map<string, number[]>): Promise<void> {
  for (const [device, channels] of Object.entries(await fleet.plays()))
    for (const [channel, times] of Object.entries(channels)) {
      const id = cameraId(device, Number(channel));
      plays.set(id, [...(plays.get(id) ?? []), ...times.map((at) => at / 1_000)]);
    }
}

/** Camera → when each of its looks began, as the agent's log tells it. */
function looksOf({ log }: AgentProcess, since: number): Map<string, number[]> {
  const looks = new Map<string, number[]>();
  for (const { msg, camera, time, tookMs } of log) {
    if (msg !== "camera looked at") continue;
    const began = Date.parse(String(time)) - Number(tookMs);
    if (began >= since) looks.set(String(camera), [...(looks.get(String(camera)) ?? []), began]);
  }
  return looks;
}

/** Cameras that cannot be used although nothing was wrong with their device for long enough. */
async function stuck(
  agent: AgentProcess,
  suffered: readonly Suffered[],
  end: number,
  { progress }: BenchContext,
): Promise<number> {
  const ill = new Set(suffered.filter(({ until }) => until > end - WELL_AFTER).map(({ device }) => device));
  const { cameras = [] } = (await agent.status()) ?? {};
  const found = cameras.filter((camera) => !camera.usable && !ill.has(deviceOf(camera.id)));
  for (const { id, cause, evidence } of found) {
    const faults = suffered.filter(({ device }) => device === deviceOf(id));
    const ago = faults.map(({ fault, until }) => `${fault} ${Math.round((end - until) / 1_000)} s ago`);
    progress(`stuck: ${id} ${cause} (${evidence?.en}), its device ${ago.join(", ") || "well"}`);
  }
  return found.length;
}

/** Says which cameras were latest, and what was wrong with their devices. */
function tellWorst(
  looks: ReadonlyMap<string, readonly number[]>,
  end: number,
  suffered: readonly Suffered[],
  { progress }: BenchContext,
): void {
  const worst = [...looks]
    .map(([id, begins]) => ({ id, late: Math.max(...lateness(begins, INTERVAL, end)) }))
    .sort((a, b) => b.late - a.late)
    .slice(0, 5);
  for (const { id, late } of worst) {
    const faults = suffered.filter(({ device }) => device === deviceOf(id)).map(({ fault }) => fault);
    progress(`latest: ${id} ${late.toFixed(1)} %, its device ${faults.join(", ") || "well"}`);
  }
}

const deviceOf = (camera: string) => camera.slice(0, camera.lastIndexOf("-"));
