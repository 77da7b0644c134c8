import type { Clock } from "../../agent/base/clock.ts";
import type { DriverContext, Emit, EventSource, WatchEnd } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { followHttpStream, type HttpStreamEnd } from "../protocol/http-stream.ts";
import { MultipartReader, type Part } from "../protocol/multipart.ts";
import { unreached } from "../protocol/watch-end.ts";
import { isHeartbeat, readAlert } from "./alert.ts";
import { AlertStates } from "./alert-states.ts";
import { HeartbeatCadence } from "./cadence.ts";
import type { IsapiClient } from "./client.ts";

const PATH = "Event/notification/alertStream";
/** Largest alert; pictures may be beside it, of which nothing is kept. */
const PART_BYTES = 65_536;
/**
 * A device without heartbeat that says nothing for so long is asked anew, in silence: nothing tells a quiet night from
 * a stream that died half-open, as after 35 hours on one model.
 */
const QUIET_MS = 600_000;
/** News of life are told no closer than this; some devices send three heartbeats a second. */
const ALIVE_INTERVAL_MS = 1_000;

export interface AlertStreamOptions {
  readonly client: IsapiClient;
  readonly context: DriverContext;
  /** Learns what the device is and has; a fault where there is no way to it. */
  readonly prepare: (signal: AbortSignal) => Promise<Fault | undefined>;
}

/** The events of all channels of a device, on one connection. */
export class AlertStream implements EventSource {
  readonly #options: AlertStreamOptions;

  constructor(options: AlertStreamOptions) {
    this.#options = options;
  }

  async watch(emit: Emit, signal: AbortSignal): Promise<WatchEnd> {
    const unready = await this.#options.prepare(signal);
    if (unready) return unreached(unready);
    for (let first = true; ; first = false) {
      const listening = new Listening(this.#options.context.clock, emit);
      const end = await this.#follow(listening, first, signal);
      const wasQuiet = end.opened && end.fault.cause === "events-silent" && !listening.hasHeartbeat;
      if (!wasQuiet || signal.aborted) return judgeEnd(end);
    }
  }

  #follow(listening: Listening, first: boolean, signal: AbortSignal): Promise<HttpStreamEnd> {
    const { client, context } = this.#options;
    return followHttpStream(
      {
        url: client.url(PATH),
        login: client.login,
        context: { ...context, host: client.host },
        onOpen: ({ contentType }) => listening.open(contentType, first),
        onBytes: (bytes) => listening.take(bytes),
        readIdle: () => listening.deadAfter,
      },
      signal,
    );
  }
}

/** One connection's worth of alerts. */
class Listening {
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #states = new AlertStates();
  readonly #cadence = new HeartbeatCadence();
  #reader: MultipartReader | undefined;
  #aliveAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, emit: Emit) {
    this.#clock = clock;
    this.#emit = emit;
  }

  get hasHeartbeat(): boolean {
    return this.#cadence.deadAfter !== undefined;
  }

  get deadAfter(): number {
    return this.#cadence.deadAfter ?? QUIET_MS;
  }

  async open(contentType: string | undefined, isNews: boolean): Promise<void> {
    this.#reader = new MultipartReader({ contentType, partBytes: PART_BYTES, isWhole });
    if (isNews) await this.#emit({ kind: "open" });
  }

  async take(bytes: Buffer): Promise<void> {
    for (const part of this.#reader?.read(bytes) ?? []) await this.#takePart(part);
  }

  async #takePart({ body, headers }: Part): Promise<void> {
    const now = this.#clock.monotonic();
    const alert = isPicture(headers) ? undefined : readAlert(body.toString("utf8"));
    if (alert) {
      if (isHeartbeat(alert)) this.#cadence.beat(now);
      const signal = this.#states.take(alert, now);
      if (signal) await this.#emit({ kind: "signal", signal });
    }
    if (now - this.#aliveAt < ALIVE_INTERVAL_MS) return;
    this.#aliveAt = now;
    await this.#emit({ kind: "alive" });
  }
}

function isWhole(text: string): boolean {
  return /<\/EventNotificationAlert\s*>\s*$/.test(text);
}

function isPicture(headers: ReadonlyMap<string, string>): boolean {
  return /^\s*image\//i.test(headers.get("content-type") ?? "");
}

function judgeEnd({ fault: seen, opened, status }: HttpStreamEnd): WatchEnd {
  if (opened && seen.cause === "events-silent") return { fault: seen, retry: "backoff" };
  const isAbsent = status !== undefined && [400, 404, 405, 501].includes(status);
  if (isAbsent || (!opened && seen.cause === "answer-garbled" && status !== undefined))
    return { fault: fault("events-unsupported", seen.evidence), retry: "rarely" };
  return unreached(seen);
}
