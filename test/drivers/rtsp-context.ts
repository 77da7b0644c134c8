import { type Clock, systemClock } from "../../agent/base/clock.ts";
import type { DriverContext, Login, ProbeReport } from "../../agent/model/camera.ts";
import { configSchema, type HealthConfig } from "../../agent/model/config.ts";
import { RequestGate } from "../../agent/run/host-gate.ts";
import { probeStream, type StreamProbe } from "../../drivers/protocol/rtsp-probe.ts";

export interface ProbeOptions {
  readonly login?: Login;
  readonly health?: Partial<HealthConfig>;
  readonly clock?: Clock;
  readonly context?: DriverContext;
  readonly signal?: AbortSignal;
}

/** The context that the agent would give, with its real gate; measures no longer than to the first keyframe. */
export function probeContext(health: Partial<HealthConfig> = {}, clock: Clock = systemClock): DriverContext {
  const whole = { ...configSchema.shape.health.parse({}), measureFor: 0, ...health };
  return { clock, host: new RequestGate(clock, () => whole), health: () => whole };
}

export function probe(url: string, options: ProbeOptions = {}): Promise<StreamProbe> {
  return probeStream({
    url,
    login: options.login,
    context: options.context ?? probeContext(options.health, options.clock),
    signal: options.signal ?? new AbortController().signal,
  });
}

/** "host port login | stream-missing: RTSP/1.0 404 …": the rungs that are well, and the fault. */
export function verdict({ rungs }: Pick<ProbeReport, "rungs">): string {
  const well: string[] = [];
  for (const [rung, outcome] of Object.entries(rungs)) {
    if (!outcome.ok)
      return `${[...well, "|"].join(" ")} ${outcome.fault.cause}: ${outcome.fault.evidence.en}`;
    well.push(rung);
  }
  return well.join(" ");
}
