import type { Driver } from "../agent/model/camera.ts";
import { OnvifSession } from "./onvif/session.ts";

/** ONVIF cameras, Profiles S and T: health by the device and media services and RTSP, motion by PullPoint. */
export const onvif: Driver = {
  open({ config, login }, context) {
    if (config.driver !== "onvif") throw new Error(`camera ${config.id} is not an ONVIF camera`);
    const session = new OnvifSession(config, login, context);
    return {
      probe: (signal) => session.probe(signal),
      ...(config.events && { events: session.events }),
      recordings: (signal) => session.recordings(signal),
      snapshot: (signal) => session.snapshot(signal),
    };
  },
};
