import { openCamera } from "../../drivers/registry.ts";
import { systemClock } from "../base/clock.ts";
import type { CameraSession, Login, ProbeReport } from "../model/camera.ts";
import type { CameraConfig, HealthConfig } from "../model/config.ts";
import { HostGates } from "../run/host-gate.ts";

/** Looks at a camera once. Looks made by one of these share what each host was seen to refuse. */
export type Look = (
  camera: CameraConfig,
  login: Login | undefined,
  signal: AbortSignal,
) => Promise<ProbeReport>;

/** Opens the session of a camera, which connects to nothing yet. */
export type OpenSession = (camera: CameraConfig, login: Login | undefined) => Promise<CameraSession>;

/** A password that a host refuses once is not shown to it again, whichever of its cameras is looked at next. */
export function sessions(health: HealthConfig): OpenSession {
  const gates = new HostGates(systemClock, () => health);
  return (config, login) =>
    openCamera({ config, login }, { clock: systemClock, host: gates.of(config), health: () => health });
}

export function looking(health: HealthConfig): Look {
  const open = sessions(health);
  return async (config, login, signal) => {
    const session = await open(config, login);
    return session.probe(signal);
  };
}

/** Does `work` for every item, at most `most` at a time, in order of their begin; begins no more once `signal` aborts. */
export async function sideBySide<T>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) {
      if (signal.aborted) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: most }, worker));
}
