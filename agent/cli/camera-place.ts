import type { CameraConfig } from "../model/config.ts";

/** What a camera is reached by, as the configuration writes it. */
export function addressOf(camera: CameraConfig): string {
  return camera.driver === "rtsp" ? camera.stream : camera.address;
}

/** Of a driver whose cameras have channels; undefined of the others. */
export function channelOf(camera: CameraConfig): number | undefined {
  return "channel" in camera ? camera.channel : undefined;
}
