import type { ConfigText } from "../fakes/agent-process.ts";
import type { FleetDevice, FleetDriver } from "../fakes/fleet-messages.ts";

type CameraText = NonNullable<ConfigText["cameras"]>[number];

const RECORDERS = 32;
const CHANNELS = 12;
const SINGLES = 128;
const DRIVERS: readonly FleetDriver[] = ["onvif", "hikvision", "dahua", "rtsp"];

/** 512 cameras, as many as an agent takes: 32 recorders of twelve channels by turns of each make, and 32 single ones of each driver. */
export const composition: readonly { readonly driver: FleetDriver; readonly channels: number }[] = [
  ...Array.from({ length: RECORDERS }, (_, place) => ({
    driver: DRIVERS[place % 3] ?? "onvif",
    channels: CHANNELS,
  })),
  ...Array.from({ length: SINGLES }, (_, place) => ({ driver: DRIVERS[place % 4] ?? "onvif", channels: 1 })),
];

/** "hikvision-002-7". */
export const cameraId = (device: string, channel: number) => `${device}-${channel}`;

/** What is configured of the cameras of a device. */
export function camerasOf({ id, driver, address, httpPort, rtspPort, channels }: FleetDevice): CameraText[] {
  return Array.from({ length: channels }, (_, index) => {
    const channel = index + 1;
    const camera = { id: cameraId(id, channel), name: `${id} ${channel}`, credential: "cameras" };
    if (driver === "rtsp") return { ...camera, driver, stream: `rtsp://${address}:${rtspPort}/live/main` };
    if (driver === "onvif")
      return {
        ...camera,
        driver,
        address: `${address}:${httpPort}`,
        ...(channels > 1 && { profile: `Profile_${2 * channel - 1}` }),
      };
    return { ...camera, driver, address: `${address}:${httpPort}`, rtspPort, channel };
  });
}
