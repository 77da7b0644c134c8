import * as z from "zod";
import { address, code, url } from "./address.ts";
import { nameText, pathText } from "./plain-text.ts";

/** Longest name of an entry of the secrets file. */
export const ENTRY_NAME_CHARACTERS = 64;

/** Name of an entry of the secrets file. */
export const entryName = nameText(ENTRY_NAME_CHARACTERS);

/** What is configured of each camera, one shape a driver. */
const cameraCommon = {
  id: code("Permanent code of the camera; part of its topic."),
  name: nameText(200).describe("Name that people know the camera by."),
  credential: entryName.optional().describe("Entry of the secrets file with the camera's login."),
  maintenance: z.boolean().default(false).describe("Being worked on: looked at, but raises no alarm."),
};

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
    rtspPort: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe("Port of RTSP where the camera names a wrong one (port forwarding)."),
    events: z.boolean().default(true).describe("Whether motion is read from the camera's events."),
  })
  .describe("An ONVIF camera.");

const rtspCamera = z
  .strictObject({
    ...cameraCommon,
    driver: z.literal("rtsp").describe("A camera with nothing but an RTSP address."),
    stream: url(["rtsp"]).describe(
      "RTSP address of the stream, without user name or password. A recorder that wants them inside the address (XM) gets them from the credential by the placeholders `{username}` and `{password}`.",
    ),
  })
  .describe("A camera with nothing but an RTSP address.");

/** What every camera has, whatever its driver: what can be checked while the driver is not known. */
export const cameraCommonSchema = z.looseObject(cameraCommon);

/** One entry of `cameras`. */
export const cameraSchema = z.discriminatedUnion("driver", [onvifCamera, rtspCamera]);

/** Names of the drivers, as the configuration writes them. */
export const drivers = [onvifCamera, rtspCamera].map(({ shape }) => shape.driver.value);
