import type { CameraSession, CameraTarget, Driver, DriverContext } from "../agent/model/camera.ts";
import type { CameraConfig } from "../agent/model/config.ts";

/** One line a make, loaded at its first camera: a site without ONVIF cameras does not carry ONVIF. */
const drivers: Readonly<Record<CameraConfig["driver"], () => Promise<Driver>>> = {
  onvif: async () => (await import("./onvif.ts")).onvif,
  hikvision: async () => (await import("./hikvision.ts")).hikvision,
  dahua: async () => (await import("./dahua.ts")).dahua,
  rtsp: async () => (await import("./rtsp.ts")).rtsp,
};

/** The camera as its driver sees it; opens no connection. */
export async function openCamera(target: CameraTarget, context: DriverContext): Promise<CameraSession> {
  const driver = await drivers[target.config.driver]();
  return driver.open(target, context);
}
