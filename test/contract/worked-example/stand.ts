import { createTranscriptDevice } from "../../fakes/transcript-device.ts";
import type { Stand } from "../driver-stands.ts";

/** What answers as the make does: one folder of transcripts, and a stream. */
export const axisAnswers = {
  folder: "axis/p3245-lv-10.12.240",
  fileOf: (path: string) => (path.endsWith("/image.cgi") ? "picture" : (path.split("/").at(-1) ?? "")),
  streams: ["/axis-media/media.amp?camera=1"],
};

export async function axisStand(): Promise<Stand> {
  const device = await createTranscriptDevice(axisAnswers);
  return {
    config: { address: `127.0.0.1:${device.httpPort}`, rtspPort: device.rtspPort },
    login: device.login,
    behave: (behaviour) => device.behave(behaviour),
    sockets: () => device.sockets,
    loginsRefused: () => device.loginsRefused,
    [Symbol.asyncDispose]: () => device[Symbol.asyncDispose](),
  };
}
