import { expect, test } from "vitest";
import { StreamMeter } from "../../drivers/protocol/rtsp-stream-meter.ts";
import type { VideoTrack } from "../../drivers/protocol/sdp.ts";
import {
  aggregate,
  fragments,
  h264Pps,
  h264Sps,
  idrSlice,
  plainSlice,
  type RtpFields,
  rtpPacket,
  senderReport,
} from "./rtp-bytes.ts";

const track: VideoTrack = {
  codec: "h264",
  payloadType: 96,
  clockRate: 90_000,
  control: undefined,
  parameterSets: [],
};

type Step = readonly [fields: RtpFields, payload: Uint8Array, channelIsRtp?: boolean];

function metered(steps: readonly Step[], of: VideoTrack = track): StreamMeter {
  const meter = new StreamMeter(of);
  for (const [fields, payload, onRtpChannel] of steps) {
    const packet = rtpPacket(fields, payload);
    meter.push(packet, 0, packet.length, onRtpChannel ?? true);
  }
  return meter;
}

/** One access unit: its payloads in packets of one timestamp, the marker on the last. */
function unit(first: number, timestamp: number, payloads: readonly Buffer[], marker = true): Step[] {
  return payloads.map((payload, at) => [
    { sequence: first + at, timestamp, marker: marker && at === payloads.length - 1 },
    payload,
  ]);
}

const keyframe = [aggregate([h264Sps, h264Pps]), ...fragments(idrSlice(100), 30)];

test("a keyframe counts once its last packet came, not before", () => {
  const packets = unit(10, 0, keyframe);
  expect(metered(packets.slice(0, -1)).keyframes).toBe(0);
  expect(metered(packets).keyframes).toBe(1);
  expect(metered(packets).size).toEqual({ width: 1920, height: 1080 });
});

test("without a marker the next timestamp closes the keyframe, if its last slice had ended", () => {
  const next: Step = [{ sequence: 10 + keyframe.length, timestamp: 3_600 }, plainSlice()];
  expect(metered([...unit(10, 0, keyframe, false), next]).keyframes).toBe(1);
  const cut = unit(10, 0, keyframe.slice(0, -1), false);
  expect(
    metered([...cut, [{ sequence: 9 + keyframe.length, timestamp: 3_600 }, plainSlice()]]).keyframes,
  ).toBe(0);
});

test("a keyframe with a packet missing anywhere is none, the next whole one is", () => {
  for (let missing = 1; missing < keyframe.length; missing++) {
    const before = unit(8, 0, [plainSlice()]);
    const holed = unit(9, 3_600, keyframe).filter((_, at) => at !== missing);
    const after = unit(9 + keyframe.length, 7_200, [plainSlice()]);
    const holedOnly = [...before, ...holed, ...after];
    expect(metered(holedOnly).keyframes).toBe(0);
    const whole = unit(10 + keyframe.length, 10_800, keyframe);
    expect(metered([...holedOnly, ...whole]).keyframes).toBe(1);
  }
});

test("joining in the middle of a keyframe does not make it one", () => {
  expect(metered(unit(10, 0, keyframe.slice(2))).keyframes).toBe(0);
  const slices = [...fragments(idrSlice(100), 30).slice(1), idrSlice()];
  expect(metered(unit(10, 0, slices)).keyframes).toBe(0);
});

test("frames, bit rate and losses are measured over the stream's own time", () => {
  const steps = Array.from({ length: 51 }, (_, frame) =>
    unit(frame * 2, frame * 3_600, [plainSlice(500), plainSlice(500)]),
  );
  const meter = metered(steps.flat().filter((_, at) => at !== 31 && at !== 60));
  expect(meter.framesPerSecond).toBe(25);
  expect(meter.packets).toBe(100);
  expect(meter.packetsLost).toBe(2);
  // 1,000 bytes a frame at 25 frames a second, less two packets.
  expect(meter.kilobitsPerSecond(0)).toBeCloseTo((100 * 500 * 8 * 25) / 51 / 1000, 6);
});

test("a single access unit has no frame rate, and its bit rate is over the time that passed", () => {
  const meter = metered(unit(0, 0, [plainSlice(1_000)]));
  expect(meter.framesPerSecond).toBe(0);
  expect(meter.kilobitsPerSecond(2_000)).toBe(4);
  expect(meter.kilobitsPerSecond(0)).toBe(0);
});

test("RTCP and other payloads on other channels are not counted, the stream's own payload is on any channel", () => {
  const meter = metered([
    [{ sequence: 1, timestamp: 0 }, plainSlice(), false],
    [{ sequence: 2, timestamp: 0, payloadType: 107 }, plainSlice(), false],
    [{ sequence: 2, timestamp: 0, payloadType: 97 }, plainSlice(), true],
  ]);
  const report = senderReport();
  meter.push(report, 0, report.length, true);
  expect(meter.packets).toBe(2);
});

test("a change of SSRC is neither a loss nor a jump in time", () => {
  const one = Array.from({ length: 26 }, (_, frame) => unit(frame, frame * 3_600, [plainSlice()])).flat();
  const other = one.map(
    ([fields, payload]): Step => [
      {
        ...fields,
        ssrc: 99,
        sequence: fields.sequence + 30_000,
        timestamp: fields.timestamp + 1_000_000_000,
      },
      payload,
    ],
  );
  const meter = metered([...one, ...other]);
  expect(meter).toMatchObject({ packets: 52, packetsLost: 0, framesPerSecond: 25 });
  expect(
    metered([
      ...one,
      ...unit(500, 5, keyframe).map(([fields, payload]): Step => [{ ...fields, ssrc: 7 }, payload]),
    ]).keyframes,
  ).toBe(1);
});

test("the size comes from the description, and from the stream where that is newer or alone", () => {
  const small = Buffer.from("6742c00bd902c4ec0440000003004000000c83c50a92", "hex");
  expect(metered([], { ...track, parameterSets: [small] }).size).toEqual({ width: 176, height: 144 });
  expect(metered(unit(1, 0, [h264Sps]), { ...track, parameterSets: [small] }).size).toEqual({
    width: 1920,
    height: 1080,
  });
  expect(metered(unit(1, 0, [Buffer.from([0x67, 1])]), { ...track, parameterSets: [small] }).size).toEqual({
    width: 176,
    height: 144,
  });
  expect(metered(unit(1, 0, [idrSlice()])).size).toBeUndefined();
});
