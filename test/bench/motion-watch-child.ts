import { systemClock } from "../../agent/base/clock.ts";
import type { Login } from "../../agent/model/camera.ts";
import { HostGates } from "../../agent/run/host-gate.ts";
import { motionOf } from "../../drivers/rtsp/motion-source.ts";
import type { Fleet } from "../fakes/fleet.ts";
import { siteHealthDefaults } from "../fakes/health-defaults.ts";

/** A process of its own that watches streams for motion, with the flags that the agent runs with. */
export interface WatchRequest {
  readonly cameras: Fleet["cameras"];
  readonly login: Login;
  /** Milliseconds that are measured once every stream flows. */
  readonly measureFor: number;
}

export interface WatchAnswer {
  /** CPU of all, as a share of one core. */
  readonly coreShare: number;
  readonly streams: number;
}

process.on("message", (request: WatchRequest) => {
  void watchAll(request).then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit());

async function watchAll({ cameras, login, measureFor }: WatchRequest): Promise<WatchAnswer> {
  const health = () => siteHealthDefaults;
  const gates = new HostGates(systemClock, health);
  const stop = new AbortController();
  const flowing = Promise.withResolvers<void>();
  let streams = 0;
  const watches = cameras.map(({ address, streamUri: url }) => {
    const host = gates.of({ id: address, driver: "rtsp", stream: url });
    const context = { clock: systemClock, host, health };
    return motionOf({ url, login, context }, "medium").source.watch(async ({ kind }) => {
      if (kind === "open" && ++streams === cameras.length) flowing.resolve();
    }, stop.signal);
  });
  await flowing.promise;
  const before = process.cpuUsage();
  const began = performance.now();
  await systemClock.sleep(measureFor);
  const { user, system } = process.cpuUsage(before);
  const coreShare = (user + system) / 1_000 / (performance.now() - began);
  stop.abort();
  await Promise.all(watches);
  return { coreShare, streams };
}
