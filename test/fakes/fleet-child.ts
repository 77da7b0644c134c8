import { behaviourNamed } from "./behaviours.ts";
import { createCamera, type SimulatedCamera } from "./camera.ts";
import { microsecondsNow } from "./camera-record.ts";
import { type RunningDevice, startDevice } from "./fleet-devices.ts";
import type {
  FleetCallName,
  FleetCalls,
  FleetCamera,
  FleetCameraOptions,
  FleetReply,
  FleetRequest,
} from "./fleet-messages.ts";

/** The process of a fleet: carries out what fleet.ts asks for, and ends with it. */

const cameras = new Map<string, SimulatedCamera>();
const devices = new Map<string, RunningDevice>();

type Calls = { [N in FleetCallName]: (ask: FleetCalls[N]["ask"]) => Promise<FleetCalls[N]["answer"]> };

const calls: Calls = {
  start: ({ count, camera }) => start(count, camera),
  async motion({ id, active }) {
    const madeAt = microsecondsNow();
    cameraOf(id).motion(active, { MadeAt: String(madeAt) });
    return madeAt;
  },
  async behave({ id, name, argument }) {
    await cameraOf(id).behave(behaviourNamed(name, argument));
    return null;
  },
  async calm({ id, name }) {
    await cameraOf(id).calm(name);
    return null;
  },
  async startDevices(wanted) {
    for (const [index, { driver, channels }] of wanted.entries()) {
      const device = await startDevice(driver, channels, index + 1);
      devices.set(device.told.id, device);
    }
    return [...devices.values()].map(({ told }) => told);
  },
  async afflict({ id, fault }) {
    await deviceOf(id).afflict(fault);
    return null;
  },
  relieve: ({ id, fault }) => deviceOf(id).relieve(fault),
  async plays() {
    return Object.fromEntries([...devices].map(([id, device]) => [id, device.takePlays()]));
  },
  async made() {
    return ofEach(({ made: { count, motionStarts, motionEnds } }) => ({ count, motionStarts, motionEnds }));
  },
  async stats() {
    return ofEach((camera) => camera.stats());
  },
};

process.on("message", (request: FleetRequest) => {
  void carryOut(request).then((reply) => process.send?.(reply));
});
process.on("disconnect", () => process.exit());

async function carryOut<N extends FleetCallName>(request: FleetRequest<N>): Promise<FleetReply> {
  const { number } = request;
  try {
    return { number, answer: await calls[request.call](request.ask) };
  } catch (error) {
    return { number, error: error instanceof Error ? error.message : String(error) };
  }
}

async function start(count: number, options: FleetCameraOptions): Promise<FleetCamera[]> {
  const started: FleetCamera[] = [];
  for (let index = 1; index <= count; index++) {
    const id = `cam-${String(index).padStart(3, "0")}`;
    const camera = await createCamera({
      ...options,
      address: addressOf(index),
      onvif: options.onvif !== false && numbered(index, options),
    });
    cameras.set(id, camera);
    const { onvifPort, rtspPort, streamUri } = camera;
    started.push({ id, address: addressOf(index), onvifPort, rtspPort, streamUri });
  }
  return started;
}

/** Each is a host of its own, as an agent's budgets for one host have it. Linux answers on all of 127/8. */
function addressOf(index: number): string {
  return `127.1.${index >> 8}.${index & 0xff}`;
}

/** Two cameras of a fleet never tell the same serial number or MAC. */
function numbered(index: number, { onvif }: FleetCameraOptions) {
  const bytes = [index >> 8, index & 0xff].map((byte) => byte.toString(16).padStart(2, "0"));
  const facts = {
    serial: `00123456789012${String(index).padStart(5, "0")}`,
    mac: `02:00:5e:10:${bytes.join(":")}`,
  };
  return { ...onvif, facts: { ...facts, ...(onvif ? onvif.facts : {}) } };
}

function cameraOf(id: string): SimulatedCamera {
  const camera = cameras.get(id);
  if (!camera) throw new Error(`the fleet has no camera ${id}`);
  return camera;
}

function deviceOf(id: string): RunningDevice {
  const device = devices.get(id);
  if (!device) throw new Error(`the fleet has no device ${id}`);
  return device;
}

function ofEach<T>(look: (camera: SimulatedCamera) => T): Record<string, T> {
  return Object.fromEntries([...cameras].map(([id, camera]) => [id, look(camera)]));
}
