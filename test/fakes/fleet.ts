import type { Login } from "../../agent/model/camera.ts";
import type { BehaviourArgument, BehaviourName } from "./behaviours.ts";
import { type CameraStats, defaultLogin } from "./camera.ts";
import type { FleetFault } from "./fleet-faults.ts";
import type {
  FleetCamera,
  FleetCameraOptions,
  FleetDevice,
  FleetDriver,
  FleetPlays,
  MadeCounts,
} from "./fleet-messages.ts";
import { FleetProcess } from "./fleet-process.ts";

export interface FleetOptions {
  readonly count: number;
  /** Alike for all; each gets a serial number and a MAC of its own. */
  readonly camera?: FleetCameraOptions;
}

/** Many simulated cameras in one process of their own, so that an agent's memory and CPU are measured without them. */
export interface Fleet extends AsyncDisposable {
  readonly pid: number;
  readonly cameras: readonly FleetCamera[];
  readonly login: Login;
  /** Gives when it was made, microseconds since the epoch (`microsecondsNow`); the event's data has it as `MadeAt`. */
  motion(id: string, active: boolean): Promise<number>;
  behave(id: string, name: BehaviourName, argument?: BehaviourArgument): Promise<void>;
  calm(id: string, name: BehaviourName): Promise<void>;
  /** Camera id → events made so far. */
  made(): Promise<Record<string, MadeCounts>>;
  stats(): Promise<Record<string, CameraStats>>;
  /** Resolves when the process has ended; again and again is fine. */
  close(): Promise<void>;
}

export async function startFleet({ count, camera = {} }: FleetOptions): Promise<Fleet> {
  const process = new FleetProcess();
  const cameras = await process.call("start", { count, camera }).catch(async (error: unknown) => {
    await process.end();
    throw error;
  });
  const close = () => process.end();
  return {
    pid: process.pid,
    cameras,
    login: camera.login ?? defaultLogin,
    motion: (id, active) => process.call("motion", { id, active }),
    async behave(id, name, argument) {
      await process.call("behave", { id, name, ...(argument === undefined ? {} : { argument }) });
    },
    async calm(id, name) {
      await process.call("calm", { id, name });
    },
    made: () => process.call("made", null),
    stats: () => process.call("stats", null),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Simulated cameras and recorders of all makes in one process of their own. */
export interface MixedFleet extends AsyncDisposable {
  readonly pid: number;
  readonly devices: readonly FleetDevice[];
  /** Of every device. */
  readonly login: Login;
  afflict(id: string, fault: FleetFault): Promise<void>;
  /** Gives how many logins were shown to it and refused because of the fault. */
  relieve(id: string, fault: FleetFault): Promise<number>;
  /** Since they were asked for last. */
  plays(): Promise<FleetPlays>;
}

export async function startMixedFleet(
  wanted: readonly { readonly driver: FleetDriver; readonly channels: number }[],
): Promise<MixedFleet> {
  const process = new FleetProcess();
  const devices = await process.call("startDevices", wanted).catch(async (error: unknown) => {
    await process.end();
    throw error;
  });
  return {
    pid: process.pid,
    devices,
    login: defaultLogin,
    async afflict(id, fault) {
      await process.call("afflict", { id, fault });
    },
    relieve: (id, fault) => process.call("relieve", { id, fault }),
    plays: () => process.call("plays", null),
    [Symbol.asyncDispose]: () => process.end(),
  };
}
