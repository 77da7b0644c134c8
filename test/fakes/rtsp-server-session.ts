import type { Clock } from "../../agent/base/clock.ts";
import type { Playback } from "./rtsp-server-playback.ts";
import type { FrameSchedule } from "./rtsp-server-schedule.ts";

/** One client's session: from SETUP to TEARDOWN, the end of its connection or its timeout. */
export class RtspSession {
  readonly #clock: Clock;
  readonly #schedule: FrameSchedule;
  readonly #timeoutMs: number;
  readonly #expire: () => void;
  readonly #newPlayback: () => Playback;
  #playback: Playback | undefined;
  #lastSign: number;
  #cancelExpiry: () => void;

  constructor(options: {
    readonly clock: Clock;
    readonly schedule: FrameSchedule;
    readonly timeoutMs: number;
    readonly newPlayback: () => Playback;
    /** Closes the connection: the client gave no sign of life, or a behaviour cut the stream. */
    readonly expire: () => void;
  }) {
    this.#clock = options.clock;
    this.#schedule = options.schedule;
    this.#timeoutMs = options.timeoutMs;
    this.#newPlayback = options.newPlayback;
    this.#expire = options.expire;
    this.#lastSign = this.#clock.monotonic();
    this.#cancelExpiry = this.#clock.after(this.#timeoutMs, () => this.#expireWhenQuiet());
  }

  play(): { readonly sequence: number; readonly timestamp: number } {
    this.pause();
    const playback = this.#newPlayback();
    this.#playback = playback;
    this.#schedule.add(playback, this.#expire);
    return { sequence: playback.sequence, timestamp: playback.timestamp };
  }

  pause(): void {
    if (this.#playback) this.#schedule.remove(this.#playback);
    this.#playback = undefined;
  }

  /** The client showed that it lives. */
  touch(): void {
    this.#lastSign = this.#clock.monotonic();
  }

  end(): void {
    this.#cancelExpiry();
    this.pause();
  }

  /** Looks again when the last sign of life is too old, so that a sign costs no timer. */
  #expireWhenQuiet(): void {
    const leftMs = this.#lastSign + this.#timeoutMs - this.#clock.monotonic();
    if (leftMs > 0) this.#cancelExpiry = this.#clock.after(leftMs, () => this.#expireWhenQuiet());
    else this.#expire();
  }
}
