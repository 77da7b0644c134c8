import { scrub } from "../base/scrub.ts";
import { inBoth, type Message } from "./messages/text.ts";

/**
 * Why a camera cannot be used. Every cause belongs to one rung of the health ladder and has a stable code that
 * technicians quote on the phone; the words for it, in Vietnamese and English, are in `messages/causes.ts`.
 */

/** The health ladder in order; the first rung that fails is the verdict. (6 picture, 7 recording follow later.) */
export const rungs = ["host", "port", "login", "describe", "stream", "clock", "events"] as const;
export type Rung = (typeof rungs)[number];

/** The number by which the ladder's rungs are known in documents and on the wire. */
export const rungNumber: Record<Rung, number> = {
  host: 1,
  port: 2,
  login: 3,
  describe: 4,
  stream: 5,
  clock: 8,
  events: 9,
};

export const causes = {
  "name-unresolved": { rung: "host", code: "CAM-101" },
  "host-unreachable": { rung: "host", code: "CAM-102" },
  "host-silent": { rung: "host", code: "CAM-103" },

  "port-closed": { rung: "port", code: "CAM-201" },
  "port-silent": { rung: "port", code: "CAM-202" },
  "connection-cut": { rung: "port", code: "CAM-203" },
  "answer-late": { rung: "port", code: "CAM-204" },
  "answer-too-large": { rung: "port", code: "CAM-205" },
  "answer-garbled": { rung: "port", code: "CAM-206" },

  "login-missing": { rung: "login", code: "CAM-301" },
  "login-rejected": { rung: "login", code: "CAM-302" },
  "login-busy": { rung: "login", code: "CAM-303" },
  "login-clock": { rung: "login", code: "CAM-304" },
  "login-forbidden": { rung: "login", code: "CAM-305" },
  "login-scheme": { rung: "login", code: "CAM-306" },

  "stream-missing": { rung: "describe", code: "CAM-401" },
  "stream-refused": { rung: "describe", code: "CAM-402" },
  "stream-not-video": { rung: "describe", code: "CAM-403" },
  "request-refused": { rung: "describe", code: "CAM-404" },
  "channel-offline": { rung: "describe", code: "CAM-405" },
  "channel-missing": { rung: "describe", code: "CAM-406" },

  "rtp-absent": { rung: "stream", code: "CAM-501" },
  "keyframe-absent": { rung: "stream", code: "CAM-502" },
  "stream-cut": { rung: "stream", code: "CAM-503" },
  "sessions-exhausted": { rung: "stream", code: "CAM-504" },

  "clock-wrong": { rung: "clock", code: "CAM-801" },
  "clock-time-zone": { rung: "clock", code: "CAM-802" },
  "clock-unreadable": { rung: "clock", code: "CAM-803" },

  "events-unsupported": { rung: "events", code: "CAM-901" },
  "events-lost": { rung: "events", code: "CAM-902" },
  "events-silent": { rung: "events", code: "CAM-903" },
} as const satisfies Record<string, { rung: Rung; code: string }>;

export type Cause = keyof typeof causes;

/** What was seen: a plain string in the protocol's own words, a `Message` in ours (`messages/evidence.ts`). */
export type Evidence = string | Message;

export interface Fault {
  readonly cause: Cause;
  /**
   * What was seen, for people: "connect ECONNREFUSED 192.168.1.20:554", "RTSP/1.0 404 Not Found to DESCRIBE". The
   * protocol's own words are the same in both languages. At most 300 characters each, never a secret.
   */
  readonly evidence: Message;
}

const EVIDENCE_LIMIT = 300;

export function fault(cause: Cause, evidence: Evidence): Fault {
  return { cause, evidence: inBoth(evidence, (text) => shortened(scrub(text))) };
}

function shortened(text: string): string {
  return text.length > EVIDENCE_LIMIT ? `${text.slice(0, EVIDENCE_LIMIT - 1)}…` : text;
}
