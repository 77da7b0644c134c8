import { fail, ok, type Result } from "../../agent/base/result.ts";
import { type Cause, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, type Message } from "../../agent/model/messages/text.ts";
import type { HttpAnswer } from "../protocol/http-client.ts";
import type { HttpDevice } from "../protocol/http-device.ts";
import type { Ask, Refusal } from "../protocol/question.ts";
import { complaintIn } from "./table.ts";

/** Below it stands all of Dahua's CGI. */
export const CGI = "/cgi-bin/";

/** Asks by CGI, where need be in JSON; the answer is its text. */
export function cgi(http: Pick<HttpDevice, "fetch">): Ask<string> {
  return async ({ target, body }, signal) => {
    const answer = await http.fetch({ path: `${CGI}${target}`, body, type: "application/json" }, signal);
    return answer.ok ? judgeAnswer(target, answer.value) : fail({ fault: answer.error });
  };
}

/** Every device has it, so that what has it not is none of Dahua's. */
export const FIRST_QUESTION = "magicBox.cgi?action=getSystemInfo";

/** "Error: No Events" is an answer to it, for now. */
export const LOST_PICTURES = "eventManager.cgi?action=getEventIndexes&code=VideoLoss";

/** The answer's text, or the device's complaint. */
function judgeAnswer(target: string, answer: HttpAnswer): Result<string, Refusal> {
  const text = answer.body.toString("utf8");
  const isWell = answer.status >= 200 && answer.status < 300;
  if (!isWell || complaintIn(text) !== undefined) return fail(judgeRefusal(target, answer));
  if (!/^\s*</.test(text)) return ok(text);
  const seen = compose(evidenceTexts.otherAnswer, { seen: answered(target, answer.status) });
  return fail({
    fault: fault("answer-garbled", target === FIRST_QUESTION ? compose(evidenceTexts.noCgi, { seen }) : seen),
  });
}

/** What an answer that is not what was asked for amounts to. */
export function judgeRefusal(target: string, { status, header, body }: HttpAnswer): Refusal {
  const complaint = complaintIn(body.toString("utf8", 0, 1_024));
  const plain = answered(target, status);
  const seen =
    complaint === undefined ? plain : compose(evidenceTexts.detail, { seen: plain, detail: complaint });
  const referred = header("location");
  const isAbsent = [404, 405, 410, 501].includes(status);
  const isElsewhere = (isAbsent && complaint === undefined) || (status >= 300 && status < 400);
  if (target === FIRST_QUESTION && isElsewhere) {
    // Once https is on, Dahua's refer to it (rroller/dahua #51).
    const elsewhere = referred
      ? compose(evidenceTexts.noCgiReferral, { seen, url: referred.slice(0, 128) })
      : compose(evidenceTexts.noCgi, { seen });
    return { fault: fault("answer-garbled", elsewhere) };
  }
  const cause: Cause = status === 403 ? "login-forbidden" : "request-refused";
  return {
    fault: fault(cause, seen),
    unsupported:
      target !== LOST_PICTURES && (isAbsent || status === 400 || (complaint !== undefined && status < 300)),
  };
}

/** "HTTP 400 to magicBox.cgi getVendor". */
function answered(target: string, status: number): Message {
  const [path = "", query = ""] = target.split("?");
  const action = new URLSearchParams(query).get("action");
  return compose(evidenceTexts.answerTo, {
    answer: `HTTP ${status}`,
    request: action === null ? path : `${path} ${action}`,
  });
}
