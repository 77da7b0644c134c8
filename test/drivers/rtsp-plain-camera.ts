import {
  aggregate,
  fragments,
  h264Pps,
  h264Sps,
  idrSlice,
  interleaved,
  plainSlice,
  rtpPacket,
} from "./rtp-bytes.ts";
import { reply, type ScriptedAnswer, type ScriptedRequest, scriptedCamera } from "./rtsp-scripted-camera.ts";

export const well = "host port login describe stream";
export const login = { username: "admin", password: "secret" };
export const sdp = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n";

/** A keyframe of six packets and a picture after it, on `channel`. */
export function pictures(channel = 0, between = Buffer.alloc(0)): Buffer {
  const payloads = [aggregate([h264Sps, h264Pps]), ...fragments(idrSlice(100), 20)];
  const keyframe = payloads.map((payload, at) =>
    interleaved(
      channel,
      rtpPacket({ sequence: at, timestamp: 0, marker: at === payloads.length - 1 }, payload),
    ),
  );
  const next = rtpPacket({ sequence: payloads.length, timestamp: 3_600, marker: true }, plainSlice());
  return Buffer.concat([...keyframe.flatMap((packet) => [packet, between]), interleaved(channel, next)]);
}

type Script = Partial<Record<string, (request: ScriptedRequest, time: number) => ScriptedAnswer | undefined>>;

/** Answers as a plain camera does, except where `script` says otherwise; it is told how often it was asked before. */
export function camera(script: Script = {}) {
  const asked = new Map<string, number>();
  return scriptedCamera((request) => {
    const time = asked.get(request.method) ?? 0;
    asked.set(request.method, time + 1);
    return script[request.method]?.(request, time) ?? plainAnswer(request);
  });
}

export function plainAnswer({ method, cseq }: ScriptedRequest): ScriptedAnswer {
  const lines = [`CSeq: ${cseq}`];
  if (method === "DESCRIBE") return reply("200 OK", lines, sdp);
  if (method === "SETUP")
    return reply("200 OK", [...lines, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1", "Session: 17"]);
  if (method === "PLAY") return Buffer.concat([Buffer.from(reply("200 OK", lines)), pictures()]);
  return reply("200 OK", lines);
}

export const methods = (requests: readonly ScriptedRequest[]) =>
  requests.map(({ method }) => method).join(" ");
