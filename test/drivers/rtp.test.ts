import fc from "fast-check";
import { expect, test } from "vitest";
import { RtpHeader, SequenceCount, TimestampCount } from "../../drivers/protocol/rtp.ts";
import { rtpPacket, senderReport } from "./rtp-bytes.ts";

const counted = (sequences: readonly number[]) => {
  const count = new SequenceCount();
  for (const sequence of sequences) count.push(sequence);
  return { received: count.received, lost: count.lost };
};

test("a header is read with extension, sources and padding left out of the payload", () => {
  const header = new RtpHeader();
  const plain = rtpPacket(
    { sequence: 65_535, timestamp: 0xffffffff, marker: true, payloadType: 98, ssrc: 7 },
    Buffer.from([1, 2, 3]),
  );
  expect(header.read(plain, 0, plain.length)).toBe(true);
  expect({ ...header }).toEqual({
    payloadType: 98,
    marker: true,
    sequence: 65_535,
    timestamp: 0xffffffff,
    ssrc: 7,
    payloadStart: 12,
    payloadEnd: 15,
  });
  const full = Buffer.concat([
    plain.subarray(0, 12),
    Buffer.alloc(8, 0xcc),
    Buffer.from([0xbe, 0xde, 0, 1, 9, 9, 9, 9]),
    Buffer.from([1, 2, 3, 0, 2]),
  ]);
  full[0] = 0x80 | 0x20 | 0x10 | 2;
  const shifted = Buffer.concat([Buffer.from([0xff, 0xff]), full]);
  expect(header.read(shifted, 2, shifted.length)).toBe(true);
  expect(shifted.subarray(header.payloadStart, header.payloadEnd)).toEqual(Buffer.from([1, 2, 3]));
});

test("RTCP, other versions and headers that promise more than there is are no RTP", () => {
  const header = new RtpHeader();
  const read = (bytes: Uint8Array) => header.read(bytes, 0, bytes.length);
  const packet = rtpPacket({ sequence: 1, timestamp: 1 }, Buffer.from([1, 2, 3]));
  const with0 = (first: number) => Buffer.concat([Buffer.from([first]), packet.subarray(1)]);
  expect(read(senderReport())).toBe(false);
  expect(read(with0(0x40))).toBe(false);
  expect(read(with0(0x8f))).toBe(false);
  expect(read(with0(0x90))).toBe(false);
  expect(read(packet.subarray(0, 11))).toBe(false);
  const padded = with0(0xa0);
  padded[padded.length - 1] = 200;
  expect(read(padded)).toBe(false);
});

test("any bytes are read within their bounds", () => {
  const header = new RtpHeader();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(20), (bytes, start) => {
      if (!header.read(bytes, start, bytes.length)) return;
      expect(header.payloadStart).toBeGreaterThanOrEqual(start + 12);
      expect(header.payloadEnd).toBeLessThanOrEqual(bytes.length);
      expect(header.payloadStart).toBeLessThanOrEqual(header.payloadEnd);
    }),
  );
});

test("missing numbers are lost packets, also where the count wraps around", () => {
  expect(counted([1, 2, 3])).toEqual({ received: 3, lost: 0 });
  expect(counted([1, 2, 5])).toEqual({ received: 3, lost: 2 });
  expect(counted([65_534, 65_535, 0, 2])).toEqual({ received: 4, lost: 1 });
});

test("a late packet fills its gap and a doubled one counts once", () => {
  expect(counted([1, 2, 4, 3, 5])).toEqual({ received: 5, lost: 0 });
  expect(counted([1, 2, 2, 2, 4])).toEqual({ received: 3, lost: 1 });
  expect(counted([10, 9, 12])).toEqual({ received: 3, lost: 1 });
});

test("a jump is a restart once two packets follow each other, and a single stray packet is nothing", () => {
  expect(counted([1, 2, 40_000, 3, 4])).toEqual({ received: 4, lost: 0 });
  expect(counted([1, 2, 40_000, 40_001, 40_002])).toEqual({ received: 4, lost: 0 });
  expect(counted([1, 3, 40_000, 40_001, 40_003])).toEqual({ received: 4, lost: 2 });
});

test("with any packets taken out and neighbours swapped, exactly those taken out are lost", () => {
  fc.assert(
    fc.property(
      fc.nat(65_535),
      fc.array(fc.boolean(), { minLength: 3, maxLength: 300 }),
      fc.array(fc.nat(299)),
      (first, kept, swaps) => {
        const sent = kept.map((_, at) => (first + at) & 0xffff);
        const arrived = sent.filter((_, at) => at === 0 || at === kept.length - 1 || kept[at]);
        for (const at of new Set(swaps.map((swap) => swap - (swap % 2)))) {
          const [a, b] = [arrived[at], arrived[at + 1]];
          if (a === undefined || b === undefined || ((b - a) & 0xffff) > 20) continue;
          arrived[at] = b;
          arrived[at + 1] = a;
        }
        expect(counted(arrived)).toEqual({ received: arrived.length, lost: sent.length - arrived.length });
      },
    ),
  );
});

const rate = (timestamps: readonly number[]) => {
  const count = new TimestampCount(90_000);
  for (const timestamp of timestamps) count.push(timestamp);
  return { rate: Math.round(count.rate * 1000) / 1000, units: count.units };
};

test("frames a second come from the timestamps, also across their wrap-around and out of order", () => {
  expect(rate([0, 3_600, 3_600, 7_200, 10_800])).toEqual({ rate: 25, units: 4 });
  expect(rate([0xffffffff - 3_599, 0, 3_600])).toEqual({ rate: 25, units: 3 });
  expect(rate([0, 10_800, 3_600, 7_200, 21_600, 14_400, 18_000])).toEqual({ rate: 25, units: 7 });
  expect(rate([5])).toEqual({ rate: 0, units: 1 });
  expect(rate([])).toEqual({ rate: 0, units: 0 });
});

test("a jump of the camera's clock is left out of the span", () => {
  expect(rate([0, 3_600, 7_200, 3_000_000_000, 3_000_003_600, 3_000_007_200])).toEqual({
    rate: 25,
    units: 6,
  });
});
