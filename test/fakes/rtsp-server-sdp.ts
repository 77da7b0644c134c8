import { type Clip, VIDEO_PAYLOAD_TYPE } from "./clip.ts";

/** The session description that DESCRIBE answers: one video track, `a=control:trackID=1` (RFC 8866, RFC 6184 8.2, RFC 7798 7.2). */
export function sdpOf(clip: Clip, address: string): string {
  const encoding = clip.codec === "h264" ? "H264" : "H265";
  return [
    "v=0",
    `o=- 1 1 IN IP4 ${address}`,
    "s=Media Presentation",
    "c=IN IP4 0.0.0.0",
    "t=0 0",
    "a=control:*",
    "a=range:npt=0-",
    `m=video 0 RTP/AVP ${VIDEO_PAYLOAD_TYPE}`,
    `a=rtpmap:${VIDEO_PAYLOAD_TYPE} ${encoding}/90000`,
    `a=fmtp:${VIDEO_PAYLOAD_TYPE} ${formatParameters(clip)}`,
    `a=framerate:${clip.framesPerSecond}`,
    "a=control:trackID=1",
    "",
  ].join("\r\n");
}

function formatParameters(clip: Clip): string {
  const sprop = clip.parameterSets.map((nal) => nal.toString("base64"));
  if (clip.codec === "h265") {
    const [vps, sps, pps] = sprop;
    return `sprop-vps=${vps}; sprop-sps=${sps}; sprop-pps=${pps}`;
  }
  const profileLevelId = clip.parameterSets[0]?.toString("hex", 1, 4);
  return `packetization-mode=1; profile-level-id=${profileLevelId}; sprop-parameter-sets=${sprop.join(",")}`;
}
