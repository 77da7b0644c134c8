import type { Emit, WatchEnd } from "../../agent/model/camera.ts";
import { watchGivenUp } from "../protocol/given-up.ts";
import { readLife } from "./answers.ts";
import {
  type Channel,
  channelEnd,
  renew,
  renewIn,
  type Subscription,
  subscribe,
  unsubscribe,
} from "./subscription.ts";
import { readNotifications } from "./topics.ts";

/**
 * One event channel: a PullPoint subscription from creation to its end. It tries once and says why it ended; a tight
 * resubscribe loop locks accounts and exhausts cameras' heaps (agsh/onvif #501, #502; scrypted #1994).
 */

/** Every device must support a Timeout of at least a minute (ONVIF Core 9.2). */
const PULL_SECONDS = 60;
const MESSAGES = 100;
/** Pulls begin no closer than this after an empty answer: XM answers an empty list at once (lightNVR #450). */
const EMPTY_INTERVAL_MS = 1_000;
/** … and after an answer of nothing but topics of no interest, behind which motion may wait. */
const IGNORED_INTERVAL_MS = 100;
/**
 * A camera that answers pulls of a subscription which it has lost, always empty, cannot be told from a quiet one by
 * pulls, and some renew what is not there. A subscription that brought nothing for so long, not even a topic of no
 * interest, is replaced; its successor is told the state of everything, so a false alarm costs four requests an hour.
 */
const MUTE_AFTER_MS = 3_600_000;
export async function watchPullPoint(channel: Channel, emit: Emit, signal: AbortSignal): Promise<WatchEnd> {
  let begin: Begin = { opens: true, synchronises: true };
  for (;;) {
    const subscription = await subscribe(channel, { name: "CreatePullPointSubscription" }, signal);
    if (!subscription.ok) return channelEnd("CreatePullPointSubscription", subscription.error);
    try {
      const end = await follow(channel, subscription.value, begin, emit, signal);
      if (end !== "replace" && end !== "spoilt") return end;
      begin = { opens: false, synchronises: begin.synchronises && end !== "spoilt" };
    } finally {
      await unsubscribe(channel, subscription.value);
    }
  }
}

/** How a subscription is begun. */
interface Begin {
  /** It is the channel's first. */
  readonly opens: boolean;
  /** The device is asked to tell the state of everything. */
  readonly synchronises: boolean;
}

/**
 * "replace": another subscription, as it may be. "spoilt": one without the question for the state, which the device does
 * not know and over which it ended this one.
 */
async function follow(
  { caller, clock, names }: Channel,
  { recipient, renewIn: firstRenewIn }: Subscription,
  { opens, synchronises }: Begin,
  emit: Emit,
  signal: AbortSignal,
): Promise<WatchEnd | "replace" | "spoilt"> {
  // Cameras without it tell changes only, and are no worse for that unless they end the subscription at any error.
  const asked = synchronises
    ? await caller.call({ name: "SetSynchronizationPoint" }, recipient, { signal })
    : undefined;
  /** What to do about a next pull that is refused, after a call that the device refused. */
  let afterRefusal: "replace" | "spoilt" | undefined = asked?.ok === false ? "spoilt" : undefined;
  if (opens) await emit({ kind: "open" });
  let renewAt = clock.monotonic() + firstRenewIn;
  let heardAt = clock.monotonic();
  let hasPulled = false;
  while (!signal.aborted) {
    const askedAt = clock.monotonic();
    if (askedAt >= renewAt) {
      const renewed = await renew(caller, recipient, signal);
      if (!renewed.ok) return channelEnd("Renew", renewed.error);
      renewAt = clock.monotonic() + renewed.value;
      if (renewed.value === Number.POSITIVE_INFINITY) afterRefusal = "replace";
    }
    const seconds = pullSeconds(renewAt - clock.monotonic());
    const pulled = await caller.call({ name: "PullMessages", seconds, messages: MESSAGES }, recipient, {
      signal,
      holds: seconds * 1_000,
      isProven: hasPulled,
    });
    if (!pulled.ok && afterRefusal && pulled.error.fault.cause === "request-refused") return afterRefusal;
    if (!pulled.ok) return channelEnd("PullMessages", pulled.error);
    afterRefusal = undefined;
    hasPulled = true;
    const { signals, ignored } = readNotifications(pulled.value, names);
    const answeredAt = clock.monotonic();
    if (signals.length + ignored > 0) heardAt = answeredAt;
    for (const news of signals) await emit({ kind: "signal", signal: news });
    await emit({ kind: "alive" });
    // Only ever nearer: Axis does not move the time with pulls, and a camera whose clock was set says anything.
    const life = readLife(pulled.value);
    if (life !== undefined) renewAt = Math.min(renewAt, answeredAt + renewIn(life));
    if (answeredAt - heardAt >= MUTE_AFTER_MS) return "replace";
    if (signals.length === 0) {
      const interval = ignored > 0 ? IGNORED_INTERVAL_MS : EMPTY_INTERVAL_MS;
      await clock.sleep(Math.max(0, askedAt + interval - clock.monotonic()), signal);
    }
  }
  return watchGivenUp;
}

function pullSeconds(untilRenewalMs: number): number {
  return Math.ceil(Math.min(Math.max(untilRenewalMs / 1_000, 1), PULL_SECONDS));
}
