import { fail, type Result } from "../../agent/base/result.ts";
import type { HostGate, Login } from "../../agent/model/camera.ts";
import { type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose, type Message } from "../../agent/model/messages/text.ts";
import { Authenticator, isStale, parseChallenges } from "./http-digest.ts";
import { type HttpRequest, requestName } from "./http-request.ts";

/** What a try of a request came to, as far as its login goes. */
export interface Answered {
  readonly status: number;
  /** WWW-Authenticate, one element a header line. */
  readonly challenges: readonly string[];
  /** Absent of an answer that is not read whole. */
  readonly body?: Buffer;
}

export type Attempt<T> = (headers: Readonly<Record<string, string>>) => Promise<Result<T, Fault>>;
export type Guard = Pick<HostGate, "refusal" | "accepted" | "rejected">;

/** A request as far as its login goes. */
export interface LoginRequest extends Pick<HttpRequest, "method" | "url" | "body"> {
  /** For people, in place of method and address. */
  readonly name?: Message;
}

/** The login of one device's HTTP. To be used in a request slot of the host. */
export interface DeviceLogin {
  /**
   * The answer to `request`, which `attempt` sends with the headers that it is given, or why there is none. An answer
   * that was not what was wanted is the caller's to judge; of 401 none comes back.
   */
  send<T extends Answered>(
    request: LoginRequest,
    host: Guard,
    attempt: Attempt<T>,
  ): Promise<Result<T, Fault>>;
}

/** Most tries of one request: with the last nonce, without login, with a fresh nonce, with one that was not stale. */
const ATTEMPTS = 4;

/**
 * The login of one device's HTTP, Digest or Basic as it asks for it. A nonce serves for further requests, which saves
 * each a round trip; devices that know every nonce once (a Dahua recorder writes a refused login into its log for
 * each that comes twice, rroller/dahua #603) are asked without a login first.
 */
export class HttpLogin implements DeviceLogin {
  readonly #login: Login | undefined;
  readonly #authenticator = new Authenticator();
  #hasWorked = false;
  #reuse: "unknown" | "works" | "refused" = "unknown";
  /** Of the challenges that were taken; another request's makes this one's nonce old on some devices. */
  #generation = 0;

  constructor(login: Login | undefined) {
    this.#login = login;
  }

  async send<T extends Answered>(
    request: LoginRequest,
    host: Guard,
    attempt: Attempt<T>,
  ): Promise<Result<T, Fault>> {
    const held = host.refusal(this.#login, "http");
    let signed: "not" | "again" | "freshly" = held || this.#reuse === "refused" ? "not" : "again";
    let fresh = 0;
    for (let left = ATTEMPTS; ; left--) {
      const authorization = signed === "not" ? undefined : this.#sign(request);
      if (authorization === undefined) signed = "not";
      const generation = this.#generation;
      const answer = await attempt(authorization === undefined ? {} : { Authorization: authorization });
      if (!answer.ok) return answer;
      const { status } = answer.value;
      if (status !== 401 && !(status === 403 && signed === "again")) {
        if (status < 300 && (signed !== "not" || !this.#login)) this.#took(host, signed === "again");
        return answer;
      }
      const seen = refusal(request, status);
      if (!this.#login) return fail(fault("login-missing", seen));
      if (held) return fail(held);
      const challenges = parseChallenges(answer.value.challenges);
      const forgivable = isStale(challenges) || generation !== this.#generation;
      if (signed === "freshly" && (fresh > 1 || !forgivable || left <= 1)) {
        this.#authenticator.forget();
        return fail(host.rejected(this.#login, compose(evidenceTexts.withLogin, { seen }), "http"));
      }
      if (signed === "again" && this.#reuse === "unknown" && !forgivable) this.#reuse = "refused";
      if (challenges.length === 0 && signed === "again") {
        signed = "not";
        continue;
      }
      // A device without a free connection need not say how it wants to be asked.
      if (challenges.length === 0 && this.#hasWorked)
        return fail(host.rejected(this.#login, compose(evidenceTexts.offeringNone, { seen }), "http"));
      if (!this.#authenticator.accept(challenges))
        return fail(fault("login-scheme", compose(evidenceTexts.withoutScheme, { seen })));
      this.#generation += 1;
      signed = "freshly";
      fresh += 1;
    }
  }

  #sign({ method, url, body }: LoginRequest): string | undefined {
    if (!this.#login) return undefined;
    const uri = `${url.pathname}${url.search}`;
    return this.#authenticator.authorize({ ...this.#login, method, uri, ...(body && { body }) });
  }

  #took(host: Guard, again: boolean): void {
    if (again) this.#reuse = "works";
    this.#hasWorked = true;
    host.accepted(this.#login, "http");
  }
}

function refusal(request: LoginRequest, status: number): Message {
  const name = request.name ?? requestName(request);
  return compose(evidenceTexts.answerTo, { answer: `HTTP ${status}`, request: name });
}
