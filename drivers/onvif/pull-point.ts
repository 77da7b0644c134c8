import type { Clock } from "../../agent/base/clock.ts";
import { fail, ok, type Result } from "../../agent/base/result.ts";
import { deadline } from "../../agent/base/scope.ts";
import type { Emit, WatchEnd } from "../../agent/model/camera.ts";
import { fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { inBoth } from "../../agent/model/messages/text.ts";
import type { Endpoint } from "../protocol/endpoint.ts";
import { unreached } from "../protocol/watch-end.ts";
import { serviceUrl } from "./address.ts";
import { readLife, readSubscription } from "./answers.ts";
import type { OnvifCaller, Recipient } from "./caller.ts";
import type { NamesChannels } from "./channel.ts";
import { SUBSCRIPTION_SECONDS } from "./requests.ts";
import { readNotifications } from "./topics.ts";
import type { Refusal } from "./verdict.ts";

/**
 * One event channel: a PullPoint subscription from creation to its end. It tries once and says why it ended; a tight
 * resubscribe loop locks accounts and exhausts cameras' heaps (agsh/onvif #501, #502; scrypted #1994).
 */

export interface Channel {
  readonly caller: Pick<OnvifCaller, "call">;
  readonly endpoint: Endpoint;
  /** Address of the event service. */
  readonly events: URL;
  /** Read at every message: a recorder may get channels while the event channel stands. */
  readonly names: NamesChannels;
  readonly clock: Clock;
}

/** Every device must support a Timeout of at least a minute (ONVIF Core 9.2). */
const PULL_SECONDS = 60;
const MESSAGES = 100;
/** Pulls begin no closer than this after an empty answer: XM answers an empty list at once (lightNVR #450). */
const EMPTY_INTERVAL_MS = 1_000;
/** … and after an answer of nothing but topics of no interest, behind which motion may wait. */
const IGNORED_INTERVAL_MS = 100;
const RENEW_AT = 0.8;
/** Shorter lives are not believed: renewing every few seconds is what breaks cameras. */
const SHORTEST_LIFE_MS = 60_000;
const LONGEST_LIFE_MS = 3_600_000;
/**
 * A camera that answers pulls of a subscription which it has lost, always empty, cannot be told from a quiet one by
 * pulls, and some renew what is not there. A subscription that brought nothing for so long, not even a topic of no
 * interest, is replaced; its successor is told the state of everything, so a false alarm costs four requests an hour.
 */
const MUTE_AFTER_MS = 3_600_000;
/** Long for a camera that is well; a stopping agent with its cameras and its broker hung has five seconds in all. */
const UNSUBSCRIBE_MS = 1_000;

export async function watchPullPoint(channel: Channel, emit: Emit, signal: AbortSignal): Promise<WatchEnd> {
  for (let first = true; ; first = false) {
    const subscription = await subscribe(channel, signal);
    if (!subscription.ok) return channelEnd("CreatePullPointSubscription", subscription.error);
    try {
      const end = await follow(channel, subscription.value, first, emit, signal);
      if (end !== "mute") return end;
    } finally {
      await unsubscribe(channel, subscription.value);
    }
  }
}

interface Subscription {
  readonly recipient: Recipient;
  /** Milliseconds until it must be renewed, at its creation. */
  readonly renewIn: number;
}

async function subscribe(
  { caller, endpoint, events }: Channel,
  signal: AbortSignal,
): Promise<Result<Subscription, Refusal>> {
  const answer = await caller.call({ name: "CreatePullPointSubscription" }, { url: events }, { signal });
  if (!answer.ok) return answer;
  const { address, parameters } = readSubscription(answer.value);
  const url = serviceUrl(address, endpoint, events);
  // The camera knows itself by its own address, also where that is not ours; garbage it shall not have back.
  const to = address !== undefined && URL.canParse(address) ? address : url.href;
  return ok({ recipient: { url, reference: { to, parameters } }, renewIn: renewIn(readLife(answer.value)) });
}

/** Milliseconds from an answer to the renewal; a life that cannot be read is taken for the one that was asked for. */
export function renewIn(life: number | undefined): number {
  const believed = life ?? SUBSCRIPTION_SECONDS * 1_000;
  return RENEW_AT * Math.min(Math.max(believed, SHORTEST_LIFE_MS), LONGEST_LIFE_MS);
}

async function follow(
  { caller, clock, names }: Channel,
  { recipient, renewIn: firstRenewIn }: Subscription,
  first: boolean,
  emit: Emit,
  signal: AbortSignal,
): Promise<WatchEnd | "mute"> {
  // Cameras without it are no worse for that: they tell changes only.
  await caller.call({ name: "SetSynchronizationPoint" }, recipient, { signal });
  if (first) await emit({ kind: "open" });
  let renewAt = clock.monotonic() + firstRenewIn;
  let heardAt = clock.monotonic();
  while (!signal.aborted) {
    const askedAt = clock.monotonic();
    if (askedAt >= renewAt) {
      const renewed = await renew(caller, recipient, signal);
      if (!renewed.ok) return channelEnd("Renew", renewed.error);
      renewAt = clock.monotonic() + renewed.value;
    }
    const pulled = await pull(caller, recipient, renewAt - clock.monotonic(), signal);
    if (!pulled.ok) return channelEnd("PullMessages", pulled.error);
    const { signals, ignored } = readNotifications(pulled.value, names);
    const answeredAt = clock.monotonic();
    if (signals.length + ignored > 0) heardAt = answeredAt;
    for (const news of signals) await emit({ kind: "signal", signal: news });
    await emit({ kind: "alive" });
    // Only ever nearer: Axis does not move the time with pulls, and a camera whose clock was set says anything.
    const life = readLife(pulled.value);
    if (life !== undefined) renewAt = Math.min(renewAt, answeredAt + renewIn(life));
    if (answeredAt - heardAt >= MUTE_AFTER_MS) return "mute";
    if (signals.length === 0) {
      const interval = ignored > 0 ? IGNORED_INTERVAL_MS : EMPTY_INTERVAL_MS;
      await clock.sleep(Math.max(0, askedAt + interval - clock.monotonic()), signal);
    }
  }
  return { fault: fault("events-lost", evidenceTexts.givenUp), retry: "backoff" };
}

async function renew(
  caller: Channel["caller"],
  recipient: Recipient,
  signal: AbortSignal,
): Promise<Result<number, Refusal>> {
  const answer = await caller.call({ name: "Renew" }, recipient, { signal });
  if (answer.ok) return ok(renewIn(readLife(answer.value)));
  // Cameras without Renew prolong with every pull; where that is not so the next pull will fail.
  return answer.error.unsupported ? ok(Number.POSITIVE_INFINITY) : fail(answer.error);
}

function pull(caller: Channel["caller"], recipient: Recipient, untilRenewalMs: number, signal: AbortSignal) {
  const seconds = Math.ceil(Math.min(Math.max(untilRenewalMs / 1_000, 1), PULL_SECONDS));
  return caller.call({ name: "PullMessages", seconds, messages: MESSAGES }, recipient, {
    signal,
    holds: seconds * 1_000,
  });
}

/** Cameras have few subscriptions and cannot list them: one is given back on every way out, also at a stop. */
async function unsubscribe({ caller, clock }: Channel, { recipient }: Subscription): Promise<void> {
  using time = deadline(clock, UNSUBSCRIBE_MS);
  await caller.call({ name: "Unsubscribe" }, recipient, { signal: time.signal });
}

/** What a refused or failed call means for the channel. */
function channelEnd(during: string, { fault: seen, call, unsupported }: Refusal): WatchEnd {
  const named = call === during ? seen.evidence : inBoth(seen.evidence, (text) => `${during}: ${text}`);
  if (unsupported) return { fault: fault("events-unsupported", named), retry: "rarely" };
  if (during === "PullMessages" && seen.cause === "answer-late")
    return { fault: fault("events-silent", named), retry: "backoff" };
  return unreached({ cause: seen.cause, evidence: named });
}
