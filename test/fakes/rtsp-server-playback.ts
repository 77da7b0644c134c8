import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { ActiveBehaviours } from "./behaviours-hooks.ts";
import { type Clip, type ClipFrame, INTERLEAVED_HEADER, RTP_HEADER } from "./clip.ts";

/** RTP clock of video, ticks a second. */
const VIDEO_CLOCK = 90_000;
/** Bytes that may wait for a slow client before frames are left out, as cameras do. */
const LARGEST_BACKLOG = 1_048_576;
const SENDER_REPORT_EVERY_MS = 5_000;
/** Seconds between 1900, where NTP counts from, and 1970. */
const NTP_EPOCH = 2_208_988_800;

/**
 * Where a client's playing starts. `keyframe`: at the next one (up to two seconds later). `anywhere`: in the middle
 * of a group of pictures. `fresh`: with a keyframe at once, as from a make that makes one for each PLAY.
 */
export type StartAt = "keyframe" | "anywhere" | "fresh";

/** One session's RTP stream: copies the clip's packets, numbers them and writes them to the connection. */
export class Playback {
  readonly #stream: Duplex;
  readonly #channel: number;
  readonly #behaviours: ActiveBehaviours;
  readonly #now: () => number;
  readonly #ssrc = randomBytes(4).readUInt32BE();
  /** Sequence number of the packet that is next. */
  sequence = randomBytes(2).readUInt16BE();
  readonly #firstTimestamp = randomBytes(4).readUInt32BE();
  readonly #ticksAFrame: number;
  readonly #clip: Clip;
  #clipPosition: number;
  #skippingToKeyframe: boolean;
  #framesSent = 0;
  #packets = 0;
  #payloadBytes = 0;
  #packetsOffered = 0;
  #nextReportAt = 0;

  constructor(options: {
    readonly stream: Duplex;
    readonly channel: number;
    readonly clip: Clip;
    /** The camera's own frame counter: every session but a `fresh` one sees the same moment. */
    readonly clipPosition: number;
    readonly startAt: StartAt;
    readonly behaviours: ActiveBehaviours;
    /** The device's own wall clock. */
    readonly now: () => number;
  }) {
    this.#stream = options.stream;
    this.#channel = options.channel;
    this.#clip = options.clip;
    this.#behaviours = options.behaviours;
    this.#now = options.now;
    this.#clipPosition = options.startAt === "fresh" ? 0 : options.clipPosition;
    this.#skippingToKeyframe = options.startAt === "keyframe";
    this.#ticksAFrame = VIDEO_CLOCK / options.clip.framesPerSecond;
  }

  /** Timestamp of the frame that is next; for RTP-Info in the answer to PLAY. */
  get timestamp(): number {
    return (this.#firstTimestamp + this.#framesSent * this.#ticksAFrame) % 2 ** 32;
  }

  /** Sends the next frame; `cut` when a behaviour ends the stream here. */
  sendFrame(monotonicMs: number): "sent" | "cut" {
    const frame = this.#clip.frames[this.#clipPosition++ % this.#clip.frames.length];
    if (!frame || (this.#skippingToKeyframe && !frame.keyframe)) return "sent";
    this.#skippingToKeyframe = false;
    const before = this.#packets;
    const outcome = this.#behaviours.touchesRtp ? this.#sendPackets(frame) : this.#sendWhole(frame);
    // A stream that a behaviour silences sends no reports either.
    if (outcome === "sent" && this.#packets > before && monotonicMs >= this.#nextReportAt) {
      this.#nextReportAt = monotonicMs + SENDER_REPORT_EVERY_MS;
      this.#write(this.#senderReport());
    }
    this.#framesSent++;
    return outcome;
  }

  #sendWhole(frame: ClipFrame): "sent" {
    const bytes = Buffer.from(frame.bytes);
    for (const begin of frame.packets) this.#number(bytes, begin);
    this.#write(bytes);
    this.#count(frame.packets.length, frame.payloadBytes);
    return "sent";
  }

  #sendPackets(frame: ClipFrame): "sent" | "cut" {
    const bytes = Buffer.from(frame.bytes);
    for (const [index, begin] of frame.packets.entries()) {
      const about = { keyframe: frame.keyframe, index: this.#packetsOffered++ };
      const verdict = this.#behaviours.first((behaviour) => behaviour.onRtpPacket?.(about));
      if (verdict === "cut") return "cut";
      if (verdict === "omit") continue;
      this.#number(bytes, begin);
      if (verdict === "lose") continue;
      const packet = bytes.subarray(begin, frame.packets[index + 1] ?? bytes.length);
      this.#write(packet);
      this.#count(1, packet.length - INTERLEAVED_HEADER - RTP_HEADER);
    }
    return "sent";
  }

  /** Writes this session's channel, sequence number, timestamp and SSRC into the packet at `begin`. */
  #number(bytes: Buffer, begin: number): void {
    const rtp = begin + INTERLEAVED_HEADER;
    bytes[begin + 1] = this.#channel;
    bytes.writeUInt16BE(this.sequence, rtp + 2);
    bytes.writeUInt32BE(this.timestamp, rtp + 4);
    bytes.writeUInt32BE(this.#ssrc, rtp + 8);
    this.sequence = (this.sequence + 1) & 0xffff;
  }

  #count(packets: number, payloadBytes: number): void {
    this.#packets += packets;
    this.#payloadBytes += payloadBytes;
  }

  #write(bytes: Buffer): void {
    if (this.#stream.writable && this.#stream.writableLength < LARGEST_BACKLOG) this.#stream.write(bytes);
  }

  /** RTCP sender report with an SDES CNAME behind it (RFC 3550 6.4.1, 6.5), on the odd channel. */
  #senderReport(): Buffer {
    const wall = this.#now();
    const bytes = Buffer.alloc(INTERLEAVED_HEADER + 28 + 20);
    bytes.write("$", 0, "latin1");
    bytes.writeUInt8(this.#channel + 1, 1);
    bytes.writeUInt16BE(bytes.length - INTERLEAVED_HEADER, 2);
    bytes.writeUInt32BE(0x80c80006, 4);
    bytes.writeUInt32BE(this.#ssrc, 8);
    bytes.writeUInt32BE((Math.floor(wall / 1000) + NTP_EPOCH) % 2 ** 32, 12);
    bytes.writeUInt32BE(Math.floor(((wall % 1000) / 1000) * 2 ** 32), 16);
    bytes.writeUInt32BE(this.timestamp, 20);
    bytes.writeUInt32BE(this.#packets % 2 ** 32, 24);
    bytes.writeUInt32BE(this.#payloadBytes % 2 ** 32, 28);
    bytes.writeUInt32BE(0x81ca0004, 32);
    bytes.writeUInt32BE(this.#ssrc, 36);
    bytes.writeUInt16BE(0x0109, 40);
    bytes.write("simulated", 42, "latin1");
    return bytes;
  }
}
