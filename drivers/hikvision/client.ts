import { fail, type Result } from "../../agent/base/result.ts";
import type { DriverContext, HostGate, Login } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { inBoth } from "../../agent/model/messages/text.ts";
import { type Endpoint, httpUrl } from "../protocol/endpoint.ts";
import { exchange, type HttpAnswer } from "../protocol/http-client.ts";
import { HttpLogin } from "../protocol/http-login.ts";
import { givenUp } from "../protocol/http-request.ts";
import type { XmlElement } from "../protocol/xml.ts";
import { type Complaint, readComplaint, withComplaint } from "./response-status.ts";
import { answered, judgeAnswer, type Refusal } from "./verdict.ts";

/** Largest answer in XML that is read, bytes; the channels of a 64-channel recorder are a tenth of it. */
const ANSWER_BYTES = 524_288;

/** A question to the device. */
export interface Question {
  /** Below /ISAPI/: "System/deviceInfo". */
  readonly path: string;
  /** XML, sent by POST; without it the question is a GET. */
  readonly body?: string;
  readonly bodyBytes?: number;
}

/** ISAPI of one device: one login and one nonce, however many of its channels ask. Never rejects for what a device does. */
export class IsapiClient {
  readonly endpoint: Endpoint;
  readonly login: HttpLogin;
  /** For whoever sends requests of its own with `login`: refusals are noted with the device's words. */
  readonly host: HostGate;
  readonly #credentials: Login | undefined;
  readonly #context: DriverContext;
  /** What a refusal of the login said last. */
  #complaint: Complaint | undefined;
  /** While the gate holds a login that the device had locked. */
  #isLocked = false;

  constructor(endpoint: Endpoint, credentials: Login | undefined, context: DriverContext) {
    this.endpoint = endpoint;
    this.#credentials = credentials;
    this.#context = context;
    this.login = new HttpLogin(credentials);
    this.host = this.#guarded(context.host);
  }

  url(path: string): URL {
    return httpUrl(this.endpoint, `/ISAPI/${path}`);
  }

  /** The answer's root element. */
  async ask(question: Question, signal: AbortSignal): Promise<Result<XmlElement, Refusal>> {
    const answer = await this.fetch(question, signal);
    return answer.ok ? judgeAnswer(question.path, answer.value) : fail({ fault: answer.error });
  }

  /** The answer as it came, whatever its status but 401. */
  async fetch(question: Question, signal: AbortSignal): Promise<Result<HttpAnswer, Fault>> {
    try {
      return await this.#context.host.request(signal, () => this.#send(question, signal));
    } catch (error) {
      if (signal.aborted) return fail(givenUp);
      throw error;
    }
  }

  async #send({ path, body, bodyBytes }: Question, signal: AbortSignal): Promise<Result<HttpAnswer, Fault>> {
    const request = {
      method: body === undefined ? ("GET" as const) : ("POST" as const),
      url: this.url(path),
      ...(body !== undefined && { body: Buffer.from(body) }),
    };
    const type = body === undefined ? {} : { "Content-Type": "application/xml; charset=utf-8" };
    const { clock, health } = this.#context;
    const limits = {
      clock,
      connectTimeout: health().requestTimeout,
      answerTimeout: health().requestTimeout,
      bodyBytes: bodyBytes ?? ANSWER_BYTES,
    };
    const answer = await this.login.send(request, this.host, async (headers) => {
      const tried = await exchange({ ...request, headers: { ...type, ...headers } }, limits, signal);
      if (!tried.ok || (tried.value.status !== 401 && tried.value.status !== 403)) return tried;
      const complaint = readComplaint(tried.value.body.toString("utf8"));
      if (tried.value.status === 401) this.#complaint = complaint;
      // A try of a locked account, though with the right password, begins the lock anew.
      const isTried = tried.value.status === 401 && headers.Authorization !== undefined;
      return complaint?.locked && !isTried ? this.#refusedLocked(path, tried.value.status, complaint) : tried;
    });
    if (!answer.ok) return fail(this.#explained(answer.error));
    this.#isLocked = false;
    this.#complaint = undefined;
    return answer;
  }

  #refusedLocked(path: string, status: number, complaint: Complaint): Result<HttpAnswer, Fault> {
    const login = this.#credentials;
    const seen = answered(path, status);
    this.#complaint = complaint;
    if (!login) return fail(fault("login-missing", withComplaint(seen, complaint)));
    // What is held already stays so from its own beginning.
    return fail(this.#context.host.refusal(login, "http") ?? this.host.rejected(login, seen, "http"));
  }

  #guarded(host: HostGate): HostGate {
    return {
      request: (signal, work) => host.request(signal, work),
      shared: (key, login, make) => host.shared(key, login, make),
      refusal: (login, service) => host.refusal(login, service),
      accepted: (login, service) => host.accepted(login, service),
      rejected: (login, evidence, service) => {
        this.#isLocked = this.#complaint?.locked !== undefined;
        const seen = inBoth(evidence, (text) => text);
        return host.rejected(login, withComplaint(seen, this.#complaint), service);
      },
    };
  }

  /** A locked account is neither a wrong password nor a busy device: whoever reads it shall wait. */
  #explained(seen: Fault): Fault {
    const isRefused = seen.cause === "login-rejected" || seen.cause === "login-busy";
    return this.#isLocked && isRefused ? fault("login-forbidden", seen.evidence) : seen;
  }
}
