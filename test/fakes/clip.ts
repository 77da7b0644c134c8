import { readFileSync } from "node:fs";
import { accessUnits, type Codec, h264Nal, h265Nal, nalType, splitAnnexB } from "./clip-annex-b.ts";
import { payloads } from "./clip-payloads.ts";

export type { Codec } from "./clip-annex-b.ts";

/** Size of the interleaved header (RFC 2326 10.12) and of the RTP header (RFC 3550 5.1) before each payload. */
export const INTERLEAVED_HEADER = 4;
export const RTP_HEADER = 12;
/** Largest RTP packet in bytes, its header included: fits an Ethernet frame through a VPN. */
const LARGEST_RTP_PACKET = 1400;
export const VIDEO_PAYLOAD_TYPE = 96;

/**
 * One picture, ready to send: interleaved RTP packets one behind the other. Channel, sequence number, timestamp
 * and SSRC are zero; the sender copies `bytes` and writes them at each of `packets`.
 */
export interface ClipFrame {
  readonly keyframe: boolean;
  readonly bytes: Buffer;
  /** Offset of each packet's interleaved header in `bytes`. */
  readonly packets: readonly number[];
  /** RTP payload bytes, as a sender report counts them. */
  readonly payloadBytes: number;
}

export interface Clip {
  readonly codec: Codec;
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly frames: readonly ClipFrame[];
  /** SPS and PPS, with VPS before them in H.265. */
  readonly parameterSets: readonly Buffer[];
}

const fixtures = new URL("../fixtures/video/", import.meta.url);
const clips = {
  h264: { codec: "h264", name: "pattern", width: 640, height: 360, framesPerSecond: 15 },
  h265: { codec: "h265", name: "pattern", width: 640, height: 360, framesPerSecond: 15 },
  /** 32 seconds in which nothing moves, and eight in which something walks by. */
  walk: { codec: "h264", name: "walk", width: 320, height: 180, framesPerSecond: 10 },
} as const;

export type ClipName = keyof typeof clips;

const loaded = new Map<ClipName, Clip>();

/** The process's one copy of a clip: a keyframe every two seconds; see test/fixtures/video/README.md. */
export function loadClip(name: ClipName): Clip {
  const known = loaded.get(name);
  if (known) return known;
  const { name: stem, ...shape } = clips[name];
  const file = `${stem}-${shape.width}x${shape.height}-${shape.framesPerSecond}fps.${shape.codec}`;
  const clip = { ...shape, ...packetise(shape.codec, readFileSync(new URL(file, fixtures))) };
  loaded.set(name, clip);
  return clip;
}

let picture: Buffer | undefined;

/** A JPEG of the clips' first picture, 320 × 180. */
export function loadSnapshot(): Buffer {
  picture ??= readFileSync(new URL("snapshot-320x180.jpg", fixtures));
  return picture;
}

function packetise(codec: Codec, stream: Buffer): Pick<Clip, "frames" | "parameterSets"> {
  const nals = splitAnnexB(stream);
  const wanted: readonly number[] =
    codec === "h264" ? [h264Nal.sps, h264Nal.pps] : [h265Nal.vps, h265Nal.sps, h265Nal.pps];
  const parameterSets = wanted.map((type) => {
    const nal = nals.find((candidate) => nalType(codec, candidate) === type);
    if (!nal) throw new Error(`the clip has no NAL unit of type ${type}`);
    return nal;
  });
  const frames = accessUnits(codec, nals).map((unit) =>
    frameOf(payloads(codec, unit, LARGEST_RTP_PACKET - RTP_HEADER), unit.keyframe),
  );
  return { frames, parameterSets };
}

function frameOf(parts: readonly Buffer[], keyframe: boolean): ClipFrame {
  const packets: number[] = [];
  const buffers: Buffer[] = [];
  let length = 0;
  let payloadBytes = 0;
  for (const [index, payload] of parts.entries()) {
    const header = Buffer.alloc(INTERLEAVED_HEADER + RTP_HEADER);
    header.write("$", 0, "latin1");
    header.writeUInt16BE(RTP_HEADER + payload.length, 2);
    header.writeUInt8(0x80, 4);
    const marker = index === parts.length - 1 ? 0x80 : 0;
    header.writeUInt8(marker | VIDEO_PAYLOAD_TYPE, 5);
    packets.push(length);
    buffers.push(header, payload);
    length += header.length + payload.length;
    payloadBytes += payload.length;
  }
  return { keyframe, bytes: Buffer.concat(buffers, length), packets, payloadBytes };
}
