import type { Driver } from "../agent/model/camera.ts";
import { openChannel } from "./hikvision/session.ts";

/** Hikvision's cameras and recorders, and their many brands, by ISAPI: health, events, pictures, disks, recordings. */
export const hikvision: Driver = {
  open({ config, login }, context) {
    if (config.driver !== "hikvision") throw new Error(`camera ${config.id} is not a Hikvision camera`);
    return openChannel(config, login, context);
  },
};
