import type { Driver } from "../agent/model/camera.ts";
import { openChannel } from "./dahua/session.ts";

/** Dahua's cameras and recorders, and their many brands, by CGI: health, events, pictures, disks, recordings. */
export const dahua: Driver = {
  open({ config, login }, context) {
    if (config.driver !== "dahua") throw new Error(`camera ${config.id} is not a Dahua camera`);
    return openChannel(config, login, context);
  },
};
