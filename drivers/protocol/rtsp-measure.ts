import type { Clock } from "../../agent/base/clock.ts";
import { fail, ok, type Result } from "../../agent/base/result.ts";
import type { StreamMeasurement } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import { limitWords } from "../../agent/model/messages/units.ts";
import type { RtspConnection } from "./rtsp-connection.ts";
import { StreamMeter } from "./rtsp-stream-meter.ts";
import type { VideoTrack } from "./sdp.ts";

export interface MeasureOptions {
  readonly clock: Clock;
  readonly track: VideoTrack;
  /** Interleaved channel of the track's RTP. */
  readonly channel: number;
  /** Milliseconds from PLAY that are measured at least. */
  readonly measureFor: number;
  /** Milliseconds from PLAY within which a whole keyframe and its SPS must have come. */
  readonly keyframeWithin: number;
}

/** Listens to one track of a connection; made before PLAY is sent, because frames may come before its answer. */
export class StreamListener {
  readonly #connection: RtspConnection;
  readonly #options: MeasureOptions;
  readonly #meter: StreamMeter;
  readonly #startedAt: number;
  readonly #keyframe = Promise.withResolvers<void>();
  #keyframeAt: number | undefined;

  constructor(connection: RtspConnection, options: MeasureOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#meter = new StreamMeter(options.track);
    this.#startedAt = options.clock.monotonic();
    connection.onData = (channel, bytes, start, end) => {
      this.#meter.push(bytes, start, end, channel === options.channel);
      if (this.#keyframeAt === undefined && this.#meter.keyframes > 0 && this.#meter.size) {
        this.#keyframeAt = options.clock.monotonic();
        this.#keyframe.resolve();
      }
    };
  }

  /**
   * The measurement, once the time is over and a keyframe came; or why there is none: "rtp-absent",
   * "keyframe-absent", "stream-cut", or what broke the connection. Rejects with the signal's reason when it aborts.
   */
  async measure(signal: AbortSignal): Promise<Result<StreamMeasurement, Fault>> {
    const { measureFor, keyframeWithin } = this.#options;
    const missed = await this.#wait(keyframeWithin, this.#keyframe.promise, signal);
    if (missed) return fail(missed === "late" ? this.#absence(keyframeWithin) : missed);
    const cut = await this.#wait(measureFor, undefined, signal);
    return cut && cut !== "late" ? fail(cut) : this.#result();
  }

  /** Waits for `event` until `untilMs` after the start; undefined when it came. */
  async #wait(
    untilMs: number,
    event: Promise<void> | undefined,
    signal: AbortSignal,
  ): Promise<Fault | "late" | undefined> {
    const { clock } = this.#options;
    signal.throwIfAborted();
    const rest = untilMs - (clock.monotonic() - this.#startedAt);
    const settled = Promise.withResolvers<Fault | "late" | undefined>();
    const onAbort = () => settled.reject(signal.reason);
    const cancel = clock.after(Math.max(0, rest), () => settled.resolve("late"));
    signal.addEventListener("abort", onAbort);
    void event?.then(() => settled.resolve(undefined));
    void this.#connection.ended.then((why) => settled.resolve(asStreamFault(why)));
    try {
      return await settled.promise;
    } finally {
      cancel();
      signal.removeEventListener("abort", onAbort);
    }
  }

  #absence(withinMs: number): Fault {
    const { packets, packetsLost, keyframes } = this.#meter;
    const time = limitWords(withinMs);
    if (packets === 0) return fault("rtp-absent", compose(evidenceTexts.noPackets, { time }));
    const missing = keyframes > 0 ? evidenceTexts.noPictureSize : evidenceTexts.noKeyframe;
    return fault("keyframe-absent", compose(missing, { packets, lost: packetsLost, time }));
  }

  #result(): Result<StreamMeasurement, Fault> {
    const meter = this.#meter;
    const { clock, track } = this.#options;
    const size = meter.size;
    if (this.#keyframeAt === undefined || !size) throw new Error("measured before a keyframe came");
    const rounded = (value: number) => Math.round(value * 100) / 100;
    return ok({
      codec: track.codec,
      width: size.width,
      height: size.height,
      framesPerSecond: rounded(meter.framesPerSecond),
      kilobitsPerSecond: rounded(meter.kilobitsPerSecond(clock.monotonic() - this.#startedAt)),
      packets: meter.packets,
      packetsLost: meter.packetsLost,
      keyframeAfterMs: Math.round(this.#keyframeAt - this.#startedAt),
    });
  }
}

/** A connection that is cut once the stream was described belongs to the stream, not to the port. */
export function asStreamFault(why: Fault): Fault {
  return why.cause === "connection-cut" ? { ...why, cause: "stream-cut" } : why;
}
