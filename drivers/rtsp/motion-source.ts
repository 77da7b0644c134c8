import { MotionBySize } from "../../agent/core/motion-by-size.ts";
import type { CameraEvents, Emit, EventSource, WatchEnd } from "../../agent/model/camera.ts";
import type { MotionSensitivity } from "../../agent/model/config-camera.ts";
import type { Fault } from "../../agent/model/fault.ts";
import { watchGivenUp } from "../protocol/given-up.ts";
import { asStreamFault } from "../protocol/rtsp-measure.ts";
import { discreet, type OpenStream, openStream, type StreamRequest } from "../protocol/rtsp-visit.ts";
import { unreached } from "../protocol/watch-end.ts";
import { MotionListener } from "./motion-listener.ts";

type Stream = Omit<StreamRequest, "signal">;

/** Motion of a camera that tells none, by the sizes of its stream's access units. */
export function motionOf(stream: Stream, sensitivity: MotionSensitivity): CameraEvents {
  return { source: new MotionSource(stream, sensitivity), concerns: () => true };
}

/**
 * Holds a stream open over the RTSP connection and tells motion from it. That takes one of the camera's sessions,
 * which is given back on every way out. What was learned of the camera outlives a lost stream.
 */
class MotionSource implements EventSource {
  readonly #stream: Stream;
  readonly #motion: MotionBySize;

  constructor(stream: Stream, sensitivity: MotionSensitivity) {
    this.#stream = stream;
    this.#motion = new MotionBySize(sensitivity);
  }

  async watch(emit: Emit, signal: AbortSignal): Promise<WatchEnd> {
    try {
      const why = await this.#hold(emit, signal);
      return why.cause === "events-silent" ? { fault: why, retry: "backoff" } : unreached(why);
    } catch (error) {
      if (!signal.aborted) throw error;
      return watchGivenUp;
    }
  }

  async #hold(emit: Emit, signal: AbortSignal): Promise<Fault> {
    const { context, inAddress } = this.#stream;
    const opened = await context.host.request(signal, () => openStream({ ...this.#stream, signal }));
    if (!opened.ok) return discreet(opened.error, inAddress);
    try {
      return discreet(await this.#play(opened.value, emit, signal), inAddress);
    } finally {
      await opened.value.close();
    }
  }

  /** Plays until the stream ends or falls silent. Rejects with the signal's reason when `signal` aborts. */
  async #play({ connection, session, track }: OpenStream, emit: Emit, signal: AbortSignal): Promise<Fault> {
    const { clock, health } = this.#stream.context;
    this.#motion.resume();
    const listener = new MotionListener(this.#motion, track, clock);
    connection.onData = (channel, bytes, start, end) =>
      listener.push(bytes, start, end, channel === session.channel);
    const refused = await session.play(signal);
    if (refused) return asStreamFault(refused);
    using _alive = session.keepAlive();
    void connection.ended.then((why) => listener.end(asStreamFault(why)));
    return await listener.tell(emit, () => health().streamTimeout, signal);
  }
}
