import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { BackoffPolicy } from "../core/backoff.ts";
import type { Emit, EventSource } from "../model/camera.ts";
import type { CameraRecord } from "./camera-record.ts";
import { type Ended, supervise } from "./supervise.ts";

/**
 * A tight resubscribe loop locks accounts and exhausts a camera's heap (agsh/onvif #501, scrypted #1994); a minute
 * at most keeps a camera that came back from being deaf for long.
 */
const POLICY: BackoffPolicy = { min: 2_000, max: 60_000, stableAfter: 60_000 };
/** A camera without an event channel may get one by a firmware; a frozen login must not be tried for half an hour. */
const RARELY_MS = 1_800_000;

export interface WatchOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

/** Keeps the event channel of one device open until `signal` aborts. */
export async function watchEvents(
  watch: EventSource["watch"],
  record: Pick<CameraRecord, "channelOpened" | "channelAlive" | "channelLost" | "signal">,
  { clock, random, log }: WatchOptions,
  signal: AbortSignal,
): Promise<void> {
  const emit: Emit = async (news) => {
    switch (news.kind) {
      case "open":
        return record.channelOpened();
      case "alive":
        return record.channelAlive();
      case "signal":
        return record.signal(news.signal);
    }
  };
  const work = async (): Promise<Ended> => {
    const { fault, retry } = await watch(emit, signal);
    if (!signal.aborted) await record.channelLost(fault);
    return {
      reason: `${fault.cause}: ${fault.evidence.en}`,
      ...(retry === "rarely" && { pause: RARELY_MS }),
    };
  };
  await supervise(
    work,
    {
      policy: () => POLICY,
      clock,
      random,
      onPause: ({ reason }, pauseMs, attempt) => {
        if (attempt === 0) log.info({ reason, pauseMs }, "event channel ended");
        else log.debug({ reason, pauseMs, attempt }, "event channel ended again");
      },
    },
    signal,
  );
}
