import type { CameraConfig } from "../model/config.ts";

/** What a camera is reached by, as the configuration writes it. */
export function addressOf(camera: CameraConfig): string {
  return camera.driver === "rtsp" ? camera.stream : camera.address;
}

/** Of a driver whose cameras have channels; undefined of the others. */
export function channelOf(camera: CameraConfig): number | undefined {
  return "channel" in camera ? camera.channel : undefined;
}

/** The same for two cameras that are one: address, channel and profile. */
export function placeKey(camera: CameraConfig): string {
  const profile = "profile" in camera ? camera.profile : undefined;
  return [addressOf(camera).toLowerCase(), channelOf(camera), profile]
    .filter((part) => part !== undefined)
    .join(" ");
}
