import { fail, ok, type Result } from "../../agent/base/result.ts";
import type { DriverContext, Login } from "../../agent/model/camera.ts";
import { type Cause, type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, type Message } from "../../agent/model/messages/text.ts";
import { type Endpoint, httpUrl } from "../protocol/endpoint.ts";
import { exchange, type HttpAnswer } from "../protocol/http-client.ts";
import { HttpLogin } from "../protocol/http-login.ts";
import { givenUp } from "../protocol/http-request.ts";
import { complaintIn } from "./table.ts";

/** Largest answer in text that is read, bytes; the remote devices of a 64-channel recorder are a third of it. */
const ANSWER_BYTES = 524_288;

/** A question to the device. */
export interface Question {
  /** Below /cgi-bin/: "magicBox.cgi?action=getSystemInfo". */
  readonly target: string;
  /** JSON, sent by POST; without it the question is a GET. */
  readonly body?: string;
  readonly bodyBytes?: number;
}

/** Why a question came to nothing. */
export interface Refusal {
  readonly fault: Fault;
  /** The device has answered, and says that it has no such thing or nothing of it, as against failing this time. */
  readonly unsupported?: boolean;
}

/** Every device has it, so that what has it not is none of Dahua's. */
export const FIRST_QUESTION = "magicBox.cgi?action=getSystemInfo";

/** The CGI of one device: one login and one nonce, however many of its channels ask. Never rejects for what a device does. */
export class CgiClient {
  readonly endpoint: Endpoint;
  readonly login: HttpLogin;
  readonly #context: DriverContext;

  constructor(endpoint: Endpoint, credentials: Login | undefined, context: DriverContext) {
    this.endpoint = endpoint;
    this.#context = context;
    this.login = new HttpLogin(credentials);
  }

  url(target: string): URL {
    return httpUrl(this.endpoint, `/cgi-bin/${target}`);
  }

  /** The answer's text, or the device's complaint. */
  async ask(question: Question, signal: AbortSignal): Promise<Result<string, Refusal>> {
    const answer = await this.fetch(question, signal);
    return answer.ok ? judgeAnswer(question.target, answer.value) : fail({ fault: answer.error });
  }

  /** The answer as it came, whatever its status but 401. */
  async fetch(
    { target, body, bodyBytes = ANSWER_BYTES }: Question,
    signal: AbortSignal,
  ): Promise<Result<HttpAnswer, Fault>> {
    const { clock, health, host } = this.#context;
    const request = {
      method: body === undefined ? ("GET" as const) : ("POST" as const),
      url: this.url(target),
      ...(body !== undefined && { body: Buffer.from(body) }),
    };
    const type = body === undefined ? {} : { "Content-Type": "application/json" };
    const timeout = health().requestTimeout;
    const limits = { clock, connectTimeout: timeout, answerTimeout: timeout, bodyBytes };
    try {
      return await host.request(signal, () =>
        this.login.send(request, host, (headers) =>
          exchange({ ...request, headers: { ...type, ...headers } }, limits, signal),
        ),
      );
    } catch (error) {
      if (signal.aborted) return fail(givenUp);
      throw error;
    }
  }
}

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
    unsupported: isAbsent || status === 400 || (complaint !== undefined && status < 300),
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
