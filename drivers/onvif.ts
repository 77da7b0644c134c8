import type { Driver } from "../agent/model/camera.ts";
import { openChannel } from "./onvif/session.ts";

/** ONVIF cameras, Profiles S and T: health by the device and media services and RTSP, motion by PullPoint. */
export const onvif: Driver = {
  open({ config, login }, context) {
    if (config.driver !== "onvif") throw new Error(`camera ${config.id} is not an ONVIF camera`);
    return openChannel(config, login, context);
  },
};
