import { expect, test } from "vitest";
import { UnitSizes } from "../../drivers/protocol/rtp-unit-sizes.ts";
import type { VideoTrack } from "../../drivers/protocol/sdp.ts";
import {
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

/** "K120" for a keyframe of 120 bytes, "40" for another, "?" for one with a gap. */
function told(packets: readonly (readonly [RtpFields, Uint8Array, boolean?])[]): string {
  const words: string[] = [];
  const sizes = new UnitSizes(track, {
    unit: (keyframe, bytes) => words.push(`${keyframe ? "K" : ""}${bytes}`),
    damaged: () => words.push("?"),
  });
  for (const [fields, payload, onRtpChannel = true] of packets) {
    const packet = rtpPacket(fields, payload);
    sizes.push(packet, 0, packet.length, onRtpChannel);
  }
  return words.join(" ");
}

const plain = (sequence: number, timestamp: number, bytes = 40) =>
  [{ sequence, timestamp, marker: true }, plainSlice(bytes)] as const;

test("units are added up over their packets and told when the next begins; the first may be cut", () => {
  const [begin = idrSlice(), rest = idrSlice()] = fragments(idrSlice(100), 60);
  expect(
    told([
      plain(1, 0),
      [{ sequence: 2, timestamp: 3_000 }, h264Sps],
      [{ sequence: 3, timestamp: 3_000 }, h264Pps],
      [{ sequence: 4, timestamp: 3_000 }, begin],
      [{ sequence: 5, timestamp: 3_000, marker: true }, rest],
      plain(6, 6_000, 50),
      plain(7, 9_000),
    ]),
  ).toBe(`? K${h264Sps.length + h264Pps.length + begin.length + rest.length} 50`);
});

test("a missing packet spoils the units on both sides of it and no other", () => {
  expect(told([plain(1, 0), plain(2, 1), plain(3, 2), plain(5, 3), plain(6, 4), plain(7, 5)])).toBe(
    "? 40 ? ? 40",
  );
});

test("a gap within a unit spoils it alone", () => {
  const slice = plainSlice(300);
  const [first = slice, , third = slice] = fragments(slice, 100);
  expect(
    told([
      plain(1, 0),
      plain(2, 1),
      [{ sequence: 3, timestamp: 2 }, first],
      [{ sequence: 5, timestamp: 2 }, third],
      plain(6, 3),
      plain(7, 4),
    ]),
  ).toBe("? 40 ? 40");
});

test("a marker on every slice, or on none, changes nothing", () => {
  const slices = (marker: boolean) =>
    told(
      [1, 2, 3, 4, 5, 6].map((n) => [{ sequence: n, timestamp: n >> 1, marker }, plainSlice(30)] as const),
    );
  expect(slices(true)).toBe("? 60 60");
  expect(slices(false)).toBe(slices(true));
});

test("a stream that begins again under another SSRC loses the units at both ends", () => {
  const other = (sequence: number, timestamp: number) =>
    [{ sequence, timestamp, ssrc: 9 }, plainSlice(20)] as const;
  expect(told([plain(1, 0), plain(2, 1), plain(3, 2), other(70, 5), other(71, 6), other(72, 7)])).toBe(
    "? 40 ? ? 20",
  );
});

test("sequence numbers wrap, and what is no packet of the track is passed over", () => {
  const report = senderReport();
  const sizes: number[] = [];
  const units = new UnitSizes(track, {
    unit: (_, bytes) => sizes.push(bytes),
    damaged: () => sizes.push(-1),
  });
  for (const [n, sequence] of [65_534, 65_535, 0, 1].entries()) {
    const packet = rtpPacket({ sequence, timestamp: n }, plainSlice());
    const audio = rtpPacket({ sequence, timestamp: n, payloadType: 8 }, plainSlice());
    units.push(packet, 0, packet.length, true);
    units.push(report, 0, report.length, true);
    units.push(audio, 0, audio.length, false);
  }
  expect(sizes).toEqual([-1, 40, 40]);
  expect(units.packets).toBe(4);
});
