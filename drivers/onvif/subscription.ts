import type { Clock } from "../../agent/base/clock.ts";
import { fail, ok, type Result } from "../../agent/base/result.ts";
import { deadline } from "../../agent/base/scope.ts";
import type { WatchEnd } from "../../agent/model/camera.ts";
import { fault } from "../../agent/model/fault.ts";
import { inBoth } from "../../agent/model/messages/text.ts";
import type { Endpoint } from "../protocol/endpoint.ts";
import { unreached } from "../protocol/watch-end.ts";
import { serviceUrl } from "./address.ts";
import { readLife, readSubscription } from "./answers.ts";
import type { OnvifCaller, Recipient } from "./caller.ts";
import type { NamesChannels } from "./channel.ts";
import { type Call, SUBSCRIPTION_SECONDS } from "./requests.ts";
import type { Refusal } from "./verdict.ts";

/** What both ways of hearing a device's events have in common: a subscription, from its beginning to its end. */

export interface Channel {
  readonly caller: Pick<OnvifCaller, "call">;
  readonly endpoint: Endpoint;
  /** Address of the event service. */
  readonly events: URL;
  /** Read at every message: a recorder may get channels while the event channel stands. */
  readonly names: NamesChannels;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly connectTimeout: number;
}

const RENEW_AT = 0.8;
/** Shorter lives are not believed: renewing every few seconds is what breaks cameras. */
const SHORTEST_LIFE_MS = 60_000;
const LONGEST_LIFE_MS = 3_600_000;
/** Long for a camera that is well; a stopping agent with its cameras and its broker hung has five seconds in all. */
const UNSUBSCRIBE_MS = 1_000;

export interface Subscription {
  readonly recipient: Recipient;
  /** Milliseconds until it must be renewed, at its creation. */
  readonly renewIn: number;
}

export async function subscribe(
  { caller, endpoint, events }: Channel,
  call: Call,
  signal: AbortSignal,
): Promise<Result<Subscription, Refusal>> {
  const answer = await caller.call(call, { url: events }, { signal });
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

export async function renew(
  caller: Channel["caller"],
  recipient: Recipient,
  signal: AbortSignal,
): Promise<Result<number, Refusal>> {
  const answer = await caller.call({ name: "Renew" }, recipient, { signal });
  if (answer.ok) return ok(renewIn(readLife(answer.value)));
  // Cameras without Renew prolong with every pull; where that is not so the next pull will fail.
  return answer.error.unsupported ? ok(Number.POSITIVE_INFINITY) : fail(answer.error);
}

/** Cameras have few subscriptions and cannot list them: one is given back on every way out, also at a stop. */
export async function unsubscribe({ caller, clock }: Channel, { recipient }: Subscription): Promise<void> {
  using time = deadline(clock, UNSUBSCRIBE_MS);
  await caller.call({ name: "Unsubscribe" }, recipient, { signal: time.signal });
}

/** What a refused or failed call means for the channel. */
export function channelEnd(during: string, { fault: seen, call, unsupported }: Refusal): WatchEnd {
  const named = call === during ? seen.evidence : inBoth(seen.evidence, (text) => `${during}: ${text}`);
  if (unsupported) return { fault: fault("events-unsupported", named), retry: "rarely" };
  if (during === "PullMessages" && seen.cause === "answer-late")
    return { fault: fault("events-silent", named), retry: "backoff" };
  return unreached({ cause: seen.cause, evidence: named });
}
