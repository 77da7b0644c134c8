import { randomBytes, randomUUID } from "node:crypto";
import { fail, ok, type Result } from "../../agent/base/result.ts";
import type { Moment } from "../../agent/core/known-time.ts";
import type { DriverContext, Login } from "../../agent/model/camera.ts";
import { causes, type Fault, fault } from "../../agent/model/fault.ts";
import { evidenceTexts } from "../../agent/model/messages/evidence.ts";
import { compose } from "../../agent/model/messages/text.ts";
import { exchange } from "../protocol/http-client.ts";
import { Authenticator, isStale } from "../protocol/http-digest.ts";
import { addressing, envelope, usernameToken } from "../protocol/soap.ts";
import type { XmlElement } from "../protocol/xml.ts";
import { type Call, type OnvifRequest, requestBuilder } from "./requests.ts";
import { type Dating, TokenClock } from "./token-clock.ts";
import { judgeAnswer, type Refusal, type Verdict } from "./verdict.ts";

/** Largest SOAP answer that is read, bytes; the profiles of a 64-channel recorder are about half of it. */
const ANSWER_BYTES = 1_048_576;

/** Whom a call is for. */
export interface Recipient {
  readonly url: URL;
  /** A subscription's own name and parameters (WS-Addressing); absent for services. */
  readonly reference?: { readonly to: string; readonly parameters: readonly XmlElement[] };
}

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Milliseconds that the camera may take to answer beyond the ordinary: a long pull. Then no request slot is held. */
  readonly holds?: number;
  /** The same call was answered before: a refusal is no matter of what this user may. */
  readonly isProven?: boolean;
}

/** How requests are signed. Some cameras want HTTP Digest, some WS-Security, some both. */
interface Signing {
  readonly http: boolean;
  readonly token: boolean;
}

const unsigned: Signing = { http: false, token: false };

/** Most requests that one call may come to: unsigned, Digest, fresh nonce, token beside it, right clock. */
const ATTEMPTS = 6;

/**
 * Makes one camera's ONVIF calls and learns how it wants them signed. It begins unsigned: that is no failed login
 * anywhere, and the answer tells what is wanted (a challenge: Digest; a fault alone: WS-Security; ONVIF Core 5.9).
 */
export class OnvifCaller {
  readonly #device: URL;
  readonly #login: Login | undefined;
  readonly #context: DriverContext;
  readonly #authenticator = new Authenticator();
  #build: ((call: Call) => OnvifRequest) | undefined;
  #signing = unsigned;
  /** Whether a call that may want a login was ever answered. */
  #answered = false;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #clock = new TokenClock();
  /** A refusal that a wrong clock explains, while the gate still holds the login. */
  #clockFault: Fault | undefined;
  /** The clock as it was known when the login was refused last. */
  #refusedWith: Dating | undefined;

  constructor(device: URL, login: Login | undefined, context: DriverContext) {
    this.#device = device;
    this.#login = login;
    this.#context = context;
  }

  /** The answer's element, or why there is none. Never rejects for anything that a camera does. */
  async call(call: Call, recipient: Recipient, options: CallOptions): Promise<Result<XmlElement, Refusal>> {
    return this.#inSlot(options, () => this.#authorised(call, recipient, options));
  }

  /**
   * Asks for the camera's time, without login: the offset in milliseconds, undefined where the camera does not tell.
   * A few makes want a login even for this (Panasonic, Digital Barriers).
   */
  async readClock(signal: AbortSignal): Promise<Result<number | undefined, Refusal>> {
    return this.#inSlot({ signal }, async () => {
      const free = await this.#readClock(signal);
      if (free.kind !== "unauthorised" || !this.#login) return this.#clockResult(free);
      const sentAt = this.#now().monotonic;
      const answer = await this.#authorised(
        { name: "GetSystemDateAndTime" },
        { url: this.#device },
        { signal },
      );
      if (answer.ok) this.#clock.learn(answer.value, sentAt, this.#now());
      return answer.ok ? ok(this.#clock.dating.offset) : answer;
    });
  }

  #clockResult(verdict: Verdict): Result<number | undefined, Refusal> {
    if (verdict.kind === "answered") return ok(this.#clock.dating.offset);
    // An answer of any kind shows a living device; a fault to this call alone leaves only its clock unknown.
    if (verdict.kind === "unauthorised" || isRefusalOfCall(verdict.refusal.fault)) return ok(undefined);
    return fail(verdict.refusal);
  }

  async #readClock(signal: AbortSignal): Promise<Verdict> {
    const sentAt = this.#now().monotonic;
    const verdict = await this.#send(
      { name: "GetSystemDateAndTime" },
      { url: this.#device },
      { signal },
      unsigned,
    );
    if (verdict.kind === "answered") this.#clock.learn(verdict.body, sentAt, this.#now());
    return verdict;
  }

  #now(): Moment {
    const { clock } = this.#context;
    return { wall: clock.wall(), monotonic: clock.monotonic() };
  }

  async #inSlot<T>(
    { signal, holds }: CallOptions,
    work: () => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> {
    if (holds !== undefined) return work();
    try {
      return await this.#context.host.request(signal, work);
    } catch (error) {
      if (signal.aborted) return fail({ fault: fault("connection-cut", evidenceTexts.givenUp) });
      throw error;
    }
  }

  /** Until one call was answered they go one after the other, so that a wrong password is tried once. */
  async #authorised(
    call: Call,
    recipient: Recipient,
    options: CallOptions,
  ): Promise<Result<XmlElement, Refusal>> {
    if (this.#answered || options.holds !== undefined) return this.#authorise(call, recipient, options);
    const turn = this.#turn.then(() => this.#authorise(call, recipient, options));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** The whole of it stands in one request slot, so that the other channels of a recorder see a refusal before they try. */
  async #authorise(
    call: Call,
    recipient: Recipient,
    options: CallOptions,
  ): Promise<Result<XmlElement, Refusal>> {
    const held = this.#context.host.refusal(this.#login, "http");
    if (held && !this.#clockWasPutRight()) return fail({ fault: this.#clockFault ?? held });
    this.#clockFault = undefined;
    this.#refusedWith = undefined;
    const verdict = await this.#attempt(call, recipient, options);
    if (verdict.kind === "answered") {
      this.#answered = true;
      return ok(verdict.body);
    }
    if (verdict.kind === "failed") return fail(verdict.refusal);
    if (!this.#login) return fail({ fault: fault("login-missing", verdict.evidence), call: call.name });
    const isSigned = this.#signing.http || this.#signing.token;
    if (call.name !== "GetDeviceInformation" && isSigned && !options.isProven) {
      // NotAuthorized is also said of a right login that may not do this; asking for what every user may tells. Where
      // the same was let before it is not asked: it would be one more failed login, and the channel's next beginning tells.
      const check = await this.#attempt(
        { name: "GetDeviceInformation" },
        { url: this.#device },
        { signal: options.signal },
      );
      if (check.kind === "answered")
        return fail({ fault: fault("login-forbidden", verdict.evidence), call: call.name });
      if (check.kind === "failed") return fail(check.refusal);
    }
    const rejected = this.#context.host.rejected(this.#login, verdict.evidence, "http");
    this.#clockFault = verdict.clock;
    this.#refusedWith = this.#clock.dating;
    return fail(verdict.clock ? { fault: verdict.clock } : { fault: rejected, call: call.name });
  }

  /**
   * Whether a refused login is worth a try although it is held: the clock that it was signed by was wrong or unknown
   * and is right now. That is so once, however often the clock changes after.
   */
  #clockWasPutRight(): boolean {
    const { clockTolerance } = this.#context.health();
    const right = (offset: number | undefined) => offset !== undefined && Math.abs(offset) <= clockTolerance;
    return (
      this.#refusedWith !== undefined && !right(this.#refusedWith.offset) && right(this.#clock.dating.offset)
    );
  }

  /** Tries what the camera's answers ask for, each way at most once. */
  async #attempt(
    call: Call,
    recipient: Recipient,
    options: CallOptions,
  ): Promise<Verdict & { readonly clock?: Fault }> {
    const login = this.#login;
    let signing = this.#authenticator.isReady ? this.#signing : { ...this.#signing, http: false };
    let freshNonce = false;
    let rightClock = false;
    let clock: Fault | undefined;
    for (let left = ATTEMPTS; ; left--) {
      const dating = this.#clock.dating;
      const verdict = await this.#send(call, recipient, options, signing);
      const signed = signing.http || signing.token;
      // What is answered unsigned says nothing of a login: some calls want none (ONVIF Core, access class PRE_AUTH).
      if (verdict.kind === "answered" && (signed || !login)) {
        this.#signing = signing;
        this.#context.host.accepted(login, "http");
      }
      if (verdict.kind !== "unauthorised" || !login || left === 0) return verdict;
      const { challenges, evidence } = verdict;
      if (challenges.length > 0) {
        if (signing.http && freshNonce && !isStale(challenges)) {
          this.#authenticator.forget();
          return verdict;
        }
        if (!this.#authenticator.accept(challenges))
          return {
            kind: "failed",
            refusal: {
              fault: fault(
                "login-scheme",
                compose(evidenceTexts.offering, { seen: evidence, schemes: schemesOf(challenges) }),
              ),
              call: call.name,
            },
          };
        // A nonce from an earlier call may be too old, also where the camera does not say so.
        signing = { http: true, token: signing.token && signing.http };
        freshNonce = true;
      } else if (!signing.token) {
        if (this.#clock.dating.offset === undefined) await this.#readClock(options.signal);
        signing = { http: signing.http, token: true };
      } else if (!rightClock) {
        rightClock = true;
        await this.#readClock(options.signal);
        // Another call may have read the clock since this token was dated.
        const check = this.#clock.afterRefusal(dating);
        clock = check.fault;
        if (!check.retry) return { ...verdict, ...(clock && { clock }) };
      } else return { ...verdict, ...(clock && { clock }) };
    }
  }

  async #send(call: Call, recipient: Recipient, options: CallOptions, signing: Signing): Promise<Verdict> {
    this.#build ??= await requestBuilder();
    const request = this.#build(call);
    const body = Buffer.from(envelope(this.#header(request, recipient, signing), request.body));
    const { clock, health } = this.#context;
    const answer = await exchange(
      {
        method: "POST",
        url: recipient.url,
        headers: {
          "Content-Type": `application/soap+xml; charset=utf-8; action="${request.action}"`,
          ...this.#authorization(recipient.url, body, signing),
        },
        body,
      },
      {
        clock,
        connectTimeout: health().requestTimeout,
        answerTimeout: health().requestTimeout + (options.holds ?? 0),
        bodyBytes: ANSWER_BYTES,
      },
      options.signal,
    );
    if (!answer.ok) return { kind: "failed", refusal: { fault: answer.error } };
    return judgeAnswer(call.name, answer.value);
  }

  #header({ action }: OnvifRequest, { reference }: Recipient, { token }: Signing): string {
    const security =
      token && this.#login
        ? usernameToken(this.#login, this.#clock.createdMs(this.#now()), randomBytes(16))
        : "";
    return reference
      ? security + addressing({ ...reference, action, messageId: `urn:uuid:${randomUUID()}` })
      : security;
  }

  #authorization(url: URL, body: Uint8Array, { http }: Signing): Record<string, string> {
    if (!http || !this.#login) return {};
    const uri = `${url.pathname}${url.search}`;
    const Authorization = this.#authenticator.authorize({ ...this.#login, method: "POST", uri, body });
    return Authorization === undefined ? {} : { Authorization };
  }
}

/** A fault that the camera answered, as against one of the way to it. */
function isRefusalOfCall({ cause }: Fault): boolean {
  return causes[cause].rung !== "host" && causes[cause].rung !== "port";
}

function schemesOf(challenges: readonly { readonly scheme: string }[]): string {
  return challenges.map(({ scheme }) => scheme.slice(0, 32)).join(", ");
}
