import type { Login } from "../../agent/model/camera.ts";
import type { CameraConfig } from "../../agent/model/config.ts";
import type { Behaviour } from "../fakes/behaviours-hooks.ts";
import { createCamera } from "../fakes/camera.ts";
import { createDahua } from "../fakes/dahua-device.ts";
import { createIsapi } from "../fakes/isapi-device.ts";

/** A simulated camera of one make, as the contract of all drivers needs it. */
export interface Stand extends AsyncDisposable {
  /** What is configured of it, less what it is called. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly login: Login;
  /** Switches a fault on at all of its doors. */
  behave(behaviour: Behaviour): Promise<void>;
  /** Connections that are open, at all of its doors. */
  sockets(): number;
  /** Logins that were given and wrong. */
  loginsRefused(): number;
}

/** Doors of a device, as far as they are alike. */
interface Doors {
  readonly login: Login;
  behave(behaviour: Behaviour): Promise<void>;
  [Symbol.asyncDispose](): PromiseLike<void>;
}

const stand = (
  doors: Doors,
  config: Stand["config"],
  counts: Pick<Stand, "sockets" | "loginsRefused">,
  behave: Stand["behave"] = (behaviour) => doors.behave(behaviour),
): Stand => ({
  config,
  login: doors.login,
  behave,
  ...counts,
  [Symbol.asyncDispose]: () => doors[Symbol.asyncDispose](),
});

/** One for each driver that the configuration knows: the compiler refuses one without. */
export const stands: Readonly<Record<CameraConfig["driver"], () => Promise<Stand>>> = {
  async onvif() {
    const camera = await createCamera();
    return stand(
      camera,
      { address: `127.0.0.1:${camera.onvifPort}` },
      {
        sockets: () => camera.stats().sockets.http + camera.stats().sockets.rtsp,
        loginsRefused: () => camera.stats().loginsRefused,
      },
    );
  },

  async hikvision() {
    const device = await createIsapi({ device: "camera-ds-2cd2146g2-v5.7.18" });
    return stand(
      device,
      { address: `127.0.0.1:${device.httpPort}`, rtspPort: device.rtspPort },
      {
        sockets: () => device.stats().sockets.http + device.stats().sockets.rtsp,
        loginsRefused: () => device.stats().loginsRefused,
      },
    );
  },

  async dahua() {
    const device = await createDahua({ heartbeatMs: 1_000 });
    return stand(
      device,
      { address: `127.0.0.1:${device.httpPort}`, rtspPort: device.rtspPort },
      {
        sockets: () => device.sockets + device.stream.stats().sockets.rtsp,
        loginsRefused: () => device.loginsRefused + device.stream.stats().loginsRefused,
      },
      async (behaviour) => {
        await device.behave(behaviour);
        await device.stream.behave(behaviour);
      },
    );
  },

  async rtsp() {
    const camera = await createCamera({ onvif: false });
    return stand(
      camera,
      { stream: camera.streamUri },
      {
        sockets: () => camera.stats().sockets.rtsp,
        loginsRefused: () => camera.stats().loginsRefused,
      },
    );
  },
};
