import { fail, ok, type Result } from "../../agent/base/result.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, type Message } from "../../agent/model/messages/text.ts";
import type { HttpAnswer } from "../protocol/http-client.ts";
import { type Challenge, parseChallenges } from "../protocol/http-digest.ts";
import { describeFault, readSoap, refusesAction, refusesLogin, type SoapFault } from "../protocol/soap.ts";
import type { XmlElement } from "../protocol/xml.ts";

/** Why a call came to nothing. */
export interface Refusal {
  readonly fault: Fault;
  /** Name of the call that the evidence tells of; absent where it names none. */
  readonly call?: string;
  /** The device answered that it has no such call, as against failing this time. */
  readonly unsupported?: boolean;
}

export type Verdict =
  | { readonly kind: "answered"; readonly body: XmlElement }
  /** Not without a login, or not with the one that was given; with HTTP's challenges, if any. */
  | { readonly kind: "unauthorised"; readonly challenges: readonly Challenge[]; readonly evidence: Message }
  | { readonly kind: "failed"; readonly refusal: Refusal };

/** What an HTTP answer to the call `name` amounts to. SOAP faults come with 200, 400, 401 and 500 alike. */
export function judgeAnswer(name: string, answer: HttpAnswer): Verdict {
  const soap = readSoap(answer.body.toString("utf8"));
  const refused = soap.ok && soap.value.kind === "fault" ? soap.value.fault : undefined;
  const status = compose(evidenceTexts.answerTo, { answer: `HTTP ${answer.status}`, request: name });
  const evidence = refused
    ? compose(evidenceTexts.detail, { seen: status, detail: describeFault(refused) })
    : status;
  if (answer.status === 401 || (refused && refusesLogin(refused)))
    return { kind: "unauthorised", challenges: parseChallenges(answer.challenges), evidence };
  const body = readBody(
    name,
    answer.status,
    soap.ok && soap.value.kind === "answer" ? soap.value.body : soap,
  );
  if (body.ok) return { kind: "answered", body: body.value };
  const failed = (refusal: Refusal): Verdict => ({ kind: "failed", refusal: { ...refusal, call: name } });
  if (refused) return failed(faultRefusal(refused, evidence));
  if (!soap.ok && isNoService(name, answer.status))
    return failed({ fault: fault("answer-garbled", elsewhere(evidence, answer)) });
  return failed({ fault: fault(body.error, bodyEvidence(evidence, soap)) });
}

/**
 * Whether an answer that is no SOAP shows that there is no ONVIF at this address: every device answers for its time
 * (ONVIF Core, Pre_auth), with a SOAP fault if need be. What answers so is another web server, or a camera whose
 * ONVIF is off or on another port; Dahua's refer to https once that is on (rroller/dahua #51). Of other calls the
 * same says only that the camera has them not.
 */
function isNoService(name: string, status: number): boolean {
  return (
    name === "GetSystemDateAndTime" &&
    ((status >= 300 && status < 400) || [404, 405, 410, 501].includes(status))
  );
}

function elsewhere(seen: Message, { header }: HttpAnswer): Message {
  const referred = header("location");
  return referred === undefined
    ? compose(evidenceTexts.noService, { seen })
    : compose(evidenceTexts.noServiceReferral, { seen, url: referred.slice(0, 128) });
}

type Unread = Result<unknown, Message>;

function readBody(
  name: string,
  status: number,
  body: XmlElement | Unread,
): Result<XmlElement, "answer-garbled" | "login-forbidden" | "request-refused"> {
  if ("name" in body && body.name === `${name}Response`) return ok(body);
  if (status === 403) return fail("login-forbidden");
  return fail(status >= 200 && status < 300 ? "answer-garbled" : "request-refused");
}

function bodyEvidence(seen: Message, soap: Unread): Message {
  return soap.ok
    ? compose(evidenceTexts.otherAnswer, { seen })
    : compose(evidenceTexts.detail, { seen, detail: soap.error });
}

function faultRefusal(refused: SoapFault, evidence: Message): Refusal {
  // ONVIF Core 5.8.2.3: the login is right, and this user may not.
  const forbidden = refused.codes.includes("OperationProhibited");
  return {
    fault: fault(forbidden ? "login-forbidden" : "request-refused", evidence),
    unsupported: refusesAction(refused),
  };
}
