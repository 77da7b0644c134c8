import * as z from "zod";
import { address, code, url } from "./address.ts";
import { nameText, pathText } from "./plain-text.ts";

/** Longest name of an entry of the secrets file. */
export const ENTRY_NAME_CHARACTERS = 64;

/** Name of an entry of the secrets file. */
export const entryName = nameText(ENTRY_NAME_CHARACTERS);

/** How readily motion is told from the sizes of a stream's pictures. */
const motionSensitivities = ["low", "medium", "high"] as const;
export type MotionSensitivity = (typeof motionSensitivities)[number];

/** What is configured of each camera, one shape a driver. */
const cameraCommon = {
  id: code("Permanent code of the camera; part of its topic."),
  name: nameText(200).describe("Name that people know the camera by."),
  credential: entryName.optional().describe("Entry of the secrets file with the camera's login."),
  maintenance: z.boolean().default(false).describe("Being worked on: looked at, but raises no alarm."),
};

const rtspPort = z
  .number()
  .int()
  .min(1)
  .max(65_535)
  .optional()
  .describe("Port of RTSP where the camera names a wrong one (port forwarding), or where it is not 554.");
const events = z.boolean().default(true).describe("Whether motion is read from the camera's events.");

const onvifCamera = z
  .strictObject({
    ...cameraCommon,
    driver: z.literal("onvif").describe("An ONVIF camera."),
    address: address.describe(
      "Host, and :port where ONVIF is not on 80. https:// before it: over TLS, port 443; encrypted, but the camera's certificate is not verified, since cameras sign their own.",
    ),
    path: pathText.default("/onvif/device_service").describe("Path of the ONVIF device service."),
    profile: nameText(64)
      .optional()
      .describe(
        "Token of the media profile to look at. Default: the first with video. Of a recorder, or a camera with several lenses, only the events of this profile's video source are taken.",
      ),
    rtspPort,
    events,
  })
  .describe("An ONVIF camera.");

/** Highest number of a channel. */
export const MOST_CHANNEL = 1_024;

/** What makes of cameras with an interface of their own have in common. */
const channelOfDevice = {
  address: address.describe(
    "Host of the camera or recorder, and :port where its web interface is not on 80. https:// before it: over TLS, port 443; encrypted, but its certificate is not verified, since cameras sign their own.",
  ),
  channel: z
    .number()
    .int()
    .min(1)
    .max(MOST_CHANNEL)
    .default(1)
    .describe("Number of the channel on the recorder, from 1; 1 of a camera."),
  stream: z
    .enum(["main", "sub"])
    .default("main")
    .describe("Which of the channel's streams is looked at. `sub` spares a weak line."),
  rtspPort,
  events,
};

/** A make with an interface of its own, as the configuration has it. */
export const ofMake = <Name extends string>(name: Name, whose: string, camera: string) =>
  z
    .strictObject({ ...cameraCommon, driver: z.literal(name).describe(whose), ...channelOfDevice })
    .describe(camera);

const hikvisionCamera = ofMake(
  "hikvision",
  "A camera or recorder of Hikvision or one of its brands, by ISAPI.",
  "A Hikvision camera, or a channel of a Hikvision recorder.",
);
const dahuaCamera = ofMake(
  "dahua",
  "A camera or recorder of Dahua or one of its brands (KBVision, Imou), by its CGI.",
  "A Dahua camera, or a channel of a Dahua recorder.",
);

const rtspCamera = z
  .strictObject({
    ...cameraCommon,
    driver: z.literal("rtsp").describe("A camera with nothing but an RTSP address."),
    stream: url(["rtsp"]).describe(
      "RTSP address of the stream, without user name or password. A recorder that wants them inside the address (XM) gets them from the credential by the placeholders `{username}` and `{password}`.",
    ),
    motion: z
      .enum(["off", ...motionSensitivities])
      .default("medium")
      .describe(
        "How readily motion is told from the sizes of the stream's pictures, as such a camera tells none itself; nothing is decoded. `off`: the stream is not held open.",
      ),
  })
  .describe("A camera with nothing but an RTSP address.");

/** What every camera has, whatever its driver: what can be checked while the driver is not known. */
export const cameraCommonSchema = z.looseObject(cameraCommon);

const cameras = [onvifCamera, hikvisionCamera, dahuaCamera, rtspCamera] as const;

/** One entry of `cameras`. */
export const cameraSchema = z.discriminatedUnion("driver", cameras);

/** Names of the drivers, as the configuration writes them. */
export const drivers = cameras.map(({ shape }) => shape.driver.value);
