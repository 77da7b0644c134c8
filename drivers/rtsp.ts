import type { Driver } from "../agent/model/camera.ts";
import { probeStream } from "./protocol/rtsp-probe.ts";

/** A camera with nothing but an RTSP address: its stream is looked at; it has no event channel and no snapshot. */
export const rtsp: Driver = {
  open({ config, login }, context) {
    if (config.driver !== "rtsp") throw new TypeError(`camera ${config.id} is no RTSP camera`);
    const { stream: url } = config;
    return {
      async probe(signal) {
        const { rungs, stream } = await probeStream({ url, login, context, signal });
        return { rungs, facts: { streamUri: url }, ...(stream && { stream }) };
      },
    };
  },
};
