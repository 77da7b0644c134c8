import type { CameraEvents, CameraSignal, EventSource } from "../model/camera.ts";
import type { Fault } from "../model/fault.ts";
import type { CameraRecord } from "./camera-record.ts";
import { type WatchOptions, watchEvents } from "./watch-events.ts";

type Hearing = Pick<CameraRecord, "channelOpened" | "channelAlive" | "channelLost" | "signal">;

interface Watched {
  readonly channels: Channels;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/**
 * The event channels of a site: one for each source, however many cameras it tells of. A recorder of sixteen channels
 * is watched once, and tried again once after a failure.
 */
export class EventHub {
  readonly #options: WatchOptions;
  readonly #watched = new Map<EventSource, Watched>();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Lets a camera hear its events until `signal` aborts; with the last one the channel is closed. */
  async join(events: CameraEvents, hearing: Hearing, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const watched = this.#watched.get(events.source) ?? this.#watch(events.source);
    const leave = watched.channels.add(events, hearing);
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    leave();
    if (!watched.channels.isEmpty) return;
    this.#watched.delete(events.source);
    watched.stop.abort(signal.reason);
    await watched.done;
  }

  #watch(source: EventSource): Watched {
    const channels = new Channels();
    const stop = new AbortController();
    const done = watchEvents(source.watch.bind(source), channels, this.#options, stop.signal);
    const watched = { channels, stop, done };
    this.#watched.set(source, watched);
    return watched;
  }
}

/** Everyone who hears one source. */
class Channels implements Hearing {
  readonly #all = new Map<Hearing, CameraEvents>();
  #isOpen = false;

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  add(events: CameraEvents, hearing: Hearing): () => void {
    this.#all.set(hearing, events);
    if (this.#isOpen) hearing.channelOpened();
    return () => this.#all.delete(hearing);
  }

  channelOpened(): void {
    this.#isOpen = true;
    for (const hearing of this.#all.keys()) hearing.channelOpened();
  }

  channelAlive(): void {
    for (const hearing of this.#all.keys()) hearing.channelAlive();
  }

  async channelLost(fault: Fault): Promise<void> {
    this.#isOpen = false;
    await Promise.all([...this.#all.keys()].map((hearing) => hearing.channelLost(fault)));
  }

  async signal(signal: CameraSignal): Promise<void> {
    await Promise.all(this.#concerned(signal).map((hearing) => hearing.signal(signal)));
  }

  /** What fails on a recorder as a whole is told once, by its first camera; motion that names none may be anyone's. */
  #concerned(signal: CameraSignal): Hearing[] {
    const concerned = [...this.#all]
      .filter(([, events]) => events.concerns(signal))
      .map(([hearing]) => hearing);
    return signal.kind === "device" && signal.channels === undefined ? concerned.slice(0, 1) : concerned;
  }
}
