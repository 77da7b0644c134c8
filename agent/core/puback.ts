import type { DeadLetterReason } from "../model/journal.ts";
import type { PublishOutcome } from "../model/uplink.ts";

/** No matching subscribers: the broker took the message and threw it away (MQTT 5, section 3.4.2.1). */
const NO_SUBSCRIBERS = 0x10;

/** The message itself is what the broker refuses: topic name, packet size, payload format. */
const POISON = new Map<number, DeadLetterReason>([
  [0x90, "0x90"],
  [0x95, "0x95"],
  [0x99, "0x99"],
]);

/**
 * What an outcome means for an event. `refused`: by this topic for now (quota, permission, nobody listens); the
 * event is kept and tried again later. `poison`: this very message will never be taken. `over`: the session is.
 */
export type Verdict =
  | { readonly kind: "delivered" }
  | { readonly kind: "refused"; readonly reasonCode: number; readonly reason: string }
  | { readonly kind: "poison"; readonly why: DeadLetterReason }
  | { readonly kind: "over" };

export function judgeEvent(outcome: PublishOutcome): Verdict {
  switch (outcome.kind) {
    case "acknowledged":
      return outcome.reasonCode === NO_SUBSCRIBERS
        ? { kind: "refused", reasonCode: NO_SUBSCRIBERS, reason: "0x10 No matching subscribers" }
        : { kind: "delivered" };
    case "refused": {
      const why = POISON.get(outcome.reasonCode);
      return why ? { kind: "poison", why } : outcome;
    }
    case "too-large":
      return { kind: "poison", why: "too-large" };
    case "late":
    case "ended":
      return { kind: "over" };
  }
}

/** The same for retained state, which is kept by the broker whether or not somebody listens. */
export function judgeState(outcome: PublishOutcome): Verdict {
  return outcome.kind === "acknowledged" ? { kind: "delivered" } : judgeEvent(outcome);
}
