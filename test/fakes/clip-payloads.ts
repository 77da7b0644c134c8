import { type AccessUnit, type Codec, h264Nal, h265Nal, isParameterSet, nalType } from "./clip-annex-b.ts";

/** RTP payloads of one picture, in order, each at most `limit` bytes (RFC 6184 for H.264, RFC 7798 for H.265). */
export function payloads(codec: Codec, unit: AccessUnit, limit: number): Buffer[] {
  const sets = unit.nals.filter((nal) => isParameterSet(codec, nalType(codec, nal)));
  const others = unit.nals.filter((nal) => !sets.includes(nal));
  const shape = codec === "h264" ? h264 : h265;
  return [
    ...(sets.length > 1 ? [shape.aggregate(sets)] : sets),
    ...others.flatMap((nal) => (nal.length <= limit ? [nal] : shape.fragment(nal, limit))),
  ];
}

interface PayloadShape {
  aggregate(nals: readonly Buffer[]): Buffer;
  fragment(nal: Buffer, limit: number): Buffer[];
}

const h264: PayloadShape = {
  /** STAP-A, RFC 6184 5.7.1: NRI is the highest of those inside. */
  aggregate(nals) {
    const nri = Math.max(...nals.map((nal) => nal.readUInt8(0) & 0x60));
    return Buffer.concat([Buffer.from([nri | h264Nal.stapA]), ...nals.flatMap(sized)]);
  },
  /** FU-A, RFC 6184 5.8: the NAL header is spread over the indicator and the FU header. */
  fragment(nal, limit) {
    const header = nal.readUInt8(0);
    const indicator = (header & 0xe0) | h264Nal.fuA;
    return pieces(nal.subarray(1), limit - 2).map(({ bytes, edge }) =>
      Buffer.concat([Buffer.from([indicator, edge | (header & 0x1f)]), bytes]),
    );
  },
};

const h265: PayloadShape = {
  /** AP, RFC 7798 4.4.2; layer id and temporal id are those of the first (0 and 1 in our clips). */
  aggregate(nals) {
    const header = nals[0]?.readUInt16BE(0) ?? 1;
    const own = (header & 0x81ff) | (h265Nal.ap << 9);
    return Buffer.concat([Buffer.from([own >> 8, own & 0xff]), ...nals.flatMap(sized)]);
  },
  /** FU, RFC 7798 4.4.3. */
  fragment(nal, limit) {
    const header = nal.readUInt16BE(0);
    const own = (header & 0x81ff) | (h265Nal.fu << 9);
    return pieces(nal.subarray(2), limit - 3).map(({ bytes, edge }) =>
      Buffer.concat([Buffer.from([own >> 8, own & 0xff, edge | nalType("h265", nal)]), bytes]),
    );
  },
};

function sized(nal: Buffer): [Buffer, Buffer] {
  return [Buffer.from([nal.length >> 8, nal.length & 0xff]), nal];
}

const START = 0x80;
const END = 0x40;

/** Cuts into pieces of at most `limit` bytes; `edge` carries the S and E bits, which are alike in FU-A and FU. */
function pieces(body: Buffer, limit: number): { bytes: Buffer; edge: number }[] {
  const cut: { bytes: Buffer; edge: number }[] = [];
  for (let at = 0; at < body.length; at += limit) {
    const start = at === 0 ? START : 0;
    const end = at + limit >= body.length ? END : 0;
    cut.push({ bytes: body.subarray(at, at + limit), edge: start | end });
  }
  return cut;
}
