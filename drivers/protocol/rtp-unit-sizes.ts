import { scanH264 } from "./h264-payload.ts";
import { scanH265 } from "./h265-payload.ts";
import {
  KEYFRAME_SLICE_BEGINS,
  KEYFRAME_SLICE_GOES_ON,
  type ScanPayload,
  WHOLE_KEYFRAME_SLICE,
} from "./nal-payload.ts";
import { RtpHeader } from "./rtp.ts";
import type { VideoTrack } from "./sdp.ts";

export interface UnitSink {
  /** A whole access unit of so many bytes of RTP payload. */
  unit(keyframe: boolean, bytes: number): void;
  /** One of which a packet is missing, or may be. */
  damaged(): void;
}

const KEYFRAME = WHOLE_KEYFRAME_SLICE | KEYFRAME_SLICE_BEGINS | KEYFRAME_SLICE_GOES_ON;
const ignoreSps = () => {};

/**
 * Adds up the access units of one video stream from RTP headers; payloads are looked at for keyframes only. A unit
 * ends where the timestamp changes, not at the marker, which some cameras set on every slice or never; so each is told
 * when the next begins.
 */
export class UnitSizes {
  readonly #track: VideoTrack;
  readonly #scan: ScanPayload;
  readonly #sink: UnitSink;
  readonly #header = new RtpHeader();
  #packets = 0;
  #ssrc = -1;
  #sequence = -1;
  #timestamp = -1;
  /** Of the access unit at hand. */
  #bytes = 0;
  #keyframe = false;
  #whole = false;

  constructor(track: VideoTrack, sink: UnitSink) {
    this.#track = track;
    this.#scan = track.codec === "h264" ? scanH264 : scanH265;
    this.#sink = sink;
  }

  /** Packets of the stream, RTCP and other payloads not counted. */
  get packets(): number {
    return this.#packets;
  }

  /** Takes what came on an interleaved channel; the payload type names the stream where the channel does not. */
  push(bytes: Uint8Array, start: number, end: number, onRtpChannel: boolean): void {
    const header = this.#header;
    if (!header.read(bytes, start, end)) return;
    if (!onRtpChannel && header.payloadType !== this.#track.payloadType) return;
    this.#packets++;
    const { ssrc, sequence, timestamp, payloadStart, payloadEnd } = header;
    const sameRun = ssrc === this.#ssrc;
    const follows = sameRun && sequence === ((this.#sequence + 1) & 0xffff);
    // A packet that is missing between two units may be the end of the one or the beginning of the other.
    if (!follows) this.#whole = false;
    if (!sameRun || timestamp !== this.#timestamp) {
      if (this.#bytes > 0) this.#close();
      this.#begin(follows);
    }
    this.#ssrc = ssrc;
    this.#sequence = sequence;
    this.#timestamp = timestamp;
    this.#bytes += payloadEnd - payloadStart;
    if (!this.#keyframe && payloadEnd > payloadStart)
      this.#keyframe = (this.#scan(bytes, payloadStart, payloadEnd, ignoreSps) & KEYFRAME) !== 0;
  }

  #begin(whole: boolean): void {
    this.#bytes = 0;
    this.#keyframe = false;
    this.#whole = whole;
  }

  #close(): void {
    if (this.#whole) this.#sink.unit(this.#keyframe, this.#bytes);
    else this.#sink.damaged();
  }
}
