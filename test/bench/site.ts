import { type AgentProcess, type ConfigText, inFolder } from "../fakes/agent-process.ts";
import { eventually } from "../fakes/eventually.ts";
import { type Fleet, startFleet } from "../fakes/fleet.ts";
import { type Mosquitto, startMosquitto } from "../fakes/mosquitto.ts";
import { type NotifySocket, openNotifySocket } from "../fakes/notify-socket.ts";
import type { BenchContext } from "./benchmark.ts";
import { startInstalledAgent } from "./installed-agent.ts";

/** Everything at its default but the places of files, the unit's broker and the cameras. */
export function siteConfig(folder: string, broker: string, cameras: Fleet["cameras"] = []): ConfigText {
  return inFolder(folder, {
    site: { id: "xa-bench", name: "Xã Bench" },
    unit: { id: "unit-bench", name: "Công an xã Bench" },
    broker: { url: broker },
    cameras: cameras.map(({ id, address, onvifPort }) => ({
      id,
      name: id,
      driver: "onvif",
      address: `${address}:${onvifPort}`,
      credential: "cameras",
    })),
  });
}

/** What systemd gives a Type=notify unit with WatchdogSec=60. */
export const underSystemd = ({ path }: NotifySocket): NodeJS.ProcessEnv => ({
  NOTIFY_SOCKET: path,
  WATCHDOG_USEC: "60000000",
});

/** A running site: simulated cameras, mosquitto, and the installed agent watching and reporting. */
export interface Site extends AsyncDisposable {
  readonly agent: AgentProcess;
  readonly fleet: Fleet;
  readonly broker: Mosquitto;
}

/** Resolves when every camera is usable and has its event channel open. */
export async function startSite(cameras: number, { folder, progress }: BenchContext): Promise<Site> {
  await using parts = new AsyncDisposableStack();
  progress(`starting ${cameras} simulated cameras`);
  const fleet = parts.use(await startFleet({ count: cameras }));
  const broker = parts.use(await startMosquitto());
  const socket = parts.use(await openNotifySocket());
  const agent = parts.use(
    await startInstalledAgent(folder, siteConfig(folder, broker.url, fleet.cameras), {
      secrets: { credentials: { cameras: { ...fleet.login } } },
      env: underSystemd(socket),
    }),
  );
  progress("waiting until all cameras are usable and subscribed to");
  await eventually(`${cameras} usable cameras`, async () => (await usable(agent)) === cameras, 180_000);
  const subscribed = async () =>
    Object.values(await fleet.stats()).every(({ subscriptions }) => subscriptions === 1);
  await eventually("an event channel each", subscribed, 60_000);
  const owned = parts.move();
  return { agent, fleet, broker, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Cameras that the agent says can be used now. */
export async function usable(agent: AgentProcess): Promise<number> {
  return (await agent.status())?.health.cameras.usable ?? 0;
}
