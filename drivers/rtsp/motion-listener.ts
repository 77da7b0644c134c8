import type { Clock } from "../../agent/base/clock.ts";
import type { MotionBySize, MotionChange } from "../../agent/core/motion-by-size.ts";
import type { CameraSignal, Emit } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import { limitWords } from "../../agent/model/messages/units.ts";
import { type UnitSink, UnitSizes } from "../protocol/rtp-unit-sizes.ts";
import type { VideoTrack } from "../protocol/sdp.ts";

/** Topic of the signals: nothing that the camera says, but what its stream shows. */
const TOPIC = "RTSP/AccessUnitSize";
/** While the stream flows its channel is said to be alive so often. */
const ALIVE_MS = 10_000;
/** Changes that wait for the disk; of more, the oldest motion is left out whole. */
const MOST_UNTOLD = 8;

type Reducer = Pick<MotionBySize, "push" | "pushDamaged">;

/** Between one played stream, which says a thousand things a minute, and those who hear of motion. */
export class MotionListener implements UnitSink {
  readonly #motion: Reducer;
  readonly #clock: Clock;
  readonly #sizes: UnitSizes;
  readonly #untold: MotionChange[] = [];
  #flows = false;
  #ended: Fault | undefined;
  #wake = () => {};

  constructor(motion: Reducer, track: VideoTrack, clock: Clock) {
    this.#motion = motion;
    this.#clock = clock;
    this.#sizes = new UnitSizes(track, this);
  }

  /** Takes what came on an interleaved channel; the bytes are not kept. */
  push(bytes: Uint8Array, start: number, end: number, onRtpChannel: boolean): void {
    this.#sizes.push(bytes, start, end, onRtpChannel);
    if (this.#flows || this.#sizes.packets === 0) return;
    this.#flows = true;
    this.#wake();
  }

  unit(keyframe: boolean, bytes: number): void {
    this.#note(this.#motion.push({ keyframe, bytes, at: this.#clock.monotonic() }));
  }

  damaged(): void {
    this.#note(this.#motion.pushDamaged(this.#clock.monotonic()));
  }

  end(why: Fault): void {
    this.#ended = why;
    this.#wake();
  }

  #note(change: MotionChange | undefined): void {
    if (!change) return;
    if (this.#untold.length === MOST_UNTOLD) this.#untold.splice(0, 2);
    this.#untold.push(change);
    this.#wake();
  }

  /**
   * Tells what happens until the stream ended, or sent nothing for `limit` milliseconds. Rejects with the signal's
   * reason when `signal` aborts.
   */
  async tell(emit: Emit, limit: () => number, signal: AbortSignal): Promise<Fault> {
    const onAbort = () => this.#wake();
    signal.addEventListener("abort", onAbort);
    try {
      return await this.#tell(emit, limit, signal);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #tell(emit: Emit, limit: () => number, signal: AbortSignal): Promise<Fault> {
    let isOpen = false;
    let packets = 0;
    let heardAt = this.#clock.monotonic();
    let aliveAt = heardAt;
    for (;;) {
      signal.throwIfAborted();
      if (!isOpen && this.#flows) {
        isOpen = true;
        await emit({ kind: "open" });
      }
      for (let change = this.#untold.shift(); change; change = this.#untold.shift())
        await emit({ kind: "signal", signal: signalOf(change) });
      if (this.#ended) return this.#ended;
      const now = this.#clock.monotonic();
      if (this.#sizes.packets > packets) {
        packets = this.#sizes.packets;
        heardAt = now;
      } else if (now - heardAt >= limit()) return silence(limit(), isOpen);
      if (isOpen && heardAt === now && now >= aliveAt) {
        aliveAt = now + ALIVE_MS;
        await emit({ kind: "alive" });
      }
      await this.#news(Math.min(ALIVE_MS, limit()), signal);
    }
  }

  /** Until something is to be told, and no longer than that. */
  async #news(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#untold.length > 0 || this.#ended || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(ms, resolve);
    this.#wake = resolve;
    await promise;
    this.#wake = () => {};
    cancel();
  }
}

function silence(limitMs: number, isOpen: boolean): Fault {
  const time = limitWords(limitMs);
  return isOpen
    ? fault("events-silent", compose(evidenceTexts.streamSilent, { time }))
    : fault("rtp-absent", compose(evidenceTexts.noPackets, { time }));
}

function signalOf({ active, bytes, quietBytes }: MotionChange): CameraSignal {
  return {
    kind: "motion",
    topic: TOPIC,
    source: "",
    data: { bytes: String(bytes), quietBytes: String(quietBytes), ratio: ratioOf(bytes, quietBytes) },
    value: { active, initial: false },
  };
}

const ratioOf = (bytes: number, quietBytes: number) => (bytes / Math.max(1, quietBytes)).toFixed(1);
