import type { Clock } from "../../agent/base/clock.ts";
import type { CameraSignal, DriverContext, Emit, WatchEnd } from "../../agent/model/camera.ts";
import { fault } from "../../agent/model/fault.ts";
import type { DeviceLogin } from "./http-login.ts";
import { followHttpStream, type HttpStreamEnd } from "./http-stream.ts";
import { MultipartReader, type Part } from "./multipart.ts";
import { unreached } from "./watch-end.ts";

/** What one part of an event stream told. */
export interface Heard {
  /** The device says by it that it lives, at its own pace. */
  readonly isHeartbeat: boolean;
  readonly signal?: CameraSignal | undefined;
}

export type ReadPart = (part: Part, now: number) => Heard;

export interface EventStreamOptions {
  readonly url: URL;
  readonly login: DeviceLogin;
  readonly context: Pick<DriverContext, "clock" | "host" | "health">;
  /** Whether a text is an event to its end (MultipartOptions). */
  readonly isWhole: (text: string) => boolean;
  /** Called for each connection: a reader of its parts, pictures left out, at monotonic milliseconds. */
  readonly begin: () => ReadPart;
}

/** Largest event, bytes; smart ones list whole objects. Pictures may be beside it, of which nothing is kept. */
const EVENT_BYTES = 65_536;
/**
 * A device without heartbeat that says nothing for so long is asked anew, in silence: nothing tells a quiet night from
 * a stream that died half-open.
 */
const QUIET_MS = 600_000;
/** News of life are told no closer than this. */
const ALIVE_INTERVAL_MS = 1_000;
/** Statuses that say that there is no such thing. */
const ABSENT = [400, 404, 405, 410, 501];

/** Holds a device's event stream over HTTP open until it ends, and says why it did. */
export async function watchEventStream(
  options: EventStreamOptions,
  emit: Emit,
  signal: AbortSignal,
): Promise<WatchEnd> {
  for (let first = true; ; first = false) {
    const listening = new Listening(options, emit, first);
    const end = await followHttpStream(
      {
        url: options.url,
        login: options.login,
        context: options.context,
        onOpen: ({ contentType }) => listening.open(contentType),
        onBytes: (bytes) => listening.take(bytes),
        readIdle: () => listening.deadAfter ?? QUIET_MS,
      },
      signal,
    );
    const wasQuiet = end.opened && end.fault.cause === "events-silent" && listening.deadAfter === undefined;
    if (!wasQuiet || signal.aborted) return judgeEnd(end);
  }
}

/** One connection's worth of events. */
class Listening {
  readonly #options: EventStreamOptions;
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #isNews: boolean;
  readonly #cadence = new HeartbeatCadence();
  readonly #read: ReadPart;
  #reader: MultipartReader | undefined;
  #aliveAt = Number.NEGATIVE_INFINITY;

  constructor(options: EventStreamOptions, emit: Emit, isNews: boolean) {
    this.#options = options;
    this.#clock = options.context.clock;
    this.#emit = emit;
    this.#isNews = isNews;
    this.#read = options.begin();
  }

  get deadAfter(): number | undefined {
    return this.#cadence.deadAfter;
  }

  async open(contentType: string | undefined): Promise<void> {
    const { isWhole } = this.#options;
    this.#reader = new MultipartReader({ contentType, partBytes: EVENT_BYTES, isWhole });
    if (this.#isNews) await this.#emit({ kind: "open" });
  }

  async take(bytes: Buffer): Promise<void> {
    for (const part of this.#reader?.read(bytes) ?? []) await this.#takePart(part);
  }

  async #takePart(part: Part): Promise<void> {
    const now = this.#clock.monotonic();
    if (!/^\s*image\//i.test(part.headers.get("content-type") ?? "")) {
      const { isHeartbeat, signal } = this.#read(part, now);
      if (isHeartbeat) this.#cadence.beat(now);
      if (signal) await this.#emit({ kind: "signal", signal });
    }
    if (now - this.#aliveAt < ALIVE_INTERVAL_MS) return;
    this.#aliveAt = now;
    await this.#emit({ kind: "alive" });
  }
}

/** Intervals that are remembered, and how many of them show a cadence. */
const REMEMBERED = 8;
const INTERVALS_TO_LEARN = 3;
/** Beats that may be missed before the stream is taken for dead, and the least time that this is. */
const MISSED = 4;
const LEAST_MS = 10_000;

/**
 * How often a device says on its event stream that it lives: every 300 ms, every 10 s, or never (home-assistant
 * #82767; one recorder did so once, at the beginning: toxuin/alarmserver #31). Learned anew for each connection.
 */
export class HeartbeatCadence {
  #last: number | undefined;
  #intervals: readonly number[] = [];

  /** At monotonic milliseconds. */
  beat(now: number): void {
    if (this.#last !== undefined) this.#intervals = [...this.#intervals, now - this.#last].slice(-REMEMBERED);
    this.#last = now;
  }

  /** After how many milliseconds without a word the stream is dead; undefined while there is no cadence. */
  get deadAfter(): number | undefined {
    if (this.#intervals.length < INTERVALS_TO_LEARN) return undefined;
    return Math.max(LEAST_MS, MISSED * Math.max(...this.#intervals));
  }
}

function judgeEnd({ fault: seen, opened, status }: HttpStreamEnd): WatchEnd {
  if (opened && seen.cause === "events-silent") return { fault: seen, retry: "backoff" };
  const isAbsent = status !== undefined && (ABSENT.includes(status) || seen.cause === "answer-garbled");
  if (!opened && isAbsent) return { fault: fault("events-unsupported", seen.evidence), retry: "rarely" };
  return unreached(seen);
}
