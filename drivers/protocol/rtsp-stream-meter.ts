import { scanH264 } from "./h264-payload.ts";
import { parseH264Sps } from "./h264-sps.ts";
import { scanH265 } from "./h265-payload.ts";
import { parseH265Sps } from "./h265-sps.ts";
import type { PictureSize } from "./nal-bits.ts";
import {
  KEYFRAME_SLICE_BEGINS,
  KEYFRAME_SLICE_ENDS,
  KEYFRAME_SLICE_GOES_ON,
  type OnSps,
  type ScanPayload,
  WHOLE_KEYFRAME_SLICE,
} from "./nal-payload.ts";
import { RtpHeader, SequenceCount, TimestampCount } from "./rtp.ts";
import type { VideoTrack } from "./sdp.ts";

/**
 * Measures one video stream from RTP and NAL headers, without decoding. A keyframe counts once its whole access unit
 * arrived: its slices' beginnings were seen, no packet is missing in it, and the marker closed it (or the last slice's
 * end and the next timestamp, where a camera sets no marker).
 */
export class StreamMeter {
  readonly #track: VideoTrack;
  readonly #scan: ScanPayload;
  readonly #header = new RtpHeader();
  readonly #sequences = new SequenceCount();
  readonly #timestamps: TimestampCount;
  readonly #onSps: OnSps;
  #size: PictureSize | undefined;
  #payloadBytes = 0;
  #keyframes = 0;
  #ssrc = -1;
  /** Of the access unit at hand. */
  #hasKeyframeSlice = false;
  #sliceOpen = false;
  #damaged = false;

  constructor(track: VideoTrack) {
    const parseSps = track.codec === "h264" ? parseH264Sps : parseH265Sps;
    this.#track = track;
    this.#scan = track.codec === "h264" ? scanH264 : scanH265;
    this.#timestamps = new TimestampCount(track.clockRate);
    this.#onSps = (bytes, start, end) => {
      this.#size = parseSps(bytes, start, end) ?? this.#size;
    };
    for (const set of track.parameterSets) this.#scan(set, 0, set.length, this.#onSps);
  }

  /** Packets of the stream, RTCP and other payloads not counted. */
  get packets(): number {
    return this.#sequences.received;
  }

  get packetsLost(): number {
    return this.#sequences.lost;
  }

  get keyframes(): number {
    return this.#keyframes;
  }

  /** From the newest SPS, of the description or the stream; undefined before there was one. */
  get size(): PictureSize | undefined {
    return this.#size;
  }

  get framesPerSecond(): number {
    return this.#timestamps.rate;
  }

  /**
   * Kilobits of RTP payload a second of the stream's own time, so that a burst of older frames after PLAY does not
   * swell it; of `elapsedMs` where only one access unit was seen.
   */
  kilobitsPerSecond(elapsedMs: number): number {
    const kilobits = (this.#payloadBytes * 8) / 1000;
    const seconds =
      this.framesPerSecond > 0 ? this.#timestamps.units / this.framesPerSecond : elapsedMs / 1000;
    return seconds > 0 ? kilobits / seconds : 0;
  }

  /**
   * Takes what came on an interleaved channel. Only one track is set up, so that its payload type names the stream
   * even where a camera sends on another channel than it said.
   */
  push(bytes: Uint8Array, start: number, end: number, onRtpChannel: boolean): void {
    const header = this.#header;
    if (!header.read(bytes, start, end)) return;
    if (!onRtpChannel && header.payloadType !== this.#track.payloadType) return;
    const { payloadStart, payloadEnd } = header;
    const inOrder = this.#follow(header);
    this.#payloadBytes += payloadEnd - payloadStart;
    if (!inOrder) this.#damaged = true;
    if (payloadEnd > payloadStart) this.#take(this.#scan(bytes, payloadStart, payloadEnd, this.#onSps));
    if (header.marker) this.#closeUnit(false);
  }

  /** Counts the packet; true where it follows its predecessor. Opens an access unit where it begins one. */
  #follow({ ssrc, sequence, timestamp }: RtpHeader): boolean {
    if (ssrc !== this.#ssrc && this.#ssrc !== -1) {
      this.#ssrc = ssrc;
      this.#openUnit();
      this.#sequences.restart(sequence);
      this.#timestamps.restart(timestamp);
      return true;
    }
    this.#ssrc = ssrc;
    const inOrder = this.#sequences.push(sequence);
    if (this.#timestamps.push(timestamp)) {
      // Without a marker, a gap right here may have taken the end of the last unit as well.
      if (inOrder) this.#closeUnit(this.#sliceOpen);
      this.#openUnit();
    }
    return inOrder;
  }

  #take(found: number): void {
    if ((found & WHOLE_KEYFRAME_SLICE) !== 0) this.#hasKeyframeSlice = true;
    if ((found & KEYFRAME_SLICE_BEGINS) !== 0) {
      this.#sliceOpen = true;
      this.#hasKeyframeSlice = true;
    }
    if ((found & KEYFRAME_SLICE_GOES_ON) !== 0 && !this.#sliceOpen) this.#damaged = true;
    if ((found & KEYFRAME_SLICE_ENDS) !== 0) this.#sliceOpen = false;
  }

  #openUnit(): void {
    this.#hasKeyframeSlice = false;
    this.#sliceOpen = false;
    this.#damaged = false;
  }

  #closeUnit(unfinished: boolean): void {
    if (this.#hasKeyframeSlice && !unfinished && !this.#damaged) this.#keyframes++;
    this.#hasKeyframeSlice = false;
  }
}
