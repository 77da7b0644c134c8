import type { Driver } from "../agent/model/camera.ts";
import { fillLogin, hiding, wantsLogin } from "./protocol/login-in-address.ts";
import { withStream } from "./protocol/report.ts";
import { motionOf } from "./rtsp/motion-source.ts";

/**
 * A camera with nothing but an RTSP address: its stream is looked at, and motion is told from it without decoding; it
 * has no snapshot. An address with placeholders is shown as it is configured.
 */
export const rtsp: Driver = {
  open({ config, login }, context) {
    if (config.driver !== "rtsp") throw new TypeError(`camera ${config.id} is no RTSP camera`);
    const { stream: template, motion } = config;
    const url = login ? fillLogin(template, login) : template;
    const inAddress = wantsLogin(template)
      ? { hide: login ? hiding(login) : (text: string) => text }
      : undefined;
    return {
      probe: (signal) =>
        withStream({ rungs: {}, facts: { streamUri: template } }, { url, login, inAddress, context, signal }),
      ...(motion !== "off" && { events: motionOf({ url, login, inAddress, context }, motion) }),
    };
  },
};
