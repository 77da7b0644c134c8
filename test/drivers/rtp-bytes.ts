/** RTP packets and NAL units to feed parsers with. */

export interface RtpFields {
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker?: boolean;
  readonly payloadType?: number;
  readonly ssrc?: number;
}

export function rtpPacket(
  { sequence, timestamp, marker, payloadType, ssrc }: RtpFields,
  payload: Uint8Array,
): Buffer {
  const header = Buffer.alloc(12);
  header[0] = 0x80;
  header[1] = (marker ? 0x80 : 0) | (payloadType ?? 96);
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE(timestamp >>> 0, 4);
  header.writeUInt32BE(ssrc ?? 0x1234, 8);
  return Buffer.concat([header, payload]);
}

/** RTCP sender report without blocks (RFC 3550 6.4.1). */
export function senderReport(): Buffer {
  const report = Buffer.alloc(28);
  report[0] = 0x80;
  report[1] = 200;
  report.writeUInt16BE(6, 2);
  return report;
}

export function interleaved(channel: number, packet: Uint8Array): Buffer {
  const header = Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff]);
  return Buffer.concat([header, packet]);
}

/** 1920 × 1080 from x264, High profile. */
export const h264Sps = Buffer.from("67640028acd940780227e5c044000003000400000300c83c60c658", "hex");
export const h264Pps = Buffer.from("68ebe3cb22c0", "hex");

/** An H.264 IDR slice's beginning, `length` bytes. */
export function idrSlice(length = 40): Buffer {
  return Buffer.concat([Buffer.from([0x65, 0x88]), Buffer.alloc(length - 2, 0x5a)]);
}

export function plainSlice(length = 40): Buffer {
  return Buffer.concat([Buffer.from([0x41, 0x9a]), Buffer.alloc(length - 2, 0x5a)]);
}

/** FU-A payloads of a NAL unit (RFC 6184 5.8). */
export function fragments(unit: Buffer, size: number): Buffer[] {
  const [header = 0] = unit;
  const pieces: Buffer[] = [];
  for (let at = 1; at < unit.length; at += size) {
    const begins = at === 1 ? 0x80 : 0;
    const ends = at + size >= unit.length ? 0x40 : 0;
    const head = Buffer.from([(header & 0xe0) | 28, begins | ends | (header & 0x1f)]);
    pieces.push(Buffer.concat([head, unit.subarray(at, at + size)]));
  }
  return pieces;
}

/** STAP-A payload (RFC 6184 5.7.1). */
export function aggregate(units: readonly Buffer[]): Buffer {
  const sized = units.flatMap((unit) => [Buffer.from([unit.length >> 8, unit.length & 0xff]), unit]);
  return Buffer.concat([Buffer.from([24]), ...sized]);
}
