import type { WatchEnd } from "../../agent/model/camera.ts";
import { type Cause, causes, type Fault, fault } from "../../agent/model/fault.ts";
import { causeTexts } from "../../agent/model/messages/causes.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";

/** What a fault on the way to an event channel, or of it, means for the channel. */
export function unreached({ cause, evidence }: Fault): WatchEnd {
  const why = causeTexts[cause].what;
  return {
    fault: fault("events-lost", compose(evidenceTexts.channelLost, { why, seen: evidence })),
    retry: isHeld(cause) ? "rarely" : "backoff",
  };
}

/** Logins that another try makes no better; a busy camera's may be tried again soon. */
function isHeld(cause: Cause): boolean {
  return causes[cause].rung === "login" && cause !== "login-busy";
}
