import type { Clock } from "../../agent/base/clock.ts";
import type { Playback } from "./rtsp-server-playback.ts";

/** Frames that are sent at once after a stall of the process; older ones are left out. */
const MOST_FRAMES_AT_ONCE = 15;

/** The one timer behind all playing sessions of a camera; runs only while there are some. */
export class FrameSchedule {
  readonly #clock: Clock;
  readonly #periodMs: number;
  /** Each playback with what to do when a behaviour cuts it. */
  readonly #playing = new Map<Playback, () => void>();
  #cancelTick: (() => void) | undefined;
  #nextFrameAt = 0;
  /** Frames since the camera began: the moment that its sessions share. */
  position = 0;

  constructor(clock: Clock, framesPerSecond: number) {
    this.#clock = clock;
    this.#periodMs = 1000 / framesPerSecond;
  }

  /** The first frame is sent in a later turn of the event loop, so the answer to PLAY goes before it. */
  add(playback: Playback, onCut: () => void): void {
    this.#playing.set(playback, onCut);
    if (this.#cancelTick) return;
    this.#nextFrameAt = this.#clock.monotonic();
    this.#cancelTick = this.#clock.after(0, () => this.#tick());
  }

  remove(playback: Playback): void {
    this.#playing.delete(playback);
    if (this.#playing.size > 0) return;
    this.#cancelTick?.();
    this.#cancelTick = undefined;
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    this.#nextFrameAt = Math.max(this.#nextFrameAt, now - MOST_FRAMES_AT_ONCE * this.#periodMs);
    for (; this.#nextFrameAt <= now; this.#nextFrameAt += this.#periodMs) {
      for (const [playback, onCut] of this.#playing) {
        if (playback.sendFrame(now) === "cut") onCut();
      }
      this.position++;
    }
    // Cutting the last one has already stopped the schedule, by way of remove().
    if (this.#playing.size === 0) return;
    this.#cancelTick = this.#clock.after(this.#nextFrameAt - now, () => this.#tick());
  }
}
