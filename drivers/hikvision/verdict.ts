import { fail, ok, type Result } from "../../agent/base/result.ts";
import { type Cause, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, type Message } from "../../agent/model/messages/text.ts";
import type { HttpAnswer } from "../protocol/http-client.ts";
import type { HttpDevice } from "../protocol/http-device.ts";
import type { Ask, Refusal } from "../protocol/question.ts";
import { parseXml, type XmlElement } from "../protocol/xml.ts";
import {
  type Complaint,
  isForbidden,
  isUnsupported,
  readComplaint,
  withComplaint,
} from "./response-status.ts";

/** Every device has it, so that what answers without it is none of Hikvision's. */
const FIRST_QUESTION = "System/deviceInfo";

/** Below it stands all of ISAPI. */
export const ISAPI = "/ISAPI/";

/** Asks in XML; the answer is its root element. */
export function isapi(http: Pick<HttpDevice, "fetch">): Ask<XmlElement> {
  return async ({ target, body }, signal) => {
    const question = { path: `${ISAPI}${target}`, body, type: "application/xml; charset=utf-8" };
    const answer = await http.fetch(question, signal);
    if (answer.ok) return judgeAnswer(target, answer.value);
    // What this user may not do is an answer; where there is none it is the login that is locked.
    return fail({ fault: answer.error, locked: answer.error.cause === "login-forbidden" });
  };
}

/** What an answer to the question `path` amounts to, 401 aside: its root element, or why there is none. */
export function judgeAnswer(path: string, answer: HttpAnswer): Result<XmlElement, Refusal> {
  const text = answer.body.toString("utf8");
  const complaint = readComplaint(text);
  const isWell = answer.status >= 200 && answer.status < 300;
  // A refusal may come with 200; "OK" is a ResponseStatus too, and no answer to a question.
  if (!isWell || complaint) return fail(judgeRefusal(path, answer, complaint));
  const root = parseXml(text);
  const seen = answered(path, answer.status);
  if (root.ok && root.value.name.toLowerCase() !== "html") return ok(root.value);
  const evidence = root.ok
    ? compose(evidenceTexts.otherAnswer, { seen })
    : compose(evidenceTexts.detail, { seen, detail: root.error });
  return fail({ fault: fault("answer-garbled", path === FIRST_QUESTION ? noIsapi(evidence) : evidence) });
}

export function judgeRefusal(
  path: string,
  { status }: HttpAnswer,
  complaint: Complaint | undefined,
): Refusal {
  const isAbsent =
    [404, 405, 410, 501].includes(status) || (complaint !== undefined && isUnsupported(complaint));
  const evidence = withComplaint(answered(path, status), complaint);
  const isElsewhere = path === FIRST_QUESTION && !complaint && (isAbsent || (status >= 300 && status < 400));
  if (isElsewhere) return { fault: fault("answer-garbled", noIsapi(evidence)) };
  return { fault: fault(refusalCause(status, complaint), evidence), unsupported: isAbsent };
}

function refusalCause(status: number, complaint: Complaint | undefined): Cause {
  if (complaint?.notActivated || complaint?.locked || (complaint && isForbidden(complaint)))
    return "login-forbidden";
  return status === 403 && !(complaint && isUnsupported(complaint)) ? "login-forbidden" : "request-refused";
}

function noIsapi(seen: Message): Message {
  return compose(evidenceTexts.noIsapi, { seen });
}

export function answered(path: string, status: number): Message {
  return compose(evidenceTexts.answerTo, { answer: `HTTP ${status}`, request: path });
}
