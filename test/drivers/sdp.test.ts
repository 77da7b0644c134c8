import fc from "fast-check";
import { expect, test } from "vitest";
import { readDescription, readSetup } from "../../drivers/protocol/rtsp-session.ts";
import { StreamMeter } from "../../drivers/protocol/rtsp-stream-meter.ts";
import { parseRtspUrl } from "../../drivers/protocol/rtsp-url.ts";
import { chooseVideo, parseSdp } from "../../drivers/protocol/sdp.ts";
import { framed, ownTranscript, ownTranscripts, sharedTranscripts } from "./rtsp-transcripts.ts";

/** Where the camera was asked: behind port forwarding, so never where it says that it is. */
const asked = parseRtspUrl("rtsp://gate.example:8554/live?ch=1");

/** What a probe would take from an answer to DESCRIBE. */
function described(bytes: Buffer) {
  const [response] = framed(bytes);
  if (response?.kind !== "response" || !asked) throw new Error("no response");
  const result = readDescription(response, asked);
  if (!result.ok) return result.error;
  const { track, trackUri, uri } = result.value;
  const { size } = new StreamMeter(track);
  return {
    codec: track.codec,
    type: track.payloadType,
    size: size && `${size.width}x${size.height}`,
    trackUri,
    uri,
  };
}

const at = "rtsp://gate.example:8554";

test("each quirk of the hand-written answers gives its track, size and addresses on the configured host", () => {
  expect(Object.fromEntries(ownTranscripts.map((name) => [name, described(ownTranscript(name))]))).toEqual({
    "plain.txt": {
      codec: "h264",
      type: 96,
      size: "1920x1080",
      trackUri: `${at}/live/track1`,
      uri: `${at}/live/`,
    },
    "base-with-query.txt": {
      codec: "h265",
      type: 98,
      size: "1920x1080",
      trackUri: `${at}/cam/realmonitor?channel=2&subtype=1/trackID=0`,
      uri: `${at}/cam/realmonitor?channel=2&subtype=1/`,
    },
    "base-without-slash.txt": {
      codec: "h264",
      type: 96,
      size: undefined,
      trackUri: `${at}/camera/trackID=3`,
      uri: `${at}/camera`,
    },
    "base-without-scheme.txt": {
      codec: "h265",
      type: 96,
      size: undefined,
      trackUri: `${at}/stream0/trackID=1`,
      uri: `${at}/stream0/`,
    },
    "absolute-controls.txt": {
      codec: "h264",
      type: 96,
      size: undefined,
      trackUri: `${at}/Streaming/Channels/101/trackID=1?transportmode=unicast&profile=Profile_1`,
      uri: `${at}/Streaming/Channels/101/?transportmode=unicast&profile=Profile_1`,
    },
    "no-base-no-control.txt": {
      codec: "h264",
      type: 96,
      size: "1920x1080",
      trackUri: `${at}/live?ch=1`,
      uri: `${at}/live?ch=1`,
    },
    "content-location.txt": {
      codec: "h264",
      type: 96,
      size: undefined,
      trackUri: `${at}/ch1/track?x=1`,
      uri: `${at}/other`,
    },
    "not-video.txt": {
      cause: "stream-not-video",
      evidence: expect.objectContaining({
        en: "DESCRIBE offers video JPEG, video MP4V-ES, audio PCMU, application/tp-link",
      }),
    },
  });
});

test("a body that is no description is a refusal, and says so", () => {
  const bytes = Buffer.from("RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 6\r\n\r\n<html>");
  expect(described(bytes)).toMatchObject({
    cause: "stream-refused",
    evidence: { en: "RTSP/1.0 200 OK to DESCRIBE, without a description of media" },
  });
});

/** Of real cameras: file → codec, size from its parameter sets (as ffmpeg's trace_headers reads them), SETUP address. */
const realCameras: Readonly<Record<string, readonly [string, string, string]>> = {
  "anjvision_describe.txt": ["h265", "1280x704", "/stream0/trackID=1"],
  "anpviz_sdp.txt": ["h264", "704x576", "/live?ch=1/trackID=1"],
  "bunny_describe.txt": ["h264", "240x160", "/vod/mp4:BigBuckBunny_115k.mov/trackID=2"],
  "dahua_describe_h264_aac_onvif.txt": [
    "h264",
    "704x480",
    "/cam/realmonitor?channel=1&subtype=1&unicast=true&proto=Onvif/trackID=0",
  ],
  "foscam_describe.txt": ["h264", "1280x720", "/videoMain/track1"],
  "geovision_sdp.txt": ["h264", "2688x1520", "/media/video1/video"],
  "h264dvr_describe.txt": ["h264", "1920x1080", "/camera/trackID=3"],
  "hikvision_describe.txt": [
    "h264",
    "1920x1080",
    "/Streaming/Channels/101/trackID=1?transportmode=unicast&profile=Profile_1",
  ],
  "missing_content_type_describe.txt": ["h264", "320x180", "/live?ch=1/streamid=0"],
  "reolink_describe.txt": ["h264", "2560x1440", "/h264Preview_01_main/trackID=1"],
  "tplink_sdp.txt": ["h265", "2560x1440", "/live?ch=1/track1"],
};

test("answers of real cameras, where the machine has them, give codec, size and address by make", () => {
  for (const [name, bytes] of sharedTranscripts()) {
    if (!/describe|sdp/.test(name)) continue;
    const answer = name.includes("_sdp")
      ? Buffer.concat([Buffer.from(`RTSP/1.0 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`), bytes])
      : bytes;
    const [codec, size, path] = realCameras[name] ?? [];
    expect({ name, ...described(answer) }).toMatchObject({ name, codec, size, trackUri: `${at}${path}` });
  }
});

test("every other answer of a real camera is read as one message without a body", () => {
  for (const [name, bytes] of sharedTranscripts()) {
    if (/describe|sdp/.test(name)) continue;
    const [message, ...more] = framed(bytes);
    expect({ name, kind: message?.kind, more }).toEqual({ name, kind: "response", more: [] });
    if (message?.kind !== "response" || !name.includes("setup")) continue;
    const expected = name.startsWith("h264dvr")
      ? { ok: false, error: { cause: "stream-refused" } }
      : { ok: true, value: { channel: 0, timeoutSeconds: 60, id: expect.stringMatching(/^\w+$/) } };
    expect({ name, ...readSetup(message) }).toMatchObject({ name, ...expected });
  }
});

test("mutated answers are read without a throw, into bounded descriptions", () => {
  const seeds = [...ownTranscripts.map(ownTranscript), ...sharedTranscripts().values()];
  const mutation = fc.record({
    seed: fc.nat(seeds.length - 1),
    edits: fc.array(fc.tuple(fc.nat(2_000), fc.uint8Array({ maxLength: 6 })), { maxLength: 8 }),
    cut: fc.nat(2_000),
  });
  fc.assert(
    fc.property(mutation, ({ seed, edits, cut }) => {
      const bytes = Buffer.from(seeds[seed] ?? []);
      for (const [at, edit] of edits)
        bytes.set(edit.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
      for (const message of framed(bytes))
        if (message.kind === "response" && asked) readDescription(message, asked);
      const body = bytes.subarray(Math.max(0, bytes.indexOf("\r\n\r\n")), cut);
      const sdp = parseSdp(body);
      if (!sdp) return;
      expect(sdp.media.length).toBeLessThanOrEqual(32);
      const track = chooseVideo(sdp);
      if (typeof track !== "string") expect(new StreamMeter(track).packets).toBe(0);
    }),
    { numRuns: 500 },
  );
});

test("a description of nothing but lines is read in bounded time", () => {
  for (const line of [
    "m=video 0 RTP/AVP 96\r\n",
    "a=fmtp:96 a=b;\r\n",
    "a=rtpmap:96 H264/90000\r\n",
    "\r\n",
    "a=control:x\r\n",
  ]) {
    const sdp = parseSdp(Buffer.from(`m=video 0 RTP/AVP 96\r\n${line.repeat(100_000)}`));
    expect(sdp?.media.length).toBeLessThanOrEqual(32);
  }
});
