import type { Result } from "../../agent/base/result.ts";
import type { Fault } from "../../agent/model/fault.ts";

/** A question to a device in its make's dialect. */
export interface Question {
  /** Below the path of the make's interface: "System/deviceInfo", "magicBox.cgi?action=getSystemInfo". */
  readonly target: string;
  /** Sent by POST; without it the question is a GET. */
  readonly body?: string;
}

/** Why a question came to nothing. */
export interface Refusal {
  readonly fault: Fault;
  /** The device answered that it has no such thing, as against failing this time. */
  readonly unsupported?: boolean;
  /** The device takes no login now, whatever this user may. */
  readonly locked?: boolean;
}

/** Asks a device, and reads its answer as its make's are read. Never rejects for what a device does. */
export type Ask<Answer> = (question: Question, signal: AbortSignal) => Promise<Result<Answer, Refusal>>;
