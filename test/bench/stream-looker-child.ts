import { systemClock } from "../../agent/base/clock.ts";
import type { Login } from "../../agent/model/camera.ts";
import { HostGates } from "../../agent/run/host-gate.ts";
import { probeStream } from "../../drivers/protocol/rtsp-probe.ts";
import type { Fleet } from "../fakes/fleet.ts";
import { siteHealthDefaults } from "../fakes/health-defaults.ts";

/** A process of its own that looks at streams when asked to, so that it runs with the flags that the agent runs with. */
export interface LookRequest {
  readonly cameras: Fleet["cameras"];
  readonly login: Login;
  /** Milliseconds. */
  readonly measureFor: number;
}

export interface LookAnswer {
  /** Streams whose every rung was well. */
  readonly well: number;
  readonly cpuMs: number;
  readonly wallMs: number;
}

process.on("message", (request: LookRequest) => {
  void lookAtAll(request).then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit());

/** All cameras at once. */
async function lookAtAll({ cameras, login, measureFor }: LookRequest): Promise<LookAnswer> {
  const settings = { ...siteHealthDefaults, measureFor };
  const health = () => settings;
  const gates = new HostGates(systemClock, health);
  const { signal } = new AbortController();
  const before = process.cpuUsage();
  const began = performance.now();
  const looks = await Promise.all(
    cameras.map(({ address, streamUri: url }) => {
      const context = {
        clock: systemClock,
        host: gates.of({ id: address, driver: "rtsp", stream: url }),
        health,
      };
      return probeStream({ url, login, context, signal });
    }),
  );
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const well = looks.filter(({ stream }) => stream !== undefined).length;
  return { well, cpuMs: (user + system) / 1_000, wallMs };
}
